"""Two numbers of a sentence that each fit the other's thing or time: told the wrong way round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from rechenmacht.domains.reader.checks.told import restated
from rechenmacht.domains.reader.conversion import canonical, divisor, factor_to
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import when

_HIT = 0.04  # a number within this of the other's claim (natural logarithm) is the other's
_NEARER = 0.34  # and so much nearer to it than to its own
_MISS = 0.02  # rounding alone may put a number this far from its own
_EXACT, _EXACT_MISS = 0.1, 0.006  # or both are just the other's, and miss their own by more than this
_CONFIRMED = frozenset({"supported", "imprecise"})
_OPEN = frozenset({"supported", "imprecise", "unverifiable"})


def check(scene: Scene, told: Sequence[Verdict]) -> dict[str, Verdict]:
    """Return, by number, what stands in place of a confirmation where two numbers are told the wrong way round.

    `4.6 petaflops for the one and 5 for the other`, where the base has 5.0 and 4.6: each is near enough to be
    confirmed by itself, and together they are wrong.
    """
    found: dict[str, Verdict] = {}
    rows: dict[tuple[int, str], list[tuple[Quantity, Verdict]]] = {}
    for quantity, one in zip(scene.quantities, told, strict=True):
        known = one.quantity in scene.base.quantities and one.subject in scene.base.entities
        if one.claim is not None and one.check == "facts" and known:
            rows.setdefault((quantity.sentence, quantity.unit), []).append((quantity, one))
    for same in rows.values():
        for (first, one), (second, two) in combinations(same, 2):
            if not _comparable(scene, one, two) or not _crossed(scene, (first, one), (second, two)):
                continue
            found |= {
                quantity.id: _turned(scene, quantity, mine, other)
                for quantity, mine, other in ((first, one, two), (second, two, one)) if mine.verdict in _OPEN
            }  # fmt: skip
    return found


def _comparable(scene: Scene, one: Verdict, two: Verdict) -> bool:
    """Whether two verdicts are on one quantity, or on two of one thing of which a number has been confirmed."""
    if one.quantity == two.quantity:
        return True
    units = {canonical(scene.base, told.quantity or "") for told in (one, two)}
    return one.subject == two.subject and len(units) == 1 and not {one.verdict, two.verdict}.isdisjoint(_CONFIRMED)


def _crossed(scene: Scene, one: tuple[Quantity, Verdict], two: tuple[Quantity, Verdict]) -> bool:
    """Whether each of two numbers misses its own claim and hits the other's."""
    factor = _factor(scene, *one) or _factor(scene, *two) or math.nan
    own = [_away(quantity, told, factor) for quantity, told in (one, two)]
    other = [_away(one[0], two[1], factor), _away(two[0], one[1], factor)]
    hits = all(there <= min(_HIT, _NEARER * here) for here, there in zip(own, other, strict=True))
    exact = all(there <= _EXACT * here for here, there in zip(own, other, strict=True)) and min(own) > _EXACT_MISS
    return hits and (max(own) > _MISS or exact)


def _factor(scene: Scene, quantity: Quantity, told: Verdict) -> float | None:
    """Return the factor from a number to the unit of what it was judged by, or None where its own words do not tell."""
    return factor_to(quantity, scene.base.quantities[told.quantity or ""], divisor(scene.text, quantity))


def _away(quantity: Quantity, told: Verdict, factor: float) -> float:
    """Return how far a number is from the band of a verdict, as a natural logarithm; 0 inside."""
    low, high, value = told.expected_low, told.expected_high, (quantity.mid or 0.0) * factor
    if not isinstance(low, int | float) or not isinstance(high, int | float) or low <= 0 or not value > 0:
        return math.inf
    return max(0.0, math.log(value / high), math.log(low / value))


def _turned(scene: Scene, quantity: Quantity, mine: Verdict, other: Verdict) -> Verdict:
    """Return the verdict on a number that is the other's."""
    there, reason = scene.name(other.subject or ""), "other_subject"
    if mine.quantity != other.quantity:
        there, reason = scene.what(other.quantity or ""), "other_quantity"
    elif mine.subject == other.subject:
        there, reason = when(other.as_of or ""), "contradicted_year"
    return restated(scene, quantity, mine, "other", reason, there)
