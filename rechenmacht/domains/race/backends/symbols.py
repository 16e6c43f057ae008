"""A symbolic array namespace: the mechanisms' own lines run on it once and leave their equations behind.

An array is a NumPy object array whose elements are numbers, where they are known, or expressions. Expressions are
hash-consed: the same operation on the same operands is the same node, so common parts are computed once, and what does
not depend on a draw or a date folds to a number at once.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np

COMPARED = {"gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b}


class Graph:
    """Nodes in the order of their making: (operation, operands); operands are nodes or numbers."""

    def __init__(self) -> None:
        self.nodes: list[tuple[str, tuple[Any, ...]]] = []
        self._known: dict[tuple[Any, ...], Expr] = {}
        self._sections: list[tuple[int, str]] = [(0, "start")]

    def begin(self, section: str) -> None:
        """Say to which part of the model the nodes made from now on belong."""
        self._sections.append((len(self.nodes), section))

    def section(self, index: int) -> str:
        """Return the part of the model that made a node first."""
        return self._sections[bisect_right(self._sections, index, key=lambda one: one[0]) - 1][1]

    def node(self, op: str, *operands: Any) -> Expr:
        """Return the node of an operation, the one made before if there is one."""
        key = (op, *(o.index if isinstance(o, Expr) else ("number", o) for o in operands))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Expr(self, len(self.nodes))
            self.nodes.append((op, operands))
        return found


class Expr:
    """One node of a graph, with arithmetic that makes further nodes."""

    __slots__ = ("graph", "index")

    def __init__(self, graph: Graph, index: int) -> None:
        self.graph, self.index = graph, index

    @property
    def is_truth(self) -> bool:
        """Tell whether the node is a comparison, true or false in a draw."""
        return self.graph.nodes[self.index][0] in COMPARED

    def number(self) -> Any:
        """Return the node as a number: a comparison becomes 1 or 0."""
        return self.graph.node("where", self, 1.0, 0.0) if self.is_truth else self

    def __add__(self, other: Any) -> Any:
        return _add(self, other)

    def __radd__(self, other: Any) -> Any:
        return _add(other, self)

    def __sub__(self, other: Any) -> Any:
        return _sub(self, other)

    def __rsub__(self, other: Any) -> Any:
        return _sub(other, self)

    def __mul__(self, other: Any) -> Any:
        return _mul(self, other)

    def __rmul__(self, other: Any) -> Any:
        return _mul(other, self)

    def __truediv__(self, other: Any) -> Any:
        return _div(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return _div(other, self)

    def __pow__(self, other: Any) -> Any:
        return _pow(self, other)

    def __rpow__(self, other: Any) -> Any:
        return _pow(other, self)

    def __neg__(self) -> Any:
        return self.graph.node("neg", self.number())

    def __bool__(self) -> bool:
        raise TypeError("a traced value has no truth: use xp.where")


def _number(value: Any) -> Any:
    return value.number() if isinstance(value, Expr) else float(value)


def _make(op: str, *operands: Any) -> Any:
    graph = next(o.graph for o in operands if isinstance(o, Expr))
    return graph.node(op, *operands)


def _add(a: Any, b: Any) -> Any:
    a, b = _number(a), _number(b)
    if not isinstance(a, Expr):
        a, b = b, a
    return a if b == 0.0 and not isinstance(b, Expr) else _make("add", a, b)


def _sub(a: Any, b: Any) -> Any:
    a, b = _number(a), _number(b)
    if not isinstance(b, Expr) and b == 0.0:
        return a
    return _make("sub", a, b)


def _mul(a: Any, b: Any) -> Any:
    a, b = _number(a), _number(b)
    if not isinstance(a, Expr):
        a, b = b, a
    if not isinstance(b, Expr) and b in {0.0, 1.0}:
        return 0.0 if b == 0.0 else a
    return _make("mul", a, b)


def _div(a: Any, b: Any) -> Any:
    a, b = _number(a), _number(b)
    if not isinstance(b, Expr):
        return a if b == 1.0 else _make("mul", a, 1.0 / b) if _is_power_of_two(b) else _make("div", a, b)
    return 0.0 if not isinstance(a, Expr) and a == 0.0 else _make("div", a, b)


def _is_power_of_two(value: float) -> bool:
    return math.frexp(abs(value))[0] == 0.5


def _pow(a: Any, b: Any) -> Any:
    a, b = _number(a), _number(b)
    if isinstance(b, Expr):
        return 1.0 if not isinstance(a, Expr) and a == 1.0 else _make("pow", a, b)
    if b == int(b) and 0 <= b <= 16:
        return _whole_power(a, int(b))
    return _make("pow", a, b)


def _whole_power(a: Any, n: int) -> Any:
    if n == 0:
        return 1.0
    half = _whole_power(a, n // 2)
    return (half * half if n > 1 else 1.0) * (a if n % 2 else 1.0)


def _compare(op: str) -> Callable[[Any, Any], Any]:
    def compared(a: Any, b: Any) -> Any:
        if not isinstance(a, Expr) and not isinstance(b, Expr):
            return COMPARED[op](a, b)
        return _make(op, _number(a), _number(b))

    return compared


def _unary(op: str, known: Callable[[float], float]) -> Any:
    def applied(a: Any) -> Any:
        return _make(op, a.number()) if isinstance(a, Expr) else known(float(a))

    return np.frompyfunc(applied, 1, 1)


def _extreme(op: str, known: Callable[[float, float], float]) -> Any:
    def applied(a: Any, b: Any) -> Any:
        a, b = _number(a), _number(b)
        if not isinstance(a, Expr) and not isinstance(b, Expr):
            return known(a, b)
        same = isinstance(a, Expr) and isinstance(b, Expr) and a.index == b.index
        return a if same else _make(op, a, b)

    return np.frompyfunc(applied, 2, 1)


def _choose(condition: Any, a: Any, b: Any) -> Any:
    if not isinstance(condition, Expr):
        return _number(a if condition else b)
    a, b = _number(a), _number(b)
    same = a.index == b.index if isinstance(a, Expr) and isinstance(b, Expr) else a is b
    return a if same else _make("where", condition, a, b)


class Symbols(np.ndarray):
    """An object array of numbers and expressions whose comparisons give expressions, not truth."""

    def __gt__(self, other: Any) -> Any:
        return symbols(_GT(self, other))

    def __ge__(self, other: Any) -> Any:
        return symbols(_GE(self, other))

    def __lt__(self, other: Any) -> Any:
        return symbols(_LT(self, other))

    def __le__(self, other: Any) -> Any:
        return symbols(_LE(self, other))


_GT, _GE, _LT, _LE = (np.frompyfunc(_compare(op), 2, 1) for op in ("gt", "ge", "lt", "le"))


def symbols(values: Any) -> Any:
    """Return values as a symbolic array (same shape)."""
    return np.asarray(values, dtype=object).view(Symbols)


class Namespace:
    """The functions that mechanisms may call, on symbolic arrays; each as in NumPy."""

    _exp, _log = _unary("exp", math.exp), _unary("log", math.log)
    _sqrt, _tanh, _abs = _unary("sqrt", math.sqrt), _unary("tanh", math.tanh), _unary("abs", abs)
    _minimum, _maximum = _extreme("min", min), _extreme("max", max)
    _where = np.frompyfunc(_choose, 3, 1)

    def exp(self, a: Any) -> Any:
        """Return e to the power of each element."""
        return symbols(self._exp(a))

    def log(self, a: Any) -> Any:
        """Return each element's natural logarithm."""
        return symbols(self._log(a))

    def sqrt(self, a: Any) -> Any:
        """Return each element's square root."""
        return symbols(self._sqrt(a))

    def tanh(self, a: Any) -> Any:
        """Return each element's hyperbolic tangent."""
        return symbols(self._tanh(a))

    def abs(self, a: Any) -> Any:
        """Return each element's absolute value."""
        return symbols(self._abs(a))

    def minimum(self, a: Any, b: Any) -> Any:
        """Return the smaller of two, element by element."""
        return symbols(self._minimum(a, b))

    def maximum(self, a: Any, b: Any) -> Any:
        """Return the larger of two, element by element."""
        return symbols(self._maximum(a, b))

    def where(self, condition: Any, a: Any, b: Any) -> Any:
        """Return `a` where the condition holds, else `b`."""
        return symbols(self._where(condition, a, b))

    def sum(self, a: Any, axis: int) -> Any:
        """Return the sum along an axis."""
        return symbols(np.add.reduce(np.asarray(a, dtype=object), axis))

    def stack(self, arrays: Any, axis: int = 0) -> Any:
        """Return arrays joined along a new axis."""
        return symbols(np.stack([np.asarray(a, dtype=object) for a in arrays], axis))

    def concatenate(self, arrays: Any, axis: int = 0) -> Any:
        """Return arrays joined along an axis."""
        return symbols(np.concatenate([np.asarray(a, dtype=object) for a in arrays], axis))

    def einsum(self, subscripts: str, *arrays: Any) -> Any:
        """Return a sum of products by Einstein's convention."""
        return symbols(np.einsum(subscripts, *(np.asarray(a, dtype=object) for a in arrays)))

    def zeros_like(self, a: Any) -> Any:
        """Return zeros of the same shape."""
        return symbols(np.full(np.shape(a), 0.0, dtype=object))

    def ones_like(self, a: Any) -> Any:
        """Return ones of the same shape."""
        return symbols(np.full(np.shape(a), 1.0, dtype=object))

    def asarray(self, a: Any) -> Any:
        """Return values as an array."""
        return symbols(a)
