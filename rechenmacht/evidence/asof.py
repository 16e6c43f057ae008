"""The fact base as it stood at a date: nothing about later periods, and no later claim about what changes in time.

What does not change stays whatever its date: the data sheets of chips, which say what an observed delivery was worth.
Rules stay too: a backtest asks what follows from the rules that came, not which rules would come.
"""

from __future__ import annotations

from dataclasses import replace

from rechenmacht.dates import span
from rechenmacht.evidence.base import Base


def asof(base: Base, date: str) -> Base:
    """Return the base without history of periods that end after a date, and without claims about later dates.

    Claims of an edition of a data set that appeared later are taken away too; history keeps its one edition.

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
        claims=[
            row
            for row in base.tables.claims
            if row.quantity in lasting or (row.source not in later and (not row.as_of or span(row.as_of)[1] <= last))
        ],
    )
    return Base(tables, base.workspace)
