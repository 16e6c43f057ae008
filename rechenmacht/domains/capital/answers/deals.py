"""The answer to the question deals."""

from __future__ import annotations

from dataclasses import asdict

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import packages, questions, rows, rows_book, tables
from rechenmacht.domains.capital.answers.common import claims_of
from rechenmacht.domains.capital.contracts import contracts, counted, left_out
from rechenmacht.domains.capital.network import out_rows
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

SUPPORT = ("rests_on", "contracts", "headline", "share", "large")


def deals(asked: questions.Deals, base: Base, told: Told) -> Answer:
    """List the legs, or look for those that are entered twice.

    Raises:
        BadInput: if the company is party to none.
    """
    legs = contracts(base, asked.at)
    if asked.check:
        found = packages.check(legs, packages.rounds(base))
        bad = any(one.level == "error" for one in found)
        table = Table("twice", rows.Twice, [asdict(one) for one in found], empty="note.capital.nothing_twice")
        return Answer(asked, {}, (table,), failed=bad)
    if asked.org is not None:
        wanted = base.find(asked.org).id
        legs = tuple(leg for leg in legs if wanted in {leg.payer, leg.payee})
        if not legs:
            raise BadInput(f"{wanted} is party to no contract of the base")
    out = left_out(legs)
    show = ("id", "date", "payer", "payee", "kind", "headline", "firm", "stage", "state", "rests_on")
    counted_ = {"n": len(legs) - sum(map(len, out.values())), "all": len(legs)}
    return Answer(
        asked, {},
        (
            Table("contracts", rows.Deal, tables.deal_rows(base, legs), show),
            Table("left_out", rows_book.LeftOut, out_rows(legs), ("state", "n", "contracts")),
            Table("support", rows.Support, tables.support_rows(base, counted(legs)), SUPPORT),
            Table("stages", rows.Reached, tables.stage_rows(base, legs), people=None if asked.org else []),
        ),
        (Note("note.capital.counted", {key: (n, Kind("count")) for key, n in counted_.items()}),),
        claims_of(legs),
    )  # fmt: skip
