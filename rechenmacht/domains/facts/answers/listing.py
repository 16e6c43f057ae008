"""The answer to the question listing."""

from __future__ import annotations

from collections import Counter

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import browsing
from rechenmacht.domains.facts.answers.cited import cited
from rechenmacht.evidence.base import Base

CLAIM = ("subject", "value", "as_of", "basis", "grade", "claim")


def listing(asked: browsing.Listed, base: Base, told: Told) -> Answer:
    """List the things with claims in the order of the files; of a quantity, its claims."""
    if asked.quantity is not None:
        mine = [claim for claim in base.tables.claims if claim.quantity == asked.quantity]
        rows = [cited(base, c) for c in mine if asked.kind is None or c.subject.startswith(f"{asked.kind}:")]
        page = asked.page(rows)
        table = Table("stated", browsing.Cited, page, CLAIM, whole=rows, group="quantity", empty="note.facts.no_claims")
        return Answer(asked, {"total": len(rows)}, (table,), claims=tuple(row["claim"] for row in page))
    counts = Counter(claim.subject for claim in base.tables.claims)
    rows = [
        {"id": one.id, "claims": counts[one.id], "bloc": one.bloc, "name": {"en": one.name_en, "de": one.name_de},
         "kind": one.kind}
        for one in base.entities.values()
        if counts[one.id] and asked.kind in {None, one.kind}
    ]  # fmt: skip
    show = ("id", "claims", "bloc", "name")
    return Answer(asked, {"total": len(rows)},
                  (Table("entities", browsing.Held, asked.page(rows), show, whole=rows),))  # fmt: skip
