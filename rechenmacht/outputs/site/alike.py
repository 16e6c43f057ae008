"""Claims that a source states for several countries alike: figures of a region, which say nothing of one country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rechenmacht.evidence.forms import Claim
from rechenmacht.faces.words import Words

LEAST_COUNTRIES, LEAST_PERIODS = 3, 2


def alike(claims: Sequence[Claim]) -> dict[str, int]:
    """Return for how many countries a source states the same, by the ids of such claims.

    A source's figures of one quantity count as those of a region where at least three countries have the same value in
    every period, and there are two periods or more: equal by chance once, but not each time.
    """
    series: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for one in claims:
        if one.subject.startswith("country:") and one.value is not None:
            series[one.subject, one.quantity, one.source].append(one)
    equal: dict[tuple[object, ...], list[list[Claim]]] = defaultdict(list)
    for (_, quantity, source), own in series.items():
        if len(own) >= LEAST_PERIODS:
            equal[quantity, source, tuple(sorted((one.as_of, one.value) for one in own))].append(own)
    return {
        one.id: len(group) for group in equal.values() if len(group) >= LEAST_COUNTRIES for own in group for one in own
    }


def mark(known: dict[str, int], claim: Claim | None, words: Words) -> str:
    """Return what is said beside a figure that is not the country's own, or nothing."""
    count = known.get(claim.id, 0) if claim else 0
    return words.text("site.alike", count=count) if count else ""
