"""How far a row is from meeting (or leaving) a condition: the distance to each threshold, read off the tree."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rechenmacht.domains.rules.grammar import And, Compare, Condition, Const, Flag, NameIn, Not, Number, Or, uses
from rechenmacht.domains.rules.logic import Columns, evaluate, value_in_row, written
from rechenmacht.domains.rules.specifications import SPECIFICATIONS

_MIRROR = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}
_OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Step:
    """One threshold: `what` (in `unit`) has `value` and the condition asks for `sign` `threshold`.

    `gap` is threshold minus value in that unit, `share` its size relative to the threshold; NaN where unknown.
    """

    what: str
    value: float
    sign: str
    threshold: float
    unit: str
    met: bool | None

    @property
    def gap(self) -> float:
        """Threshold minus value."""
        return self.threshold - self.value

    @property
    def share(self) -> float:
        """Size of the gap relative to the threshold (to 1 where that is 0)."""
        return abs(self.gap) / (abs(self.threshold) or 1.0)


@dataclass(frozen=True, slots=True)
class Way:
    """The cheapest way to a condition: its steps and their shares summed; infinite where a category bars it."""

    cost: float
    steps: tuple[Step, ...] = ()


_BARRED = Way(math.inf)
_THERE = Way(0.0)


def step(node: Compare, columns: Columns, row: int, *, wanted: bool = True) -> Step:
    """Return a comparison's values in one row, the specification on the left and the threshold on the right.

    Args:
        node: the comparison.
        columns: the rows.
        row: which of them.
        wanted: whether the comparison is to hold or to fail.
    """
    left, right, sign = node.left, node.right, node.sign
    if isinstance(left, Number):
        left, right, sign = right, left, _MIRROR[sign]
    truth = evaluate(node, columns)
    holds = None if truth.maybe[row] else bool(truth.yes[row])
    return Step(
        written(left),
        value_in_row(left, columns, row),
        sign if wanted else _OPPOSITE[sign],
        value_in_row(right, columns, row),
        node.unit,
        holds if holds is None else holds == wanted,
    )


def way(node: Condition, columns: Columns, row: int, *, wanted: bool = True) -> Way:
    """Return the cheapest change of numbers that makes a condition true (or, not `wanted`, false) in one row.

    Yes-or-no specifications and names are not changed: a game card is no near miss of a rule for data centres. An
    unknown counts as met, so the way says how far the known numbers are from it.
    """
    if isinstance(node, Not):
        return way(node.item, columns, row, wanted=not wanted)
    if isinstance(node, Const | Flag | NameIn):
        truth = evaluate(node, columns)
        return _BARRED if (truth.no if wanted else truth.yes)[row] else _THERE
    if isinstance(node, Compare):
        one = step(node, columns, row, wanted=wanted)
        if one.met is not False:
            return _THERE
        return _BARRED if one.what == "year" else Way(one.share, (one,))
    ways = [way(item, columns, row, wanted=wanted) for item in node.items]
    if isinstance(node, And) == wanted:
        return Way(sum(one.cost for one in ways), tuple(part for one in ways for part in one.steps))
    return min(ways, key=lambda one: one.cost)


def thresholds(node: Condition, columns: Columns, row: int) -> tuple[Step, ...]:
    """Return every comparison of a condition with its values in one row, in the order of the text.

    What is presumed rather than known (the applicant's certificates) is left out.
    """
    if isinstance(node, Compare):
        presumed = any(SPECIFICATIONS[name].presumed is not None for name in uses(node))
        return () if presumed else (step(node, columns, row),)
    if isinstance(node, Not):
        return thresholds(node.item, columns, row)
    if isinstance(node, And | Or):
        return tuple(part for item in node.items for part in thresholds(item, columns, row))
    return ()
