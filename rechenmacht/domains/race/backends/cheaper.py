"""Rewrite a phase's equations into ones that cost less and say the same, to the last bit but one or two.

A division takes a processor as long as some thirty multiplications. What divides several numbers, or stays the same in
all steps of a phase, is turned into its reciprocal once; a power of a known number becomes an exponential of a product.
A share that is compared or taken from a number stays a division: all of it, taken from one, leaves nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from rechenmacht.domains.race.backends.symbols import COMPARED, Expr, Graph
from rechenmacht.domains.race.backends.trace import Phase, Value, reach

INPUTS = frozenset({"dated", "held"})
PASSING = frozenset({"add", "min", "max", "mul"})
LEAVES = INPUTS | {"parameter", "state"}


def still(graph: Graph, nodes: Iterable[int]) -> set[int]:
    """Return those of the nodes (operands first) that stay the same in all steps of a phase.

    They depend on parameters and held inputs alone.
    """
    found: set[int] = set()
    for index in nodes:
        op, operands = graph.nodes[index]
        changes = op not in LEAVES and any(isinstance(o, Expr) and o.index not in found for o in operands)
        if op in {"parameter", "held"} or (op not in LEAVES and not changes):
            found.add(index)
    return found


def _exact(graph: Graph, nodes: Sequence[int]) -> set[int]:
    """Return the nodes that are compared or taken from a number, by themselves or in a sum, an end or a product."""
    found: set[int] = set()
    for index in reversed(nodes):
        op, operands = graph.nodes[index]
        taken = op in COMPARED or (op == "sub" and not isinstance(operands[0], Expr))
        if taken or (op in PASSING and index in found):
            found |= {operand.index for operand in operands if isinstance(operand, Expr)}
    return found


class _Rewriter:
    """Copies nodes into a graph of their own, cheaper where that can be."""

    def __init__(self, old: Graph, nodes: Sequence[int]) -> None:
        self.old, self.new = old, Graph()
        self.still = still(old, nodes)
        self.copies: dict[int, Value] = {}
        self.exact = _exact(old, nodes)
        self.dividing = Counter(
            old.nodes[index][1][1].index
            for index in nodes
            if self._may_multiply(index) and isinstance(old.nodes[index][1][1], Expr)
        )

    def _may_multiply(self, index: int) -> bool:
        return self.old.nodes[index][0] == "div" and index not in self.still and index not in self.exact

    def value(self, value: Value) -> Value:
        """Return the copy of a node, or the number itself."""
        return self.copies[value.index] if isinstance(value, Expr) else value

    def copy(self, index: int) -> None:
        """Copy one node whose operands are copied."""
        op, operands = self.old.nodes[index]
        given = operands if op in LEAVES else tuple(self.value(o) for o in operands)
        if self._may_multiply(index):
            self.copies[index] = self._divided(operands[1], *given)
        elif op == "pow" and not isinstance(given[0], Expr) and given[0] > 0:
            self.copies[index] = self.new.node("exp", self.new.node("mul", given[1], math.log(given[0])))
        else:
            self.copies[index] = self.new.node(op, *given)

    def _divided(self, by: Value, a: Value, b: Value) -> Value:
        if not isinstance(by, Expr):
            return self.new.node("mul", a, 1.0 / by)
        if self.dividing[by.index] < 2 and by.index not in self.still:
            return self.new.node("div", a, b)
        once = self.new.node("div", 1.0, b)
        return once if isinstance(a, float) and a == 1.0 else self.new.node("mul", a, once)


def cheaper(phase: Phase, slots: Iterable[int]) -> Phase:
    """Return a phase with the same outputs and the same new state in `slots`, computed by cheaper equations."""
    roots = [*phase.outputs, *(phase.state[slot] for slot in slots)]
    nodes = reach(phase.graph, roots)
    rewriter = _Rewriter(phase.graph, nodes)
    section = ""
    for index in nodes:
        if phase.graph.section(index) != section:
            section = phase.graph.section(index)
            rewriter.new.begin(section)
        rewriter.copy(index)
    wanted = set(slots)
    state = tuple(rewriter.value(value) if slot in wanted else 0.0 for slot, value in enumerate(phase.state))
    return Phase(phase.steps, rewriter.new, state, tuple(rewriter.value(value) for value in phase.outputs))
