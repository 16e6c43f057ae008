"""Where sources disagree by more than the spread they state, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

from rechenmacht.dates import overlap, span, years_between
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Claim
from rechenmacht.evidence.resolve import newest_vintage, published

LOOKS_AHEAD = frozenset({"forecast", "target"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims about one subject that cannot all be right as they stand, lowest first.

    `factor` is highest over lowest middle value (infinite if one of them is zero); `reasons` are of `definition`,
    `basis`, `date` and, where nothing recorded explains it, `sources`.
    """

    subject: str
    topic: str
    unit: str
    claims: tuple[Claim, ...]
    factor: float
    reasons: tuple[str, ...]


def _reasons(base: Base, one: Claim, other: Claim) -> set[str]:
    reasons = set()
    if one.quantity != other.quantity:
        reasons.add("definition")
    if one.basis != other.basis:
        reasons.add("basis")
    if one.as_of != other.as_of or abs(years_between(published(base, one), published(base, other))) > 0.5:
        reasons.add("date")
    return reasons or {"sources"}


def stated(base: Base, claim: Claim) -> tuple[float, float]:
    """Return the range that a claim states: its band, widened by the tolerance for rounding where an end is missing.

    "At least" and "at most" are open ends. The tolerance is parameter `evidence.rounding`, relative to the value.
    """
    tolerance = base.parameters["evidence.rounding"].mid * abs(claim.mid)
    if claim.value is None and claim.high is None:
        return claim.mid, float("inf")
    if claim.value is None and claim.low is None:
        return float("-inf"), claim.mid
    low = claim.mid - tolerance if claim.low is None else min(claim.low, claim.mid - tolerance)
    high = claim.mid + tolerance if claim.high is None else max(claim.high, claim.mid + tolerance)
    return low, high


def _disagree(base: Base, one: Claim, other: Claim) -> bool:
    if (one.basis in LOOKS_AHEAD) != (other.basis in LOOKS_AHEAD):
        return False  # a forecast that failed is no conflict between sources
    if base.quantities[one.quantity].period != "static" and not overlap(one.as_of, other.as_of):
        return False
    if one.source == other.source:
        return False  # a source that gives a month and its year means both
    if one.quantity != other.quantity and base.sources[one.source].publisher == base.sources[other.source].publisher:
        return False  # a publisher that states two definitions knows that they differ
    (low, high), (other_low, other_high) = stated(base, one), stated(base, other)
    return high < other_low or other_high < low


def _components(pairs: list[tuple[Claim, Claim]]) -> list[list[Claim]]:
    group: dict[str, dict[str, Claim]] = {}
    for one, other in pairs:
        merged = group.get(one.id, {one.id: one}) | group.get(other.id, {other.id: other})
        for name in merged:
            group[name] = merged
    return [list(members.values()) for members in {id(members): members for members in group.values()}.values()]


def conflicts(base: Base) -> list[Conflict]:
    """Return all conflicts, the largest disagreement first.

    Two claims are compared if they are about the same subject, in the same unit, of the same quantity or family of
    definitions, and about overlapping dates; definitions only across publishers. A publisher's newest vintage stands
    for it.
    """
    groups: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in base.tables.claims:
        quantity = base.quantities[claim.quantity]
        groups[claim.subject, quantity.family or quantity.id, quantity.unit].append(claim)
    found = []
    for (subject, topic, unit), members in groups.items():
        if len(members) < 2:
            continue
        current = newest_vintage(base, members, [])
        pairs = [(a, b) for a, b in combinations(current, 2) if _disagree(base, a, b)]
        for claims in _components(pairs):
            claims.sort(key=lambda claim: claim.mid)
            inside = {claim.id for claim in claims}
            reasons = set().union(*(_reasons(base, a, b) for a, b in pairs if a.id in inside))
            lowest, highest = claims[0].mid, claims[-1].mid
            factor = highest / lowest if lowest > 0 else float("inf")
            found.append(Conflict(subject, topic, unit, tuple(claims), factor, tuple(sorted(reasons))))
    return sorted(found, key=lambda c: (-c.factor, c.subject, c.topic, span(c.claims[0].as_of)))
