"""Two numbers of a sentence that each fit the other's thing or time: told the wrong way round."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from rechenmacht.domains.reader.checks.arithmetic import from_to
from rechenmacht.domains.reader.checks.told import restated
from rechenmacht.domains.reader.conversion import canonical, divisor, factor_to
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import when
from rechenmacht.domains.reader.words import words

_HIT = 0.04  # a number within this of the other's claim (natural logarithm) is the other's
_NEARER = 0.34  # and so much nearer to it than to its own
_MISS = 0.02  # rounding alone may put a number this far from its own
_EXACT, _EXACT_MISS = 0.1, 0.006  # or both are just the other's, and miss their own by more than this
_RISEN = 1.05  # a number this much above the one before has not fallen from it
_CONFIRMED = frozenset({"supported", "imprecise"})
_OPEN = frozenset({"supported", "imprecise", "unverifiable"})
Candidates = Sequence[tuple[str, str, float]]


def check(scene: Scene, told: Sequence[Verdict], meant: Sequence[Candidates]) -> dict[str, Verdict]:
    """Return, by number, what stands in place of a confirmation where two numbers are told the wrong way round.

    `4.6 petaflops for the one and 5 for the other`, where the base has 5.0 and 4.6: each is near enough to be
    confirmed by itself, and together they are wrong.

    Args:
        scene: the article.
        told: the verdict on each number.
        meant: the subjects and quantities that the words of each number point to, best first.
    """
    found: dict[str, Verdict] = {}
    first_meant = {
        one.quantity_id: next((code for subject, code, _ in candidates if subject == one.subject), "")
        for one, candidates in zip(told, meant, strict=True)
    }
    for same in _beside(scene, told):
        for (first, one), (second, two) in combinations(same, 2):
            swapped = _each_the_others(one, two, first_meant) or _wrong_way(scene, (first, one), (second, two))
            if not swapped and (not _comparable(scene, one, two) or not _crossed(scene, (first, one), (second, two))):
                continue
            found |= {
                quantity.id: _turned(scene, quantity, mine, other)
                for quantity, mine, other in ((first, one, two), (second, two, one)) if mine.verdict in _OPEN
            }  # fmt: skip
    return found


def _beside(scene: Scene, told: Sequence[Verdict]) -> list[list[tuple[Quantity, Verdict]]]:
    """Return the numbers that claims decide, by sentence and unit."""
    rows: dict[tuple[int, str], list[tuple[Quantity, Verdict]]] = {}
    for quantity, one in zip(scene.quantities, told, strict=True):
        known = one.quantity in scene.base.quantities and one.subject in scene.base.entities
        if one.claim is not None and one.check == "facts" and known:
            rows.setdefault((quantity.sentence, quantity.unit), []).append((quantity, one))
    return list(rows.values())


def _each_the_others(one: Verdict, two: Verdict, meant: dict[str, str]) -> bool:
    """Whether two numbers of one thing are each confirmed by the quantity that the words of the other point to."""
    mine, theirs = meant.get(one.quantity_id), meant.get(two.quantity_id)
    confirmed = {one.verdict, two.verdict} <= _CONFIRMED and one.subject == two.subject
    return confirmed and mine != theirs and one.quantity == theirs and two.quantity == mine


def _wrong_way(scene: Scene, one: tuple[Quantity, Verdict], two: tuple[Quantity, Verdict]) -> bool:
    """Whether what is said to fall rises from one confirmed number to the next: `shrank from 19 to 26 percent`."""
    (first, mine), (second, theirs) = one, two
    if not {mine.verdict, theirs.verdict} <= _CONFIRMED or mine.quantity != theirs.quantity:
        return False
    if mine.as_of == theirs.as_of or not from_to(scene, first, second):
        return False
    low, high = first.mid or 0.0, second.mid or 0.0
    falls = not scene.word_set(first.sentence).isdisjoint(words("judging.growth.falling"))
    return falls and high > _RISEN * low > 0


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
