"""A compiled kernel and how it is run: the same for WebAssembly and for native code.

A kernel holds the equations of the shipped model. It serves every scenario made of levers, priors and dated rules; what
it cannot serve (a mechanism switched off, one of a workspace, a dated input that changes where the kernel takes it as
constant) is told by `Unserved`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends.trace import STRUCTURAL, Traced, dated_values
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.sample import held
from rechenmacht.wanted import still

Array = NDArray[np.float64]
Whole = NDArray[np.int32]
Levers = Mapping[str, tuple[tuple[str, float], ...]]
SLICE = 4096  # draws that a thread takes at once
CACHE_LINE = 64  # bytes
NO_STATE = np.empty(0)


class Unserved(Exception):
    """The kernel does not hold the equations of a run; the text says why."""


@dataclass(frozen=True)
class Meta:
    """What a caller must know of a kernel.

    names: the parameters. rows, state: of the workspace. outputs: (phase, series), rows of the outcomes. dated: labels
    of the dated inputs. held: for each phase, the inputs that must not change within it. after: for each phase, whether
    its equations are those of the projected quarters. lanes: draws computed together.
    """

    names: tuple[str, ...]
    rows: int
    state: int
    outputs: tuple[tuple[int, ...], ...]
    dated: tuple[str, ...]
    held: tuple[tuple[int, ...], ...]
    after: tuple[float, ...]
    lanes: int


def meta_of(traced: Traced, given: Inputs, rows: int, state: int, outputs: Any, lanes: int) -> Meta:
    """Return what is to be known of a kernel that was emitted from `traced`."""
    held = tuple(
        tuple(sorted(int(operands[0]) for op, operands in phase.graph.nodes if op == "held")) for phase in traced.phases
    )
    after = tuple(float(given.policy[STRUCTURAL][phase.steps.start]) for phase in traced.phases)
    return Meta(traced.parameters, rows, state, outputs, traced.dated_names, held, after, lanes)


def meta_from(values: Mapping[str, Any]) -> Meta:
    """Return a kernel's description as it was read from JSON."""
    return Meta(
        names=tuple(values["names"]),
        rows=values["rows"],
        state=values["state"],
        outputs=tuple(map(tuple, values["outputs"])),
        dated=tuple(values["dated"]),
        held=tuple(map(tuple, values["held"])),
        after=tuple(values["after"]),
        lanes=values["lanes"],
    )


def meta_values(meta: Meta) -> dict[str, Any]:
    """Return a kernel's description for JSON."""
    return asdict(meta)


@dataclass(frozen=True)
class Job:
    """What a machine runs: arrays as `c/run.c` describes them."""

    p: Array
    dated: Array
    phase: Whole
    keep: Whole
    outputs: Whole
    levers: Whole
    values: Array
    out: NDArray[Any]
    parked: Array
    cut: int
    resume: bool


class Machine(Protocol):
    """What runs a kernel's text: WebAssembly in an engine ("kernel"), or native code ("native")."""

    name: str
    lanes: int

    def run(self, job: Job, first: int, last: int) -> None:
        """Run blocks of draws and fill `job.out`."""

    def sample(self, keys: Any, kinds: Whole, ends: Array, draws: int, bits: int, part: range) -> Array:
        """Return draws of parameters, shape (name, draw)."""


class Compiled:
    """A kernel bound to the dated inputs of a run."""

    def __init__(self, machine: Machine, meta: Meta, given: Inputs, names: Sequence[str]) -> None:
        if tuple(names) != meta.names:
            raise Unserved("the kernel was made for other parameters")
        missing = [label for label in meta.dated if label.split(".")[0] not in given.policy]
        if missing:
            raise Unserved(f"the kernel knows an input {missing[0]} that this run does not have")
        self.machine, self.meta, self.given = machine, meta, given
        self.dated = np.ascontiguousarray(dated_values(given, meta.dated))
        self.phase = self._phases()

    def _phases(self) -> Whole:
        after = self.given.policy[STRUCTURAL][: self.given.steps]
        found = np.full(len(after), -1, dtype=np.int32)
        for number, value in enumerate(self.meta.after):
            found[after == value] = number
            inside = self.dated[found == number][:, list(self.meta.held[number])]
            if len(inside) and (inside != inside[0]).any():
                label = self.meta.dated[self.meta.held[number][int(np.argmax((inside != inside[0]).any(0)))]]
                raise Unserved(f"the kernel takes {label} as constant, and here it changes")
        if (found < 0).any():
            raise Unserved("the kernel does not know which equations hold in some quarter")
        return found

    @property
    def lanes(self) -> int:
        """Draws computed together."""
        return self.machine.lanes

    def levers(self, levers: Levers, p: Array) -> tuple[Whole, Array]:
        """Return levers as rows and steps, shape (lever, 2), and values, shape (lever, draw); `p` is (name, draw)."""
        rows = [
            (self.meta.names.index(name), QUARTERS.index(at) * self.given.per_quarter, value)
            for name, steps in levers.items()
            for at, value in steps
        ]
        rows.sort(key=lambda row: row[1])
        places = np.array([row[:2] for row in rows], dtype=np.int32).reshape(-1, 2)
        values = [held(value, p[name]) for name, _, value in rows]
        return places, np.array(values, dtype=np.float64).reshape(len(rows), p.shape[1])

    def keep(self, quarters: Sequence[str]) -> Whole:
        """Return for each step which kept period it ends, or -1, shape (step,)."""
        found = np.full(self.given.steps, -1, dtype=np.int32)
        for period, quarter in enumerate(quarters):
            if (QUARTERS.index(quarter) + 1) * self.given.per_quarter > self.given.steps:
                continue  # a run that ends earlier
            found[(QUARTERS.index(quarter) + 1) * self.given.per_quarter - 1] = period
        return found

    def rows(self, series: Sequence[int] | None = None) -> Whole:
        """Return the workspace rows of series (all if None), shape (phase, series)."""
        found = np.array(self.meta.outputs, dtype=np.int32)
        return found if series is None else np.ascontiguousarray(found[:, list(series)])

    def park(self, draws: int) -> Array:
        """Return room for the state of so many draws, shape (block, state, lane)."""
        return np.empty((-(-draws // self.lanes), self.meta.state, self.lanes))

    def fill(
        self, p: Array, levers: Levers, quarters: Sequence[str], out: NDArray[Any], part: range,
        series: Sequence[int] | None = None, parked: Array | None = None, cut: int = -1, resume: bool = False,
    ) -> None:  # fmt: skip
        """Run blocks of draws.

        Args:
            p: parameters, shape (name, draw).
            levers: parameter name -> (quarter, value) pairs in the order of time.
            quarters: at whose end outcomes are kept.
            out: filled, shape (series, period, draw), float32 or float64.
            part: the blocks.
            series: places of the outcomes in `out`; all if None.
            parked: room for the state before step `cut`, as `park` gives it.
            cut: the step; below zero if nothing is parked.
            resume: begin at `cut` with the parked state; periods before it stay as they are in `out`.
        """
        levered, values = self.levers(levers, p)
        keep, rows = self.keep(quarters), self.rows(series)
        park = NO_STATE if parked is None else parked
        job = Job(p, self.dated, self.phase, keep, rows, levered, values, out, park, cut, resume)
        self.machine.run(job, part.start, part.stop)


def _room(shape: tuple[int, int, int], dtype: Any) -> NDArray[Any]:
    """Return room for outcomes of a shape that begins on a cache line: whole lines are written faster."""
    size, item = int(np.prod(shape)), np.dtype(dtype).itemsize
    raw = np.empty(size + CACHE_LINE // item, dtype=dtype)
    first = -raw.ctypes.data % CACHE_LINE // item
    return raw[first : first + size].reshape(shape)


def run(
    model: Compiled,
    p: Array,
    levers: Levers | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    quarters: Sequence[str] = QUARTERS,
    series: Sequence[int] | None = None,
    dtype: Any = np.float32,
    threads: int | None = None,
) -> NDArray[Any]:
    """Run all draws.

    Args:
        model: the kernel.
        p: parameters, shape (name, draw).
        levers: parameter name -> (quarter, value) pairs in the order of time.
        progress: called with the number of draws done.
        quarters: at whose end outcomes are kept.
        series: places of the outcomes that are kept; all if None.
        dtype: of the outcomes: float32, or float64 to compare backends.
        threads: how many; as many as processors if none is given.

    Returns:
        Outcomes of shape (series, quarter, draw).
    """
    draws = p.shape[1]
    out = _room((len(model.meta.outputs[0]) if series is None else len(series), len(quarters), draws), dtype)
    blocks = -(-draws // model.lanes)
    workers = threads or os.cpu_count() or 1
    size = max(1, min(SLICE // model.lanes, -(-blocks // workers)))  # few draws are still shared out
    parts = [range(a, min(a + size, blocks)) for a in range(0, blocks, size)]

    def one(part: range) -> int:
        model.fill(p, levers or {}, quarters, out, part, series)
        return int(min(part.stop * model.lanes, draws) - part.start * model.lanes)

    done = 0
    with ThreadPoolExecutor(workers) as pool:
        for finished in pool.map(one, parts):
            still()
            done += finished
            if progress:
                progress(done)
    return out
