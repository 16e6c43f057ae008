"""The answer to the question query."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from typing_extensions import TypedDict

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import browsing
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.query import run


def _cell(value: Any) -> Any:
    """Return what a database gave as plain data."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_cell(one) for one in value]
    if isinstance(value, dict):
        return {str(key): _cell(one) for key, one in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def query(asked: browsing.Query, base: Base, told: Told) -> Answer:
    """Run the query; its columns are named by who asks."""
    names, found = run(base, asked.sql, asked.limit + 1)
    names = [name if names.index(name) == at else f"{name}:{at + 1}" for at, name in enumerate(names)]
    rows = [dict(zip(names, map(_cell, row), strict=True)) for row in found[: asked.limit]]
    make: Any = TypedDict  # the columns are known only now
    cut = len(found) > asked.limit
    people = [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in rows]
    table = Table("rows", make("Rows", dict.fromkeys(names, str)), rows, people=people, verbatim=True,
                  empty="note.facts.no_row")  # fmt: skip
    notes = (Note("note.facts.cut", {"n": (asked.limit, Kind("count"))}),) if cut else ()
    return Answer(asked, {"cut": cut}, (table,), notes)
