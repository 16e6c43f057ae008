"""Two numbers side by side that one claim confirms and refutes: only one of them can be on what the claim is about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rechenmacht.domains.reader.checks.told import restated
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.scene import Scene

_APART = 1.1  # numbers nearer than this tell one value twice
_CONFIRMED = frozenset({"supported", "imprecise"})
_DECIDED = _CONFIRMED | {"contradicted", "other"}
Row = tuple[Quantity, Verdict]


def check(scene: Scene, told: Sequence[Verdict]) -> dict[str, Verdict]:
    """Return, by number, what stands for the one of two that is farther from the name and speaks of something else.

    `IDC counted 812,000 Huawei cards in 2025 and 265,000 from T-Head`: the base has 812,000 for Huawei. The other
    number is neither refuted by that claim, nor is it confirmed by it where the two are told the wrong way round.
    """
    found: dict[str, Verdict] = {}
    rows = [
        (quantity, one) for quantity, one in zip(scene.quantities, told, strict=True)
        if one.check == "facts" and one.claim is not None and (one.verdict in _DECIDED or one.reason == "unsure")
    ]  # fmt: skip
    for first, second in _pairs(rows):
        nearer, farther = (second, first) if _nearer(scene, second, first) else (first, second)
        told_again = farther[0].sentence > nearer[0].sentence and _away(scene, farther, farther[1].subject) < math.inf
        same = nearer[1].claim == farther[1].claim and nearer[1].verdict in _DECIDED and not told_again
        if same or _of_another(scene, farther):
            found[farther[0].id] = restated(scene, *farther, "unverifiable", "unsure")
    return found


def _pairs(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Yield neighbours of one unit on one subject, one confirmed and one not."""
    for place, (quantity, one) in enumerate(rows):
        for other, two in rows[place + 1 :]:
            if other.sentence > quantity.sentence + 1:
                break
            same = one.subject == two.subject and quantity.unit == other.unit
            same = same and (one.quantity == two.quantity or quantity.sentence == other.sentence)
            if same and (one.verdict in _CONFIRMED) != (two.verdict in _CONFIRMED) and _differ(quantity, other):
                yield (quantity, one), (other, two)


def _of_another(scene: Scene, row: Row) -> bool:
    """Whether another thing is named nearer to a number than the one that it was judged as; not one only counted."""
    quantity, one = row
    if one.subject is not None and one.subject.startswith("deal:"):
        return False  # whose a deal is, its parties say
    inside, said = scene.by_sentence[quantity.sentence], scene.meanings.own.get(one.quantity or "", frozenset())
    named = {
        m.entity
        for m in scene.named.get(quantity.sentence, ())
        if not any(q.first < m.first < q.last for q in inside)  # `100,000 H100s`
        and not scene.own_words(m) <= said  # China's share of sales
    }
    own = _away(scene, row, one.subject)
    return any(_away(scene, row, entity) < own for entity in named)


def _nearer(scene: Scene, one: Row, two: Row) -> bool:
    """Whether one of two numbers of a sentence stands nearer to the name of what both were judged as."""
    inside = one[0].sentence == two[0].sentence
    return inside and _away(scene, one, one[1].subject) < _away(scene, two, two[1].subject)


def _differ(one: Quantity, two: Quantity) -> bool:
    low, high = sorted((one.mid or 0.0, two.mid or 0.0))
    return low > 0 and high / low > _APART


def _away(scene: Scene, row: Row, entity: str | None) -> float:
    """Return how many tokens lie between a number and the next name of a thing; infinity where none is named."""
    quantity = row[0]
    named = [m for m in scene.named.get(quantity.sentence, ()) if m.entity == entity]
    return min((max(m.first - quantity.last, quantity.first - m.last, 0) for m in named), default=math.inf)
