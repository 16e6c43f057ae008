"""Three-valued (Kleene) evaluation of conditions over whole columns, with the specifications that leave it open.

A truth is three arrays over rows: `yes`, `no` (neither: unknown) and `open`, the bits of the unknown specifications
that keep it from being known. A specification that cannot change the result leaves no bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rechenmacht.domains.rules.grammar import (
    COMPARISONS,
    And,
    Arith,
    Compare,
    Condition,
    Const,
    Flag,
    NameIn,
    Not,
    Number,
    Spec,
    Term,
)
from rechenmacht.domains.rules.specifications import BIT

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint64]
_ZERO = np.uint64(0)


@dataclass(frozen=True)
class Columns:
    """The rows that conditions are asked of, one array per specification, shape (rows,).

    `numbers`: in the specification's unit, NaN unknown. `flags`: 1 yes, 0 no, -1 unknown. `names`: index into
    `vocabulary` (-1 unknown), each entry the set of lower-case names of one thing. `unknown`: per specification the
    bits of what would have to be given to know it (a density is unknown for want of a die area or of a TPP).
    """

    rows: int
    numbers: Mapping[str, Floats]
    flags: Mapping[str, npt.NDArray[np.int8]]
    names: npt.NDArray[np.int64]
    vocabulary: tuple[frozenset[str], ...]
    unknown: Mapping[str, Bits]


@dataclass(frozen=True, slots=True)
class Truth:
    """A three-valued truth over rows, shape (rows,)."""

    yes: Bools
    no: Bools
    open: Bits

    @property
    def maybe(self) -> Bools:
        """Neither yes nor no."""
        return ~(self.yes | self.no)


def constant(value: bool, rows: int) -> Truth:
    """Return the same truth for all rows."""
    return Truth(np.full(rows, value), np.full(rows, not value), np.zeros(rows, np.uint64))


def known(yes: Bools) -> Truth:
    """Return a truth without unknowns."""
    return Truth(yes, ~yes, np.zeros(len(yes), np.uint64))


def partly(yes: Bools, unknown: Bools, name: str) -> Truth:
    """Return a truth that is unknown in some rows for want of `name`."""
    bits = np.where(unknown, np.uint64(BIT[name]), _ZERO)
    return Truth(yes & ~unknown, ~yes & ~unknown, bits)


def negate(one: Truth) -> Truth:
    """Return the negation; unknown stays unknown."""
    return Truth(one.no, one.yes, one.open)


def both(one: Truth, other: Truth) -> Truth:
    """Return one and other (no as soon as either is no)."""
    yes, no = one.yes & other.yes, one.no | other.no
    return Truth(yes, no, np.where(yes | no, _ZERO, one.open | other.open))


def either(one: Truth, other: Truth) -> Truth:
    """Return one or other (yes as soon as either is yes)."""
    return negate(both(negate(one), negate(other)))


def _value(term: Term, columns: Columns) -> tuple[Any, Any]:
    """Return a term's values and the bits of its unknowns."""
    if isinstance(term, Number):
        return term.value, _ZERO
    if isinstance(term, Spec):
        return columns.numbers[term.name], columns.unknown[term.name]
    (left, one), (right, other) = _value(term.left, columns), _value(term.right, columns)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        results = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}[term.sign](left, right)
    return results, one | other


def _compare(node: Compare, columns: Columns) -> Truth:
    (left, one), (right, other) = _value(node.left, columns), _value(node.right, columns)
    unknown = np.broadcast_to(np.isnan(left) | np.isnan(right), (columns.rows,))
    with np.errstate(invalid="ignore"):
        true = np.broadcast_to(np.asarray(COMPARISONS[node.sign](left, right)), (columns.rows,))
    bits = np.broadcast_to(one | other, (columns.rows,))
    return Truth(true & ~unknown, ~true & ~unknown, np.where(unknown, bits, _ZERO))


def _named(node: NameIn, columns: Columns) -> Truth:
    values = set(node.values)
    hits = np.array([*(bool(names & values) for names in columns.vocabulary), False])
    # An ECCN given by its heading alone may or may not be in the paragraph that a rule names.
    above = {value.rsplit(".", depth)[0] for value in values for depth in range(1, value.count(".") + 1)}
    vague = np.array([*(not names & values and bool(names & above) for names in columns.vocabulary), False])
    if vague.any():
        full = [max(names, key=len) in above for names in columns.vocabulary]
        vague &= np.array([*full, False])
    return partly(hits[columns.names], (columns.names < 0) | vague[columns.names], node.name)


def evaluate(node: Condition, columns: Columns) -> Truth:
    """Return a condition's truth in every row.

    Args:
        node: a parsed condition.
        columns: the rows.
    """
    if isinstance(node, Const):
        return constant(node.value, columns.rows)
    if isinstance(node, Compare):
        return _compare(node, columns)
    if isinstance(node, Flag):
        values = columns.flags[node.name]
        return partly(values > 0, values < 0, node.name)
    if isinstance(node, NameIn):
        return _named(node, columns)
    if isinstance(node, Not):
        return negate(evaluate(node.item, columns))
    join = both if isinstance(node, And) else either
    result = evaluate(node.items[0], columns)
    for item in node.items[1:]:
        result = join(result, evaluate(item, columns))
    return result


def value_in_row(term: Term, columns: Columns, row: int) -> float:
    """Return a term's value in one row (NaN: unknown)."""
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Spec):
        return float(columns.numbers[term.name][row])
    left, right = value_in_row(term.left, columns, row), value_in_row(term.right, columns, row)
    if term.sign == "/" and right == 0:
        return float("nan")
    return {"+": left + right, "-": left - right, "*": left * right}.get(term.sign, left / (right or 1.0))


def written(term: Term | Arith) -> str:
    """Return a term as it is written in a condition."""
    if isinstance(term, Number):
        return f"{term.value:.10g}"
    if isinstance(term, Spec):
        return term.name
    return f"{written(term.left)}{term.sign}{written(term.right)}"
