"""The answer to the question circularity."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Ranges, Row, Stacks, Table
from rechenmacht.answers.question import Told
from rechenmacht.dates import quarter_of, quarters
from rechenmacht.domains.capital import questions, rows, rows_book, tables, yearly
from rechenmacht.domains.capital.answers.common import USD, book_of, claims_of, sampler
from rechenmacht.domains.capital.contracts import Book
from rechenmacht.evidence.base import Base

YEARS = ("year", "layer", "gross", "max", "balanced_drawn", "vendor_circular", "vendor_share")


def _left(book: Book, found: list[Row]) -> Note:
    """Return how the headline without warrants and guarantees follows from that of all layers."""
    whole = {row["layer"]: row["gross"] for row in found}
    warrants = sum(leg.headline or 0.0 for leg in book.contracts if leg.kind == "warrant")
    said = {
        "all": whole["total"],
        "guarantees": whole.get("guarantees", 0.0),
        "warrants": warrants,
        "cash": whole["cash"],
    }
    return Note("note.capital.left", {key: (amount, USD) for key, amount in said.items()})


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
        (*([] if asked.over_time else [_left(book, found)]), Note("note.capital.circles"), Note("note.capital.value")),
        claims_of(book.contracts),
        charts=() if asked.over_time else (
            Ranges("circularity", "circularity", "layer", "balanced_drawn"),
            Stacks("value", "waterfall", "layer", ("headline", "firm", "paid")),
        ),
    )  # fmt: skip
