"""Write traced equations as the source of a compiled kernel: lane loops over one workspace.

A block of `LANES` draws is computed together. Every value that outlives its loop has a row of the workspace, LANES
numbers long; loops are innermost and free of branches, so the compiler turns them into SIMD. The equations of a step
are cut into loops of at most `LOOP` equations: one giant loop compiles slowly and spills. What depends on parameters
alone is computed once per phase (and again when a lever acts), not in every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rechenmacht.domains.race.backends.symbols import Expr, Graph
from rechenmacht.domains.race.backends.trace import Phase, Traced, Value, live, reach

LANES = 16
LOOP = 160
BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
COMPARED = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
CALLED = {"exp": "vexp", "log": "vlog", "pow": "vpow", "tanh": "vtanh", "sqrt": "sqrt", "abs": "abs"}
LEAVES = frozenset({"parameter", "state", "dated"})


@dataclass
class Rows:
    """Rows of the workspace: parameters, live state, then values that outlive their loop, reused when free."""

    count: int
    free: list[int] = field(default_factory=list)

    def take(self) -> int:
        """Return a row that is not in use."""
        return self.free.pop() if self.free else self.new()

    def new(self) -> int:
        """Return a row that nothing has used."""
        self.count += 1
        return self.count - 1


@dataclass(frozen=True)
class Source:
    """A module's text and what a caller must know of it: rows of the workspace and which row holds each output."""

    text: str
    rows: int
    state: tuple[int, ...]
    outputs: tuple[tuple[int, ...], ...]


def _at(row: int | None) -> str:
    """Return a lane of a row. The workspace is flat, so that distances between rows are known when it is compiled."""
    if row is None:
        raise LookupError("a value without a row")
    return f"w[{row * LANES} + j]"


def _literal(value: float) -> str:
    return repr(float(value))


class _Writer:
    """Writes one graph's equations as functions of at most `LOOP` equations."""

    def __init__(self, graph: Graph, rows: Rows, leaf_rows: dict[tuple[str, int], int], name: str) -> None:
        self.graph, self.rows, self.leaf_rows, self.name = graph, rows, leaf_rows, name
        self.row_of: dict[int, int] = {}
        self.functions: list[str] = []
        self.texts: list[str] = []

    def row(self, index: int) -> int | None:
        """Return the workspace row that holds a node, if it has one."""
        op, operands = self.graph.nodes[index]
        if op in {"parameter", "state"}:
            return self.leaf_rows[op, int(operands[0])]
        return self.row_of.get(index)

    def write(self, nodes: Sequence[int], keep: Iterable[int]) -> None:
        """Write the equations of `nodes` (operands first); the rows of `keep` stay taken."""
        kept = set(keep)
        loops = [nodes[a : a + LOOP] for a in range(0, len(nodes), LOOP)]
        last_use: dict[int, int] = {}
        for number, loop in enumerate(loops):
            for index in loop:
                for operand in self.graph.nodes[index][1]:
                    if isinstance(operand, Expr):
                        last_use[operand.index] = number
        for number, loop in enumerate(loops):
            self._loop(loop, number, last_use, kept)

    def _loop(self, loop: Sequence[int], number: int, last_use: dict[int, int], kept: set[int]) -> None:
        inside = set(loop)
        lines: list[str] = []
        loaded: set[int] = set()
        for index in loop:
            for operand in self.graph.nodes[index][1]:
                if isinstance(operand, Expr) and operand.index not in inside | loaded:
                    lines.append(self._load(operand.index))
                    loaded.add(operand.index)
            lines.append(f"v{index} = {self._expression(index)}")
            if index in kept or last_use.get(index, number) > number:
                self.row_of[index] = self.rows.take()
                lines.append(f"{_at(self.row_of[index])} = v{index}")
        for index in (*loop, *loaded):
            done = last_use.get(index, number) <= number
            if done and index not in kept and index in self.row_of:
                self.rows.free.append(self.row_of.pop(index))
        name = f"{self.name}_{len(self.functions)}"
        body = "\n".join(f"        {line}" for line in lines)
        self.functions.append(name)
        self.texts.append(f"@loop\ndef {name}(w, d, k):\n    for j in range({LANES}):\n{body}\n")

    def _load(self, index: int) -> str:
        op, operands = self.graph.nodes[index]
        if op == "dated":
            return f"v{index} = d[k, {int(operands[0])}]"
        return f"v{index} = {_at(self.row(index))}"

    def _operand(self, operand: Value) -> str:
        return f"v{operand.index}" if isinstance(operand, Expr) else _literal(operand)

    def _expression(self, index: int) -> str:
        op, operands = self.graph.nodes[index]
        a = [self._operand(o) for o in operands]
        if op in BINARY:
            return f"{a[0]} {BINARY[op]} {a[1]}"
        if op in COMPARED:
            return f"{a[0]} {COMPARED[op]} {a[1]}"
        if op == "where":
            return f"{a[1]} if {a[0]} else {a[2]}"
        if op in {"min", "max"}:
            return f"{a[0]} if {a[0]} {'<' if op == 'min' else '>'} {a[1]} else {a[1]}"
        return f"-{a[0]}" if op == "neg" else f"{CALLED[op]}({', '.join(a)})"


def invariant(graph: Graph, nodes: Iterable[int]) -> list[int]:
    """Return those of the nodes (operands first) that depend on parameters alone."""
    still: dict[int, bool] = {}
    for index in nodes:
        op, operands = graph.nodes[index]
        still[index] = op == "parameter" or (
            op not in LEAVES and all(still[o.index] for o in operands if isinstance(o, Expr))
        )
    return [index for index, yes in still.items() if yes and graph.nodes[index][0] != "parameter"]


def _phase(
    phase: Phase, slots: Sequence[int], rows: Rows, leaf_rows: dict[tuple[str, int], int], name: str
) -> tuple[_Writer, _Writer, list[str], list[int]]:
    """Return (once per phase, every step, lines that move the new state, rows of the outputs)."""
    graph = phase.graph
    roots = [*phase.outputs, *(phase.state[slot] for slot in slots)]
    nodes = reach(graph, roots)
    once = invariant(graph, nodes)
    constant = set(once)
    dynamic = [i for i in nodes if i not in constant and graph.nodes[i][0] not in LEAVES]
    needed = {r.index for r in roots if isinstance(r, Expr)}
    used = needed | {o.index for i in dynamic for o in graph.nodes[i][1] if isinstance(o, Expr)}
    before = _Writer(graph, rows, leaf_rows, f"{name}_once")
    before.write(once, constant & used)
    step = _Writer(graph, rows, leaf_rows, f"{name}_step")
    step.row_of = dict(before.row_of)
    fixed = set(before.row_of)
    step.write(dynamic, needed | fixed)
    numbers: dict[float, int] = {}

    def row_of(value: Value) -> int:
        if isinstance(value, Expr):
            op = graph.nodes[value.index][0]
            if op != "dated":
                found = step.row(value.index)
                assert found is not None  # noqa: S101 - every root has been kept
                return found
            raise NotImplementedError("an output that is a dated input")
        if value not in numbers:  # a row of its own: rows that steps have freed are written to in every step
            numbers[value] = rows.new()
        return numbers[value]

    moves = [f"{_at(leaf_rows['state', slot])} = m{position}" for position, slot in enumerate(slots)]
    sources = [f"m{position} = {_at(row_of(phase.state[slot]))}" for position, slot in enumerate(slots)]
    outputs = [row_of(value) for value in phase.outputs]
    constants = [f"{_at(row)} = {_literal(value)}" for value, row in numbers.items()]
    return before, step, [*constants, "|", *sources, "|", *moves], outputs


def generate(traced: Traced) -> Source:
    """Return the source of a module that runs blocks of draws."""
    slots = sorted(live(traced))
    parameters = len(traced.parameters)
    leaf_rows = {("parameter", i): i for i in range(parameters)}
    leaf_rows |= {("state", slot): parameters + position for position, slot in enumerate(slots)}
    rows = Rows(parameters + len(slots))
    texts: list[str] = []
    begin = _Writer(traced.begin_graph, rows, leaf_rows, "begin")
    roots = [traced.begin[slot] for slot in slots]
    nodes = [i for i in reach(traced.begin_graph, roots) if traced.begin_graph.nodes[i][0] != "parameter"]
    begin.write(nodes, {r.index for r in roots if isinstance(r, Expr)})
    texts += begin.texts
    begun = []
    for slot, root in zip(slots, roots, strict=True):
        value = _at(begin.row(root.index)) if isinstance(root, Expr) else _literal(root)
        begun.append(f"{_at(leaf_rows['state', slot])} = {value}")
    calls = {"begin": list(begin.functions)}
    texts += _chunks("begin_move", begun, calls["begin"])
    outputs = []
    for number, phase in enumerate(traced.phases):
        name = f"phase{number}"
        before, step, moves, out = _phase(phase, slots, rows, leaf_rows, name)
        constants, sources, targets = _split(moves)
        texts += [*before.texts, *step.texts]
        calls[f"{name}_once"] = list(before.functions)
        texts += _chunks(f"{name}_constant", constants, calls[f"{name}_once"])
        calls[f"{name}_step"] = list(step.functions)
        calls[f"{name}_move"] = []
        texts += _moves(f"{name}_move", sources, targets, calls[f"{name}_move"])
        outputs.append(tuple(out))
    state = tuple(leaf_rows["state", slot] for slot in slots)
    return Source(_module(texts, calls, len(traced.phases)), rows.count, state, tuple(outputs))


def _split(lines: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    first = lines.index("|")
    second = lines.index("|", first + 1)
    return list(lines[:first]), list(lines[first + 1 : second]), list(lines[second + 1 :])


def _chunks(name: str, lines: Sequence[str], calls: list[str]) -> list[str]:
    texts = []
    for number, a in enumerate(range(0, len(lines), LOOP)):
        body = "\n".join(f"        {line}" for line in lines[a : a + LOOP])
        calls.append(f"{name}_{number}")
        texts.append(f"@loop\ndef {name}_{number}(w, d, k):\n    for j in range({LANES}):\n{body}\n")
    return texts


def _moves(name: str, sources: Sequence[str], targets: Sequence[str], calls: list[str]) -> list[str]:
    """Write the copies of new state into its rows. A new value may be an old one, so all are read before any is set."""
    body = "\n".join(f"        {line}" for line in (*sources, *targets))
    calls.append(name + "_0")
    return [f"@loop\ndef {name}_0(w, d, k):\n    for j in range({LANES}):\n{body}\n"] if sources else []


def _module(texts: Sequence[str], calls: dict[str, list[str]], phases: int) -> str:
    def called(name: str, indent: int) -> str:
        return "\n".join(f"{' ' * indent}{function}(w, d, k)" for function in calls[name]) or " " * indent + "pass"

    choices = {}
    for kind in ("once", "step", "move"):
        lines = [
            f"        {'if' if number == 0 else 'elif'} phase == {number}:\n{called(f'phase{number}_{kind}', 12)}"
            for number in range(phases)
        ]
        choices[kind] = "\n".join(lines)
    drivers = [f"@driver\ndef begin(w, d):\n    k = 0\n{called('begin', 4)}\n"]
    drivers += [
        f"@driver\ndef {kind}(w, d, k, phase):\n    if True:\n{choices[kind]}\n" for kind in ("once", "step", "move")
    ]
    head = '"""Generated from the race model\'s equations; do not edit."""\n\nfrom math import sqrt\n\n'
    head += "from rechenmacht.domains.race.backends.kernel import driver, loop, vexp, vlog, vpow, vtanh\n\n\n"
    return head + "\n\n".join((*texts, *drivers))
