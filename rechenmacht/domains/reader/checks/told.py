"""What a verdict tells: values for its text, the band expected, the claims behind it, and what was judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from rechenmacht.domains.reader.model import Quantity, Verdict, Verdicts
from rechenmacht.domains.reader.wording import Pair, explain
from rechenmacht.evidence.forms import Claim

MOST_CLAIMS = 8


@dataclass(frozen=True, slots=True)
class Told:
    """Values for the text, each (English, German); the deciding claim stands first."""

    values: dict[str, Pair]
    expected: tuple[float | str | None, float | str | None] = (None, None)
    claims: list[Claim] = field(default_factory=list)
    subject: str | None = None
    code: str | None = None


def verdict(quantity: Quantity, which: Verdicts, check: str, reason: str, told: Told) -> Verdict:
    """Return a verdict with its texts."""
    claims = list(dict.fromkeys(claim.id for claim in told.claims))[:MOST_CLAIMS]
    first = told.claims[0] if told.claims else None
    return Verdict(
        quantity.id, which, check, told.expected[0], told.expected[1], claims, explain(reason, told.values), reason,
        told.subject, told.code, first.id if first else None, first.as_of if first else None,
    )  # fmt: skip
