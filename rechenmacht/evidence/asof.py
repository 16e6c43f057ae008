"""The fact base as it stood at a date: nothing about later periods, and no later claim about what changes in time.

What does not change stays whatever its date: the data sheets of chips, which say what an observed delivery was worth.
Rules stay too: a backtest asks what follows from the rules that came, not which rules would come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rechenmacht.dates import span
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.editions import CURRENT, editions, seen


def asof(base: Base, date: str) -> Base:
    """Return the base without history of periods that end after a date, and without claims about later dates.

    Claims of an edition of a data set that appeared later are taken away too; history keeps the edition that the base
    is seen in (`with_editions` gives another).

    Args:
        base: the whole fact base.
        date: a partial date; its last day counts.
    """
    last = span(date)[1]
    later = {
        row.id
        for row in base.tables.sources
        if row.class_ == "data_set" and row.published and span(row.published)[0] > last
    }
    lasting = {row.id for row in base.tables.quantities if row.period == "static"}
    tables = replace(
        base.tables,
        history=[row for row in base.tables.history if span(row.period)[1] <= last],
        editions=[row for row in base.tables.editions if span(row.period)[1] <= last],
        claims=[
            row
            for row in base.tables.claims
            if row.quantity in lasting or (row.source not in later and (not row.as_of or span(row.as_of)[1] <= last))
        ],
    )
    return Base(tables, base.workspace)


def with_editions(base: Base, wanted: Mapping[str, str]) -> Base:
    """Return the fact base seen in other editions: `with_editions(base, {"epoch-ai-chip-counts": "2026-09-25"})`.

    Args:
        base: a fact base; its `tables.editions` holds all editions.
        wanted: data set -> date of an edition that the base holds.

    Raises:
        BadInput: if the base holds no such data set or edition, naming those it holds.
    """
    known = editions(base.tables.editions, base.sources)
    for name, date in wanted.items():
        if name not in known:
            raise BadInput(f"no data set called {name!r} has dated history{nearest(name, known)}")
        if date not in known[name]:
            raise BadInput(f"{name} has no edition of {date} here; it has {', '.join(known[name])}")
    rows = seen(base.tables.editions, base.sources, {**CURRENT, **wanted})
    return Base(replace(base.tables, history=rows), base.workspace)
