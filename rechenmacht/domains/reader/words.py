"""Word lists of the reader: they stand in data, never in code.

Those in rechenmacht/data/reader/*.toml belong to the fact base and its checksum; those in lists/*.toml beside this
module are of the language alone. A file of one name in both places is one list: lists/ adds to data/reader/.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from rechenmacht.evidence.base import SHIPPED

_PLACES = (SHIPPED / "reader", Path(__file__).parent / "lists")


@cache
def table(name: str) -> dict[str, Any]:
    """Return one file of word lists (`judging` for data/reader/judging.toml and lists/judging.toml)."""
    found: dict[str, Any] = {}
    for place in _PLACES:
        path = place / f"{name}.toml"
        if path.exists():
            with path.open("rb") as file:
                found = _joined(found, tomllib.load(file))
    return found


def _joined(one: Any, more: Any) -> Any:
    """Return two lists of words as one, or two tables of them."""
    if isinstance(one, dict):
        return one | {key: _joined(one[key], value) if key in one else value for key, value in more.items()}
    return f"{one} {more}" if isinstance(one, str) else [*one, *more]


@cache
def words(path: str) -> frozenset[str]:
    """Return a list of words by its dotted place (`judging.role.planned`)."""
    found = _at(path)
    return frozenset(found.split() if isinstance(found, str) else found)


@cache
def stems(path: str) -> tuple[str, ...]:
    """Return a list of words as stems to look for inside other words, in file order."""
    return tuple(_at(path).split())


@cache
def rows(path: str) -> dict[str, Any]:
    """Return a table of words, each with what it stands for."""
    found: dict[str, Any] = _at(path)
    return found


@cache
def phrases(path: str) -> frozenset[tuple[str, ...]]:
    """Return a list of phrases, each as its words."""
    return frozenset(tuple(phrase.split()) for phrase in _at(path))


@cache
def either(*paths: str) -> frozenset[str]:
    """Return several lists of words as one."""
    return frozenset[str]().union(*(words(path) for path in paths))


def _at(path: str) -> Any:
    name, *keys = path.split(".")
    found: Any = table(name)
    for key in keys:
        found = found[key]
    return found
