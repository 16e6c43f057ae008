"""Write traced equations as C: lane loops over one workspace, one text for terminal, cluster and browser.

A block of `LANES` draws is computed together. Every value that outlives its function has a row of the workspace, LANES
numbers long; loops are innermost and free of branches, so the compiler turns them into SIMD. A step's equations are cut
into functions named after the mechanism they come from, of at most `LOOP` equations: one giant loop compiles slowly and
spills. What depends only on parameters and on inputs that stay the same within a phase is computed once per phase (and
again when a lever acts), not in every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rechenmacht.domains.race.backends.symbols import Expr, Graph
from rechenmacht.domains.race.backends.trace import Phase, Slot, Traced, Value, live, reach

LOOP = 160
FIXED = Path(__file__).parent / "c"
BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
COMPARED = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
CALLED = {
    "exp": "vexp", "log": "vlog", "pow": "vpow", "tanh": "vtanh", "sqrt": "__builtin_sqrt", "abs": "__builtin_fabs",
}  # fmt: skip
INPUTS = frozenset({"dated", "held"})
LEAVES = INPUTS | {"parameter", "state"}
ARGUMENTS = "double *restrict w, const double *restrict d"


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
    return f"w[{row} * LANES + j]"


def literal(value: float) -> str:
    """Return a number as C reads it back to the last bit; a hexadecimal float where decimal would be long."""
    text = repr(float(value))
    return text if len(text) <= 24 else float(value).hex()


class _Writer:
    """Writes one graph's equations as functions of at most `LOOP` equations, cut where a mechanism ends."""

    def __init__(self, graph: Graph, rows: Rows, leaf_rows: dict[tuple[str, int], int], name: str) -> None:
        self.graph, self.rows, self.leaf_rows, self.name = graph, rows, leaf_rows, name
        self.row_of: dict[int, int] = {}
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
                    lines.append(f"const double v{operand.index} = {self._load(operand.index)};")
                    loaded.add(operand.index)
            kind = "int" if self.graph.nodes[index][0] in COMPARED else "double"
            lines.append(f"const {kind} v{index} = {self._expression(index)};")
            if index in kept or last_use.get(index, number) > number:
                self.row_of[index] = self.rows.take()
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
        return f"d[{int(operands[0])}]" if op in INPUTS else _at(self.row(index))

    def _operand(self, operand: Value) -> str:
        return f"v{operand.index}" if isinstance(operand, Expr) else literal(operand)

    def _expression(self, index: int) -> str:
        op, operands = self.graph.nodes[index]
        a = [self._operand(o) for o in operands]
        if op in BINARY or op in COMPARED:
            return f"{a[0]} {(BINARY | COMPARED)[op]} {a[1]}"
        if op == "where":
            return f"{a[0]} ? {a[1]} : {a[2]}"
        if op in {"min", "max"}:
            return f"{a[0]} {'<' if op == 'min' else '>'} {a[1]} ? {a[0]} : {a[1]}"
        return f"-{a[0]}" if op == "neg" else f"{CALLED[op]}({', '.join(a)})"


def _function(name: str, lines: Sequence[str]) -> str:
    body = "\n".join(f"        {line}" for line in lines)
    return f"static void {name}({ARGUMENTS}) {{\n    (void)d;\n    EACH_LANE {{\n{body}\n    }}\n}}\n"


def invariant(graph: Graph, nodes: Sequence[int]) -> list[int]:
    """Return those of the nodes that depend on parameters and held inputs alone: the same in every step of a phase."""
    still: dict[int, bool] = {}
    for index in nodes:
        op, operands = graph.nodes[index]
        still[index] = op in {"parameter", "held"} or (
            op not in LEAVES and all(still[o.index] for o in operands if isinstance(o, Expr))
        )
    return [index for index, yes in still.items() if yes and graph.nodes[index][0] not in LEAVES]


class _PhaseWriter:
    """Writes a phase: what is computed once, what in every step, and the moves of new state into its rows."""

    def __init__(self, phase: Phase, slots: Sequence[int], rows: Rows, leaf_rows: dict[tuple[str, int], int]) -> None:
        self.graph, self.rows, self.leaf_rows = phase.graph, rows, leaf_rows
        self.extra: dict[Value, int] = {}
        self.state = [phase.state[slot] for slot in slots]
        self.outputs = list(phase.outputs)

    def write(self, name: str) -> tuple[list[int], dict[str, list[str]], list[str]]:
        """Return the outputs' rows, the functions to call (`once`, `step`, `move`), and their texts."""
        graph, roots = self.graph, [*self.outputs, *self.state]
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
        self.step.write(dynamic, needed | set(before.row_of))
        outputs = [self._row(value) for value in self.outputs]
        sources = [self._row(value) for value in self.state]
        calls = {"once": list(before.functions), "step": list(self.step.functions), "move": [f"{name}_move"]}
        texts = [*before.texts, *self.step.texts]
        given = [(row, self._given(value)) for value, row in self.extra.items()]
        texts.append(_function(f"{name}_given", [f"{_at(row)} = {text};" for row, text in given]))
        calls["step"].append(f"{name}_given")
        first = self.leaf_rows["state", min((s for kind, s in self.leaf_rows if kind == "state"), default=0)]
        # A new value may be an old one, so all are read before any is set.
        lines = [f"const double m{i} = {_at(row)};" for i, row in enumerate(sources)]
        lines += [f"{_at(first + i)} = m{i};" for i in range(len(sources))]
        texts.append(_function(f"{name}_move", lines))
        return outputs, calls, texts

    def _row(self, value: Value) -> int:
        """Return the row of a root. Numbers and inputs get rows of their own, that no step frees."""
        if isinstance(value, Expr) and self.graph.nodes[value.index][0] not in INPUTS:
            return self.step.row(value.index)
        if value not in self.extra:
            self.extra[value] = self.rows.new()
        return self.extra[value]

    def _given(self, value: Value) -> str:
        return f"d[{int(self.graph.nodes[value.index][1][0])}]" if isinstance(value, Expr) else literal(value)


def _begin(traced: Traced, slots: Sequence[int], rows: Rows, leaf_rows: dict[tuple[str, int], int]) -> list[str]:
    graph = traced.begin_graph
    writer = _Writer(graph, rows, leaf_rows, "begin")
    roots = [traced.begin[slot] for slot in slots]
    nodes = [i for i in reach(graph, roots) if graph.nodes[i][0] not in LEAVES]
    writer.write(nodes, {r.index for r in roots if isinstance(r, Expr)})
    lines = []
    for slot, root in zip(slots, roots, strict=True):
        value = _at(writer.row(root.index)) if isinstance(root, Expr) else literal(root)
        lines.append(f"{_at(leaf_rows['state', slot])} = {value};  /* {_label(traced.slots[slot])} */")
    called = "\n".join(f"    {name}(w, d);" for name in [*writer.functions, "begin_state"])
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
            f"    case {number}:\n" + "\n".join(f"        {name}(w, d);" for name in called[kind]) + "\n        break;"
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
