"""The answer to the question concentration."""

from __future__ import annotations

import numpy as np

from rechenmacht.answers.answer import Answer, Note, Ranges, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.capital import questions, rows, tables
from rechenmacht.domains.capital.answers.common import book_of, claims_of, sampler
from rechenmacht.domains.capital.dependence import concentration_bounds
from rechenmacht.evidence.base import Base


def concentration(asked: questions.Concentration, base: Base, told: Told) -> Answer:
    """Rank each seller's customers by what it has yet to deliver."""
    book, when = book_of(asked, base)
    draw = sampler(asked)
    found = tables.concentration_rows(base, book, draw, when)
    shares = [
        {"seller": row["seller"], "customer": who, "share": got}
        for row in found for who, got in row.pop("shares").items()
    ]  # fmt: skip
    said = [{"seller": row["seller"], **one} for row in found for one in row.pop("disclosed")]
    for row in found:
        mine = [one for one in shares if one["seller"] == row["seller"]]
        whole = row["disclosed_backlog"]
        amounts = np.array([one["share"]["median"] for one in mine]) * row["backlog"]["median"]
        bounds = concentration_bounds(amounts, whole) if whole else (None, None)
        row["top1_lowest"], row["top1_highest"] = bounds
        row["largest"] = max(mine, key=lambda one: one["share"]["median"])["customer"]
    return Answer(
        asked, {"at": when},
        (Table("concentration", rows.Seller, found), Table("shares", rows.SellerShare, shares, people=[]),
         Table("disclosed", rows.Disclosed, said, people=[])),
        (Note("note.capital.part"),), claims_of(book.contracts, draw),
        (Ranges("concentration", "concentration", "seller", "backlog"),),
    )  # fmt: skip
