"""Trace the race once into flat equations: one phase before the history ends and one after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.backends.symbols import Expr, Graph, Namespace, symbols
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import record

Value = Expr | float
# What rules say, by quarter: scenarios and proposals change it, so it is an input of every step. All else that stays
# the same within a phase of the run traced is an input of the phase.
RULED = frozenset({"free", "case_by_case", "free_refused", "case_by_case_refused", "controlled"})
STRUCTURAL = "after"  # decides which equations hold


@dataclass(frozen=True)
class Slot:
    """One number of the state: which array and where in it."""

    name: str
    place: tuple[int, ...]


@dataclass(frozen=True)
class Phase:
    """The equations of one step in a span of steps.

    steps: the steps it holds for. state: new values, one per slot. outputs: one per reported series.
    """

    steps: range
    graph: Graph
    state: tuple[Value, ...]
    outputs: tuple[Value, ...]


@dataclass(frozen=True)
class Traced:
    """The whole model as equations over `parameters`, `dated` inputs and `slots` of state.

    dated: (step, input), the values of the dated inputs.
    """

    parameters: tuple[str, ...]
    slots: tuple[Slot, ...]
    begin: tuple[Value, ...]
    begin_graph: Graph
    phases: tuple[Phase, ...]
    dated: NDArray[np.float64]
    dated_names: tuple[str, ...]


def _parameters(graph: Graph, names: Sequence[str]) -> dict[str, Any]:
    return {name: symbols([graph.node("parameter", index)]) for index, name in enumerate(names)}


def _policy(
    graph: Graph, given: Inputs, steps: range, dated: dict[tuple[str, tuple[int, ...]], int], general: bool
) -> dict[str, Any]:
    """Return a phase's policy: inputs of the step where they change within the phase; where they stay, numbers.

    With `general` they are inputs of the phase there, so that the equations hold for other dated inputs too.
    """
    found = {}
    for name, values in given.policy.items():
        inside = values[steps.start : steps.stop]
        whole = np.empty((*values.shape[1:], 1), dtype=object)
        for place in np.ndindex(*values.shape[1:]):
            column = np.moveaxis(inside, 0, -1)[place]
            changes = bool((column != column[0]).any())
            if name == STRUCTURAL or not (general or changes):
                whole[(*place, 0)] = float(column[0])
            else:
                op = "dated" if changes or name in RULED else "held"
                whole[(*place, 0)] = graph.node(op, dated.setdefault((name, place), len(dated)))
        found[name] = symbols(whole)
    return found


def _flat(state: dict[str, Any], names: Iterable[str]) -> list[Value]:
    return [value for name in names for value in np.asarray(state[name], dtype=object).ravel().tolist()]


def phases_of(given: Inputs) -> list[range]:
    """Return the spans of steps in which `after` stays the same."""
    after = given.policy["after"]
    cuts = [0, *(np.flatnonzero(np.diff(after)) + 1).tolist(), len(after)]
    return [range(a, b) for a, b in pairwise(cuts)]


def trace(given: Inputs, names: Sequence[str], off: tuple[str, ...] = (), *, general: bool = False) -> Traced:
    """Return the model's equations.

    Args:
        given: the dated arrays of the run.
        names: the parameters' names, in the order in which values will be given.
        off: mechanisms that are switched off.
        general: keep dated inputs that stay the same as inputs, so that one text serves other scenarios too.
    """
    xp = Namespace()
    first = Graph()
    added = given.added
    begun = added.begin(_parameters(first, names), xp)
    state_names = tuple(begun)
    shapes = {name: np.shape(begun[name])[:-1] for name in state_names}
    slots = tuple(Slot(name, place) for name in state_names for place in np.ndindex(*shapes[name]))
    dated: dict[tuple[str, tuple[int, ...]], int] = {}
    phases = []
    for steps in phases_of(given):
        graph = Graph()
        p, policy = _parameters(graph, names), _policy(graph, given, steps, dated, general)
        state = {}
        index = 0
        for name in state_names:
            size = int(np.prod(shapes[name]))
            elements = np.array([graph.node("state", index + k) for k in range(size)], dtype=object)
            state[name] = symbols(elements.reshape(*shapes[name], 1))
            index += size
        after: dict[str, Any] = state
        for mechanism, module in added.order:
            graph.begin(mechanism)
            after = added.acted(module, mechanism, after, p, policy, xp, off)
        graph.begin("outcomes")
        shipped = record(after, p, xp)
        recorded = xp.concatenate([shipped, *added.record(shipped, after, p, xp)]) if added.outcomes else shipped
        outputs = np.asarray(recorded, dtype=object).ravel().tolist()
        phases.append(Phase(steps, graph, tuple(_flat(after, state_names)), tuple(outputs)))
    labels = tuple(".".join((name, *(str(k) for k in place))) for name, place in dated)
    values = dated_values(given, labels)
    return Traced(tuple(names), slots, tuple(_flat(begun, state_names)), first, tuple(phases), values, labels)


def dated_values(given: Inputs, labels: Sequence[str]) -> NDArray[np.float64]:
    """Return the dated inputs by their labels (name, then place, with dots between), shape (step, input)."""
    values = np.zeros((given.steps, max(len(labels), 1)))
    for index, label in enumerate(labels):
        name, *place = label.split(".")
        values[:, index] = np.moveaxis(given.policy[name][: given.steps], 0, -1)[tuple(int(k) for k in place)]
    return values


def live(phases: Sequence[Phase]) -> frozenset[int]:
    """Return the slots of state that reach an output in some phase; the others need not be computed."""
    needed: set[int] = set()
    while True:
        found = set(needed)
        for phase in phases:
            roots = [*phase.outputs, *(phase.state[slot] for slot in needed)]
            found |= {
                int(phase.graph.nodes[i][1][0]) for i in reach(phase.graph, roots) if phase.graph.nodes[i][0] == "state"
            }
        if found == needed:
            return frozenset(needed)
        needed = found


def reach(graph: Graph, roots: Iterable[Value]) -> list[int]:
    """Return the nodes that the roots depend on, operands first."""
    seen: set[int] = set()
    stack = [root.index for root in roots if isinstance(root, Expr)]
    while stack:
        index = stack.pop()
        if index not in seen:
            seen.add(index)
            stack += [o.index for o in graph.nodes[index][1] if isinstance(o, Expr)]
    return sorted(seen)


def acting(given: Inputs, names: Sequence[str], off: tuple[str, ...] = ()) -> Mapping[range, frozenset[str]]:
    """Return, for each span of steps, the parameters that its equations read on the way to an outcome."""
    return _acting(given, tuple(names), off)


@lru_cache(16)
def _acting(given: Inputs, names: tuple[str, ...], off: tuple[str, ...]) -> Mapping[range, frozenset[str]]:
    traced = trace(given, names, off)
    slots = live(traced.phases)
    found = {}
    for phase in traced.phases:
        nodes = reach(phase.graph, [*phase.outputs, *(phase.state[slot] for slot in slots)])
        read = [phase.graph.nodes[i][1][0] for i in nodes if phase.graph.nodes[i][0] == "parameter"]
        found[phase.steps] = frozenset(traced.parameters[int(index)] for index in read)
    return found
