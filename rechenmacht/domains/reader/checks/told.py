"""What a verdict tells: values for its text, the band expected, the claims behind it, and what was judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.model import Quantity, Verdict, Verdicts
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import Pair, alike, both, explain, source
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


def restated(
    scene: Scene, quantity: Quantity, mine: Verdict, which: Verdicts, reason: str,
    other: Pair | None = None, further: Sequence[Claim] = (),
) -> Verdict:  # fmt: skip
    """Return what is said of a number in place of another verdict, by the same claim.

    Args:
        scene: the article.
        quantity: the number.
        mine: the verdict that is replaced; its claim and band stay.
        which: the new verdict.
        reason: the key of its text.
        other: what else the number fits, as the text names it.
        further: claims beside the one that decided.
    """
    subject, code = mine.subject or "", mine.quantity or ""
    claims = [claim for claim in scene.records.of(subject, code) if claim.id == mine.claim]
    unit = canonical(scene.base, code)[0]
    values = {
        "name": scene.name(subject), "what": scene.what(code), "given": alike(quantity.text),
        "expected": both(mine.expected_low, unit, mine.expected_high), "source": source(scene.base, claims),
    }  # fmt: skip
    if other is not None:
        values["other"] = other
    ends = mine.expected_low, mine.expected_high
    return verdict(quantity, which, "facts", reason, Told(values, ends, [*claims, *further], subject, code))
