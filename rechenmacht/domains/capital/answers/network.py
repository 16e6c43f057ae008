"""The answer to the question network."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Flows, Note, Stacks, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import network as links
from rechenmacht.domains.capital import questions, rows, rows_book, tables
from rechenmacht.domains.capital.answers.common import book_of, claims_of
from rechenmacht.domains.capital.contracts import contracts
from rechenmacht.evidence.base import Base

SHOWN = ("payer", "payee", "layer", "headline", "firm", "paid", "contracts")
WARRANTS = ("payer", "payee", "date", "top_step", "at_price", "vested")
MOST = 40


def network(asked: questions.Network, base: Base, told: Told) -> Answer:
    """Sum the contracts that count by payer, payee and layer."""
    book, when = book_of(asked, base)
    found, falls = links.link_rows(base, book, when), tables.waterfall(base, book, when)
    warrants, out = links.warrant_rows(base, book), links.out_rows(contracts(base, asked.at))
    return Answer(
        asked, {"at": when},
        (
            Table("links", rows_book.Link, found, SHOWN, found[:MOST]),
            Table("layers", rows.Fall, falls),
            Table("warrants", rows_book.Warrant, warrants, WARRANTS),
            Table("left_out", rows_book.LeftOut, out, ("state", "n", "contracts")),
        ),
        notes=(Note("note.capital.value"), Note("note.capital.ids")),
        claims=tuple(dict.fromkeys([*claims_of(book.contracts), *(c for row in warrants for c in row["claims"] if c)])),
        charts=(
            Flows("flows", "links", "payer", "payee", "headline", "layer"),
            Stacks("value", "layers", "layer", ("headline", "firm", "paid")),
        ),
    )  # fmt: skip
