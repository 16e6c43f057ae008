"""The answer to the question roundtrip."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Note, Ranges, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import questions, rows, rows_book, tables, yearly
from rechenmacht.domains.capital.answers.common import SHARE, USD, book_of, claims_of, sampler
from rechenmacht.domains.capital.spending import known_vendor
from rechenmacht.evidence.base import Base


def roundtrip(asked: questions.Roundtrip, base: Base, told: Told) -> Answer:
    """Follow a vendor's investments back to it, and set its customers' equity beside their purchases."""
    book, when = book_of(asked, base)
    vendor, draw = known_vendor(base, book, asked.vendor), sampler(asked)
    found = tables.round_trip_rows(base, book, vendor, asked.attribution, draw, when)
    lines, pairs = found.pop("investments"), tables.pair_rows(base, book, draw)
    notes = [Note("note.capital.returned", {"amount": (found["returned_in_year"], USD)})]
    if "share_of_revenue" in found:
        notes.append(Note("note.capital.of_revenue", {"share": (found["share_of_revenue"], SHARE)}))
    if "net_demand_growth" in found:
        grown = {"growth": (found["revenue_growth"], SHARE), "net": (found["net_demand_growth"], SHARE)}
        notes.append(Note("note.capital.growth", grown))
    shown = ("supplier", "customer", "equity_headline", "commitment_headline", "self_finance", "purchase_leverage")
    past = (
        yearly.returning_rows(base, draw, when, vendor, asked.attribution, unsupported=asked.unsupported)
        if asked.over_time else []
    )  # fmt: skip
    both = (
        Table("investments", rows.Investment, lines), Table("pairs", rows.Pair, pairs, shown),
        Table("over_time", rows_book.Returning, past, title="note.capital.returning" if past else ""),
    )  # fmt: skip
    chart = Ranges("pairs", "pairs", "customer", "self_finance")
    return Answer(asked, found, both, tuple(notes), claims_of(book.contracts, draw), (chart,))
