"""Descriptions of systems, models and workloads: read from TOML files on one's own machine, else told in the question.

A question holds names and, under `described`, the documents of the names that no table knows; never a path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic_core import PydanticCustomError

from rechenmacht import files

PLACE = re.compile(r"\.toml\s*$|://|[\\\0]|^\s*(?:/|\.\.?/|~)", re.IGNORECASE)
Documents = Mapping[str, Mapping[str, Any]]


def no_place(text: str) -> str:
    """Refuse what names a file or an address.

    Raises:
        PydanticCustomError: if the text looks like one.
    """
    if PLACE.search(text):
        raise PydanticCustomError("no_place", "this must be a name, not a file or an address")
    return text


def read_toml(path: Path) -> dict[str, Any]:
    """Read a description.

    Raises:
        BadInput: if the file cannot be read or is no TOML.
    """
    return files.toml(path)


def taken(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Return what was given with TOML files replaced by their names, and what they say under `described`.

    Args:
        given: the fields of a question.
        names: the fields that may name a file, or a list of files.
    """
    found, told = dict(given), dict(given.get("described") or {})

    def name_of(text: Any) -> Any:
        if not isinstance(text, str) or not text.endswith(".toml"):
            return text
        document, stem = read_toml(Path(text)), Path(text).stem
        while told.get(stem, document) != document:
            stem += "-2"
        told[stem] = document
        return stem

    for name in names:
        value = found.get(name)
        found[name] = [name_of(one) for one in value] if isinstance(value, list | tuple) else name_of(value)
    if told:
        found["described"] = told
    return {key: value for key, value in found.items() if key in given or value is not None}


def document(told: Documents | None, name: str, part: str) -> tuple[Any, bool]:
    """Return the part of a document that describes a name, and whether there is such a document."""
    if not told or name not in told:
        return None, False
    return told[name].get(part), True


def whole_batch(batch: float | None) -> float | None:
    """Return a global batch.

    Raises:
        PydanticCustomError: if it is no whole number of sequences.
    """
    if batch is not None and batch != round(batch):
        raise PydanticCustomError("whole_batch", "this must be a whole number of sequences")
    return batch


def cell(value: Any) -> Any:
    """Return a cell of a table as the text that it would be in a file: numbers and nothing of JSON, too."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
    return value
