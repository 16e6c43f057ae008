"""Write traced equations as C: vectors over one workspace, one text for terminal, cluster and browser.

A block of `LANES` draws is computed together, `VECTOR` of them in a register. Every value that outlives its function
has a row of the workspace, LANES numbers long. A step's equations are cut into functions without loops or branches,
named after the mechanism they come from, of at most `LOOP` equations: one giant function compiles slowly and spills.
What depends only on parameters and on inputs that stay the same within a phase is computed once per phase (and again
when a lever acts), not in every step. New state is written over the old where nothing reads that any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rechenmacht.domains.race.backends.cheaper import INPUTS, LEAVES, cheaper, still
from rechenmacht.domains.race.backends.symbols import Expr, Graph
from rechenmacht.domains.race.backends.trace import Phase, Slot, Traced, Value, live, reach

LOOP = 160
FIXED = Path(__file__).parent / "c"
BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
COMPARED = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
CALLED = {
    "exp": "vexp", "log": "vlog", "pow": "vpow", "tanh": "vtanh", "sqrt": "vsqrt", "abs": "vabs",
    "min": "least", "max": "most", "where": "pick",
}  # fmt: skip
ARGUMENTS = "vec *restrict w, const double *restrict d"


@dataclass
class Rows:
    """Rows of the workspace: parameters, live state, then values that outlive their function, reused when free."""

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
    """A kernel's text and what a caller must know of it.

    rows: of the workspace. state: how many rows of live state follow the parameters. outputs: (phase, series), the row
    that holds each outcome.
    """

    text: str
    rows: int
    state: int
    outputs: tuple[tuple[int, ...], ...]


def _at(row: int) -> str:
    return f"w[{row} * PARTS]"


def literal(value: float) -> str:
    """Return a number as C reads it back to the last bit; a hexadecimal float where decimal would be long."""
    text = repr(float(value))
    return text if len(text) <= 24 else float(value).hex()


class _Writer:
    """Writes one graph's equations as functions of at most `LOOP` equations, cut where a mechanism ends."""

    def __init__(self, graph: Graph, rows: Rows, leaf_rows: dict[tuple[str, int], int], name: str) -> None:
        self.graph, self.rows, self.leaf_rows, self.name = graph, rows, leaf_rows, name
        self.row_of: dict[int, int] = {}
        self.places: dict[int, int] = {}
        self.functions: list[str] = []
        self.texts: list[str] = []

    def row(self, index: int) -> int:
        """Return the workspace row that holds a node."""
        op, operands = self.graph.nodes[index]
        if op in {"parameter", "state"}:
            return self.leaf_rows[op, int(operands[0])]
        return self.row_of[index]

    def write(self, nodes: Sequence[int], keep: Iterable[int]) -> None:
        """Write the equations of `nodes` (operands first); the rows of `keep` stay taken."""
        kept = set(keep)
        loops = self._cut(nodes)
        last_use: dict[int, int] = {}
        for number, (_, loop) in enumerate(loops):
            for index in loop:
                for operand in self.graph.nodes[index][1]:
                    if isinstance(operand, Expr):
                        last_use[operand.index] = number
        for number, (section, loop) in enumerate(loops):
            self._loop(section, loop, number, last_use, kept)

    def _cut(self, nodes: Sequence[int]) -> list[tuple[str, list[int]]]:
        loops: list[tuple[str, list[int]]] = []
        for index in nodes:
            section = self.graph.section(index)
            if not loops or loops[-1][0] != section or len(loops[-1][1]) >= LOOP:
                loops.append((section, []))
            loops[-1][1].append(index)
        return loops

    def _loop(self, section: str, loop: Sequence[int], number: int, last_use: dict[int, int], kept: set[int]) -> None:
        inside = set(loop)
        lines: list[str] = []
        loaded: set[int] = set()
        for index in loop:
            for operand in self.graph.nodes[index][1]:
                if isinstance(operand, Expr) and operand.index not in inside | loaded:
                    lines.append(f"const vec v{operand.index} = {self._load(operand.index)};")
                    loaded.add(operand.index)
            kind = "whole" if self.graph.nodes[index][0] in COMPARED else "vec"
            lines.append(f"const {kind} v{index} = {self._expression(index)};")
            if index in kept or last_use.get(index, number) > number:
                self.row_of[index] = self.places[index] if index in self.places else self.rows.take()
                lines.append(f"{_at(self.row_of[index])} = v{index};")
        for index in (*loop, *loaded):
            done = last_use.get(index, number) <= number
            if done and index not in kept and index in self.row_of:
                self.rows.free.append(self.row_of.pop(index))
        name = f"{self.name}_{section}_{len(self.functions)}"
        self.functions.append(name)
        self.texts.append(_function(name, lines))

    def _load(self, index: int) -> str:
        op, operands = self.graph.nodes[index]
        return f"all(d[{int(operands[0])}])" if op in INPUTS else _at(self.row(index))

    def _operand(self, operand: Value) -> str:
        return f"v{operand.index}" if isinstance(operand, Expr) else literal(operand)

    def _expression(self, index: int) -> str:
        op, operands = self.graph.nodes[index]
        if op in BINARY:
            return f" {BINARY[op]} ".join(self._operand(o) for o in operands)
        whole = [self._operand(o) if isinstance(o, Expr) else f"all({literal(o)})" for o in operands]
        if op in COMPARED:
            return f"(whole)({whole[0]} {COMPARED[op]} {whole[1]})"
        return f"-{whole[0]}" if op == "neg" else f"{CALLED[op]}({', '.join(whole)})"


def _function(name: str, lines: Sequence[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"PART {name}({ARGUMENTS}) {{\n    (void)d;\n{body}\n}}\n"


def invariant(graph: Graph, nodes: Sequence[int]) -> list[int]:
    """Return those of the nodes that are computed once a phase: the same in every step of it."""
    found = still(graph, nodes)
    return [index for index in nodes if index in found and graph.nodes[index][0] not in LEAVES]


class _PhaseWriter:
    """Writes a phase: what is computed once, what in every step, and the moves of new state into its rows."""

    def __init__(self, phase: Phase, slots: Sequence[int], rows: Rows, leaf_rows: dict[tuple[str, int], int]) -> None:
        self.graph, self.rows, self.leaf_rows = phase.graph, rows, leaf_rows
        self.extra: dict[Value, int] = {}
        self.state = {slot: phase.state[slot] for slot in slots}
        self.outputs = list(phase.outputs)

    def write(self, name: str) -> tuple[list[int], dict[str, list[str]], list[str]]:
        """Return the outputs' rows, the functions to call (`once`, `step`, `move`), and their texts."""
        graph, roots = self.graph, [*self.outputs, *self.state.values()]
        nodes = reach(graph, roots)
        once = invariant(graph, nodes)
        constant = set(once)
        dynamic = [i for i in nodes if i not in constant and graph.nodes[i][0] not in LEAVES]
        needed = {r.index for r in roots if isinstance(r, Expr)}
        used = needed | {o.index for i in dynamic for o in graph.nodes[i][1] if isinstance(o, Expr)}
        before = _Writer(graph, self.rows, self.leaf_rows, f"{name}_once")
        before.write(once, constant & used)
        self.step = _Writer(graph, self.rows, self.leaf_rows, f"{name}_step")
        self.step.row_of = dict(before.row_of)
        self.step.places = self._places(dynamic)
        self.step.write(dynamic, needed | set(before.row_of))
        outputs = [self._row(value) for value in self.outputs]
        calls = {"once": list(before.functions), "step": list(self.step.functions), "move": [f"{name}_move"]}
        given = [f"{_at(row)} = {self._given(value)};" for value, row in self.extra.items()]
        if given:
            calls["step"].append(f"{name}_given")
        texts = [*before.texts, *self.step.texts, *([_function(f"{name}_given", given)] if given else [])]
        return outputs, calls, [*texts, _function(f"{name}_move", self._moves())]

    def _places(self, dynamic: Sequence[int]) -> dict[int, int]:
        """Return the rows of nodes that may overwrite the state they renew.

        That is where no later equation, no outcome and no other state reads the old value.
        """
        last = {o.index: i for i in dynamic for o in self.graph.nodes[i][1] if isinstance(o, Expr)}
        wanted = Counter(v.index for v in (*self.state.values(), *self.outputs) if isinstance(v, Expr))
        renewed = Counter(v.index for v in self.state.values() if isinstance(v, Expr))
        old = {int(self.graph.nodes[i][1][0]): i for i in last if self.graph.nodes[i][0] == "state"}
        return {
            value.index: self.leaf_rows["state", slot]
            for slot, value in self.state.items()
            if isinstance(value, Expr) and value.index in set(dynamic) and renewed[value.index] == 1
            and last.get(old.get(slot, -1), -1) <= value.index and not wanted[old.get(slot, -1)]
        }  # fmt: skip

    def _moves(self) -> list[str]:
        """Return the lines that renew the state that no equation has renewed in place."""
        read, written = [], []
        for slot, value in self.state.items():
            to = self.leaf_rows["state", slot]
            if not isinstance(value, Expr) or self.graph.nodes[value.index][0] in INPUTS:
                written.append(f"{_at(to)} = {self._given(value)};")
            elif (row := self.step.row(value.index)) != to:
                read.append(f"const vec m{to} = {_at(row)};")
                written.append(f"{_at(to)} = m{to};")
        return [*read, *written]  # a new value may be an old one, so all are read before any is set

    def _row(self, value: Value) -> int:
        """Return the row of an outcome. Numbers and inputs get rows of their own, that no step frees."""
        if isinstance(value, Expr) and self.graph.nodes[value.index][0] not in INPUTS:
            return self.step.row(value.index)
        if value not in self.extra:
            self.extra[value] = self.rows.new()
        return self.extra[value]

    def _given(self, value: Value) -> str:
        text = f"d[{int(self.graph.nodes[value.index][1][0])}]" if isinstance(value, Expr) else literal(value)
        return f"all({text})"


def _begin(traced: Traced, slots: Sequence[int], rows: Rows, leaf_rows: dict[tuple[str, int], int]) -> list[str]:
    graph = traced.begin_graph
    writer = _Writer(graph, rows, leaf_rows, "begin")
    roots = [traced.begin[slot] for slot in slots]
    nodes = [i for i in reach(graph, roots) if graph.nodes[i][0] not in LEAVES]
    writer.write(nodes, {r.index for r in roots if isinstance(r, Expr)})
    lines = []
    for slot, root in zip(slots, roots, strict=True):
        value = _at(writer.row(root.index)) if isinstance(root, Expr) else f"all({literal(root)})"
        lines.append(f"{_at(leaf_rows['state', slot])} = {value};  /* {_label(traced.slots[slot])} */")
    called = "\n".join(f"    EACH_PART({name}(w + j, d));" for name in [*writer.functions, "begin_state"])
    return [
        *writer.texts,
        _function("begin_state", lines),
        f"static void begin({ARGUMENTS}) {{\n{called}\n}}\n",
    ]


def _label(slot: Slot) -> str:
    return ".".join((slot.name, *(str(k) for k in slot.place)))


def _drivers(calls: Sequence[dict[str, list[str]]]) -> list[str]:
    texts = []
    for kind in ("once", "step", "move"):
        cases = "\n".join(
            f"    case {number}:\n"
            + "\n".join(f"        EACH_PART({name}(w + j, d));" for name in called[kind])
            + "\n        break;"
            for number, called in enumerate(calls)
        )
        texts.append(f"static void {kind}({ARGUMENTS}, int phase) {{\n    switch (phase) {{\n{cases}\n    }}\n}}\n")
    return texts


def emit(traced: Traced, series: Sequence[int] | None = None) -> Source:
    """Return a model's equations as C.

    Args:
        traced: the equations.
        series: places of the outcomes wanted (all if None); what does not reach them is not computed.
    """
    chosen = range(len(traced.phases[0].outputs)) if series is None else series
    wanted = tuple(
        Phase(one.steps, one.graph, one.state, tuple(one.outputs[i] for i in chosen)) for one in traced.phases
    )
    slots = sorted(live(wanted))
    wanted = tuple(cheaper(phase, slots) for phase in wanted)
    names = len(traced.parameters)
    leaf_rows = {("parameter", i): i for i in range(names)}
    leaf_rows |= {("state", slot): names + position for position, slot in enumerate(slots)}
    rows = Rows(names + len(slots))
    texts = _begin(traced, slots, rows, leaf_rows)
    calls, outputs = [], []
    for number, phase in enumerate(wanted):
        out, called, written = _PhaseWriter(phase, slots, rows, leaf_rows).write(f"phase{number}")
        texts += [_heading(phase, number), *written]
        calls.append(called)
        outputs.append(tuple(out))
    head = f"#define NAMES {names}\n#define STATE {len(slots)}\n#define ROWS {rows.count}\n"
    parts = [
        "/* Generated from the race model's equations; do not edit. */\n",
        (FIXED / "core.h").read_text(encoding="utf-8"),
        head,
        _rows_comment(traced, slots, names),
        *texts,
        *_drivers(calls),
        (FIXED / "run.c").read_text(encoding="utf-8"),
        (FIXED / "sampler.c").read_text(encoding="utf-8"),
    ]
    return Source("\n".join(parts), rows.count, len(slots), tuple(outputs))


def _heading(phase: Phase, number: int) -> str:
    span = f"{phase.steps.start} to {phase.steps.stop - 1}"
    return f"/* Phase {number}: equations of steps {span} in the run that was traced. */\n"


def _rows_comment(traced: Traced, slots: Sequence[int], names: int) -> str:
    lines = [f"   w[{i}] {name}" for i, name in enumerate(traced.parameters)]
    lines += [f"   w[{names + i}] {_label(traced.slots[slot])}" for i, slot in enumerate(slots)]
    lines += [f"   d[{i}] {name}" for i, name in enumerate(traced.dated_names)]
    return "/* Rows of the workspace and dated inputs:\n" + "\n".join(lines) + "\n*/\n"
