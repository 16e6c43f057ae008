"""Editions of the fact base: read one from a folder or a released archive, and say how two differ."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED

SAID = ("subject", "quantity", "low", "value", "high", "unit", "as_of", "source", "basis", "grade")
"""What a claim says; its place and note may be worded anew without a correction."""
Rows = dict[str, dict[str, str]]
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """How two editions differ: claims by id; of the corrected, the columns that changed with (before, after)."""

    added: tuple[str, ...]
    corrected: Mapping[str, dict[str, tuple[str, str]]]
    withdrawn: tuple[str, ...]


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the names and contents of an edition's claims and of its description."""
    wanted = ("claims/", "datapackage.json")
    try:
        if path.is_dir():
            for file in sorted([*path.glob("claims/*.csv"), *path.glob("csv/claims/*.csv"), path / "datapackage.json"]):
                if file.is_file():
                    yield file.relative_to(path).as_posix(), files.text(file)
            return
        with zipfile.ZipFile(path) as archive:
            for info in sorted(archive.infolist(), key=lambda one: one.filename):
                name = info.filename
                inside = "claims/" in name and name.endswith(".csv")
                if info.file_size <= MOST_BYTES and (inside or name.endswith(wanted[1])):
                    yield name, archive.read(info).decode("utf-8-sig")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: no edition of the fact base ({error})") from None


def _claims(name: str, text: str) -> Rows:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if not {"id", *SAID} <= set(reader.fieldnames or ()):
        raise BadInput(f"{name} row 1: no claims (the columns of claims are needed)")
    try:
        return {row["id"]: {key: row[key] or "" for key in SAID} for row in reader}
    except csv.Error as error:
        raise BadInput(f"{name} row {reader.line_num}: {error}") from None


def read_edition(path: Path) -> dict[str, Any]:
    """Return the version and the claims of an edition.

    Args:
        path: a folder with `claims/*.csv`, such as the shipped data or an unpacked release, or a release's archive.

    Returns:
        `{"version": "0.3.0", "claims": {id: {column: text}}}`.

    Raises:
        BadInput: if there is none.
    """
    if not path.exists():
        text = f"{path}: there is no such folder or archive"
        raise BadInput.of("error.facts.no_place", text, path=str(path))
    version, claims = "", Rows()
    for name, text in _texts(path):
        if name.endswith("datapackage.json"):
            try:
                version = str(json.loads(text).get("version", ""))
            except (json.JSONDecodeError, AttributeError):
                raise BadInput(f"{name}: no description of a data package") from None
        else:
            claims |= _claims(name, text)
    if not claims:
        text = f"{path}: no claims in it (a folder with claims/*.csv, or a release's .zip, is needed)"
        raise BadInput.of("error.facts.no_claims", text, path=str(path))
    return {"version": version, "claims": claims}


def shipped_edition(data: Path = SHIPPED) -> dict[str, Any]:
    """Return the edition that this version of the program ships."""
    return read_edition(data)


def _number(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def differences(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> Difference:
    """Return which claims were added, corrected, withdrawn; numbers written otherwise (5e9, 5000000000) are the same.

    Args:
        old: claims of the earlier edition by id.
        new: claims of the later edition by id.
    """
    changed = {
        name: found
        for name in old
        if name in new
        and (
            found := {
                key: (old[name].get(key, ""), new[name].get(key, ""))
                for key in SAID
                if _number(old[name].get(key, "")) != _number(new[name].get(key, ""))
            }
        )
    }
    return Difference(
        tuple(name for name in new if name not in old), changed, tuple(name for name in old if name not in new)
    )
