"""Word lists of the reader: they stand in rechenmacht/data/reader/*.toml, one file a subject, never in code."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from rechenmacht.evidence.base import SHIPPED


@cache
def table(name: str) -> dict[str, Any]:
    """Return one file of word lists (`judging` for data/reader/judging.toml)."""
    with (SHIPPED / "reader" / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def words(path: str) -> frozenset[str]:
    """Return a list of words by its dotted place (`judging.role.planned`)."""
    name, *keys = path.split(".")
    found: Any = table(name)
    for key in keys:
        found = found[key]
    return frozenset(found.split() if isinstance(found, str) else found)


@cache
def stems(path: str) -> tuple[str, ...]:
    """Return a list of words as stems to look for inside other words, in file order."""
    name, *keys = path.split(".")
    found: Any = table(name)
    for key in keys:
        found = found[key]
    return tuple(found.split())
