"""The answer to the question circularity."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Ranges, Stacks, Table
from rechenmacht.answers.question import Told
from rechenmacht.dates import quarter_of, quarters
from rechenmacht.domains.capital import questions, rows, rows_book, tables, yearly
from rechenmacht.domains.capital.answers.common import book_of, claims_of, sampler
from rechenmacht.evidence.base import Base

YEARS = ("year", "layer", "gross", "max", "balanced_drawn", "vendor_circular", "vendor_share")


def circularity(asked: questions.Circularity, base: Base, told: Told) -> Answer:
    """Split the flows, now or at the end of each quarter."""
    book, when = book_of(asked, base)
    draw, shares = sampler(asked), ("layer", "gross", "max", "balanced")
    falls = tables.waterfall(base, book, when)
    if asked.over_time:
        dates = [*list(quarters(min("2024-Q4", quarter_of(when)), quarter_of(when)))[:-1], when]
        found = []
        for done, at in enumerate(dates):
            found += tables.circularity_by_date(base, draw, [at], unsupported=asked.unsupported)
            told(done + 1, len(dates))
        show: tuple[str, ...] = ("at", *shares, "balanced_drawn")
    else:
        found, show = tables.circularity_rows(base, book, draw), (*shares, "max_firm", "balanced_drawn")
    steps = Table("waterfall", rows.Fall, falls, people=[] if asked.over_time else None)
    years = yearly.circular_rows(base, book, draw, when) if asked.by_year else []
    by_year = Table("by_year", rows_book.Yearly, years, YEARS, title="note.capital.by_year" if years else "")
    return Answer(
        asked, {"at": when}, (Table("circularity", rows.Circle, found, show), steps, by_year),
        claims=claims_of(book.contracts),
        charts=() if asked.over_time else (
            Ranges("circularity", "circularity", "layer", "balanced_drawn"),
            Stacks("value", "waterfall", "layer", ("headline", "firm", "paid")),
        ),
    )  # fmt: skip
