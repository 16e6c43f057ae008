"""Several dated editions of one data set side by side, and which of them a reader sees.

Two dated copies of a data set are two sources (`epoch-ai-chip-counts-2026-04-22`, `epoch-ai-chip-counts-2026-09-25`)
whose history rows say the same thing differently. All of them are shipped (`Tables.editions`); `Tables.history` holds
one of each series, so that nothing is counted twice. A series, that is a quantity of a subject, always comes whole from
one edition: the chosen one or, where that does not have the series, the newest one before it. Editions later than the
chosen one are not seen, so that a forecast can be made from what had appeared and be scored on what came after;
`asof.with_editions` chooses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from rechenmacht.evidence.forms import History, Source

EPOCH_CHIPS = "epoch-ai-chip-counts"
# The edition that readers see unless they ask for another; a data set that is not named here is seen in its newest.
CURRENT: Mapping[str, str] = {EPOCH_CHIPS: "2026-09-25"}


def data_set(source: Source) -> str:
    """Return the name of a dated source's data set, `epoch-ai-chip-counts`; empty if its id has no date."""
    ending = f"-{source.published}"
    return source.id.removesuffix(ending) if source.published and source.id.endswith(ending) else ""


def incomplete(row: History) -> bool:
    """Tell whether the publisher had only part of the period when it wrote the row."""
    return "incomplete quarter" in row.note


def editions(rows: Iterable[History], sources: Mapping[str, Source]) -> dict[str, list[str]]:
    """Return the dates of the editions that the history holds of each data set, oldest first."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in {row.source for row in rows}:
        if name in sources and data_set(sources[name]):
            found[data_set(sources[name])].add(sources[name].published)
    return {name: sorted(dates) for name, dates in sorted(found.items())}


def shown(brought: Iterable[Source] = ()) -> dict[str, str]:
    """Return the editions seen unless asked for others: the current ones, or newer ones that a workspace brought in."""
    wanted = dict(CURRENT)
    for source in brought:
        name = data_set(source)
        if name in wanted:
            wanted[name] = max(wanted[name], source.published)
    return wanted


def seen(rows: Iterable[History], sources: Mapping[str, Source], wanted: Mapping[str, str] = CURRENT) -> list[History]:
    """Return the rows of the wanted editions, in the order given.

    Args:
        rows: the history of all editions.
        sources: publications by id.
        wanted: data set -> date of the edition; the newest of a data set that is not named. A date between two editions
            means the earlier.
    """
    every = list(rows)
    dated = {
        name: (data_set(source), source.published)
        for name in {row.source for row in every}
        if (source := sources.get(name)) and data_set(source)
    }
    best: dict[tuple[str, str, str], str] = {}
    for row in every:
        name, date = dated.get(row.source, ("", ""))
        if name and date <= wanted.get(name, date):
            key = (name, row.subject, row.quantity)
            best[key] = max(best.get(key, ""), date)
    return [
        row
        for row in every
        if row.source not in dated
        or best.get((dated[row.source][0], row.subject, row.quantity)) == dated[row.source][1]
    ]
