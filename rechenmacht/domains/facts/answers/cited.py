"""Claims with their sources as rows."""

from __future__ import annotations

from rechenmacht.answers.answer import Row
from rechenmacht.domains.facts.answers.fact import stated
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim

LINES = (
    ("value", "as_of", "basis", "grade", "weight:", "claim"),
    ("publisher", "title", "published", "locator", "address"),
    ("note",),
    ("why:", "than"),
)
"""How a terminal writes a claim."""
SHOWN = ("value", "as_of", "basis", "grade", "publisher", "title", "locator", "note", "claim")


def cited(base: Base, claim: Claim, weight: float | None = None, why: str = "") -> Row:
    """Return a claim with what its source says of itself."""
    source = base.sources[claim.source]
    return {
        **stated(base, claim, weight, why), "subject": claim.subject, "title": source.title,
        "published": source.published, "locator": claim.locator, "note": claim.note,
    }  # fmt: skip
