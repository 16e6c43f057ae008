"""The answer to the question claims."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import known
from rechenmacht.domains.facts.answers.fact import stated
from rechenmacht.evidence.base import Base

SHOWN = ("quantity", "value", "as_of", "basis", "grade", "publisher", "claim")


def claims(asked: known.Claims, base: Base, told: Told) -> Answer:
    """List the claims in the order of the files."""
    mine = [claim for claim in base.tables.claims if claim.subject == asked.subject]
    found = [stated(base, claim) for claim in mine if asked.quantity in {None, claim.quantity}]
    page = asked.page(found)
    table = Table("stated", known.Stated, page, SHOWN, whole=found)
    return Answer(asked, {"subject": asked.subject, "total": len(found)}, (table,),
                  claims=tuple(row["claim"] for row in page), show=("subject", "total"))  # fmt: skip
