"""The answer to the question fact."""

from __future__ import annotations

from rechenmacht.answers.answer import Answer, Row, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.facts import known
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim
from rechenmacht.evidence.resolve import resolve

SHOWN = ("value", "as_of", "basis", "grade", "weight", "why", "than", "publisher", "claim")


WHY = {
    "the same publisher": "later", "about another": "date", "repeats": "repeats", "a forecast": "forecast",
    "a judgement": "judgement", "unverified": "unverified",
}  # fmt: skip
"""How the reasons for setting a claim aside begin, and their codes."""


def reason(why: str) -> tuple[str, str]:
    """Return the code of a reason for setting a claim aside, and what stands instead: a claim or a date."""
    code = next((code for begin, code in WHY.items() if why.startswith(begin)), why)
    than = why.split()[1] if code == "repeats" else why.partition("(")[2].rstrip(")")
    return code, than


def stated(base: Base, claim: Claim, weight: float | None = None, why: str = "") -> Row:
    """Return what a claim states as a row."""
    code, than = reason(why)
    source = base.sources[claim.source]
    return {
        "claim": claim.id, "quantity": claim.quantity, "unit": base.quantities[claim.quantity].unit,
        "value": {"low": claim.low, "value": claim.value, "high": claim.high}, "as_of": claim.as_of,
        "basis": claim.basis, "grade": claim.grade, "publisher": source.publisher, "source": source.id,
        "address": source.address, "weight": weight, "why": code, "than": than,
    }  # fmt: skip


def fact(asked: known.Fact, base: Base, told: Told) -> Answer:
    """Pool the claims, and list those used and those set aside."""
    found = resolve(base, asked.subject, asked.quantity, asked.at)
    rows = [stated(base, claim, weight) for claim, weight in found.used]
    rows += [stated(base, claim, None, why) for claim, why in found.set_aside]
    ends = {"low": found.low, "value": found.median, "high": found.high}
    band = {key: float(f"{value:.10g}") for key, value in ends.items()}
    values = {
        "subject": asked.subject, "quantity": asked.quantity, "at": found.at, "unit": found.unit, **band,
        "estimate": band,
    }  # fmt: skip
    table = Table("claims_pooled", known.Stated, rows, SHOWN, method="docs/method-evidence.md")
    claims = tuple(claim.id for claim, _ in found.used)
    return Answer(asked, values, (table,), claims=claims, show=("subject", "quantity", "at", "estimate"))
