"""The forms of answers that no question describes, as `answered.toml` writes them, as JSON schemas."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

PLAIN: dict[str, dict[str, Any]] = {
    "str": {"type": "string"}, "int": {"type": "integer"}, "float": {"type": "number"}, "bool": {"type": "boolean"},
    "any": {},
}  # fmt: skip
ENVELOPE = "version:str data_checksum:str sources:[Publication]"


@cache
def forms() -> dict[str, dict[str, str]]:
    """Return what is written: parts by name, answers by method and path under `/api/v1`."""
    return tomllib.loads((Path(__file__).parent / "answered.toml").read_text(encoding="utf-8"))


def schema_of(form: str) -> dict[str, Any]:
    """Return the schema of one form."""
    if form.endswith("|null"):
        return {"anyOf": [schema_of(form.removesuffix("|null")), {"type": "null"}]}
    if form.startswith("["):
        return {"type": "array", "items": schema_of(form[1:-1])}
    if form.startswith("{"):
        return {"type": "object", "additionalProperties": schema_of(form[1:-1])}
    return dict(PLAIN[form]) if form in PLAIN else {"$ref": f"#/components/schemas/{form}"}


def object_of(fields: str, title: str) -> dict[str, Any]:
    """Return the schema of an object whose fields are written in a line; `*` allows others."""
    told = dict(one.split(":", 1) for one in fields.split())
    more = told.pop("*", None) is not None
    return {
        "title": title, "type": "object",
        "properties": {name.removesuffix("?"): schema_of(form) for name, form in told.items()},
        "required": [name for name in told if not name.endswith("?")], "additionalProperties": more,
    }  # fmt: skip


@cache
def parts() -> dict[str, dict[str, Any]]:
    """Return the schemas of what stands in several answers."""
    return {name: object_of(fields, name) for name, fields in forms()["parts"].items()}


def answer(key: str, title: str) -> dict[str, Any] | None:
    """Return the schema of an answer by its method and path, or None where a question describes it."""
    fields = forms()["answers"].get(key)
    return None if fields is None else object_of(f"{ENVELOPE} {fields}", title)
