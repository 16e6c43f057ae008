"""The answer to the question conflicts."""

from __future__ import annotations

import math

from rechenmacht.answers.answer import Answer, Note, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import browsing
from rechenmacht.domains.facts.answers.cited import cited
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.conflicts import Conflict
from rechenmacht.evidence.conflicts import conflicts as find

LINES = (
    ("subject", "topic", "factor:", "reasons"),
    ("stated.value", "stated.as_of", "stated.quantity", "stated.basis", "stated.grade", "stated.publisher",
     "stated.source"),
)  # fmt: skip


def _row(base: Base, one: Conflict) -> Row:
    keys = browsing.Side.__annotations__
    return {
        "subject": one.subject, "topic": one.topic, "unit": one.unit,
        "factor": one.factor if math.isfinite(one.factor) else None, "reasons": list(one.reasons),
        "stated": [{key: cell for key, cell in cited(base, claim).items() if key in keys} for claim in one.claims],
    }  # fmt: skip


def conflicts(asked: browsing.Conflicts, base: Base, told: Told) -> Answer:
    """List the conflicts of all topics or of one: a quantity, a family of quantities or a subject."""
    found = [
        _row(base, one)
        for one in find(base)
        if asked.topic is None or asked.topic in {one.topic, one.subject, *(claim.quantity for claim in one.claims)}
    ]
    page = asked.page(found)
    left = len(found) - len(page) - asked.offset
    return Answer(
        asked, {"total": len(found)},
        (Table("conflicts", browsing.Disputed, page, whole=found, lines=LINES, empty="note.facts.no_conflict"),),
        (Note("note.facts.more", {"n": (left, Kind("count"))}),) if left > 0 else (),
        claims=tuple(side["claim"] for row in page for side in row["stated"]),
    )  # fmt: skip
