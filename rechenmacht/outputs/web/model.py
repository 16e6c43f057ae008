"""The race model kept ready for questions: inputs, draws and compiled code are made once and used again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rechenmacht import scenario as scenarios
from rechenmacht.catalogue import LINES, chip
from rechenmacht.domains.race.arrays import Draws
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.backends import choose
from rechenmacht.domains.race.backends.choose import Backend
from rechenmacht.domains.race.backends.compiled import Compiled
from rechenmacht.domains.race.backends.drawing import drawn
from rechenmacht.domains.race.backends.ready import ready
from rechenmacht.domains.race.backends.trace import acting
from rechenmacht.domains.race.inputs import Inputs, inputs
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.ruled import ENTITY
from rechenmacht.domains.race.simulate import simulate as simulate_numpy
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import quantiles
from rechenmacht.domains.uncertainty.finite import finite
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.evidence.freshness import marks
from rechenmacht.outputs.web.cache import Cache
from rechenmacht.outputs.web.pool import patient
from rechenmacht.runs import FIRST_SIMULATED, INDICATOR, model_of
from rechenmacht.scenario import Lever, Scenario, Setup, later

Array = NDArray[np.float64]
Outcomes = NDArray[np.float32]
Steps = tuple[tuple[str, float], ...]
PART = 2048  # draws between two looks at whether to stop
SAMPLES = 96 * 2**20  # bytes of draws kept
STARTS = 96 * 2**20  # bytes of states at the end of observation kept
LATE = QUARTERS.index(FIRST_SIMULATED)


class Stopped(Exception):
    """The work was cancelled."""


class Question(NamedTuple):
    """One ensemble that is asked for; `changes` are levers as (name, ((quarter, value), ...)), sorted by name.

    `shifts` are the same, as medians to which the parameters' ranges are moved.
    """

    scenario: str
    changes: tuple[tuple[str, Steps], ...]
    draws: int
    seed: int
    shifts: tuple[tuple[str, Steps], ...] = ()


def chosen(variables: Sequence[str] | None) -> list[int]:
    """Return the places in SERIES of variables in all regions, in the order of SERIES; None asks for all.

    Series that are 0 or 1 in a draw are left out: they have probabilities, not quantiles.

    Raises:
        BadInput: if a variable is unknown, naming the nearest.
    """
    known = {one.variable for one in SERIES if one.unit != INDICATOR}
    for name in variables or ():
        if name not in known:
            raise BadInput(f"outcomes: no variable {name!r}{nearest(name, known)}")
    wanted = known if variables is None else set(variables)
    return [i for i, one in enumerate(SERIES) if one.variable in wanted and one.unit != INDICATOR]


INDICATORS = [i for i, one in enumerate(SERIES) if one.unit == INDICATOR]


def changed(scenario: Scenario, asked: Question) -> Scenario:
    """Return the scenario with the question's levers after its own, as `rechenmacht run --set --shift` puts them."""
    mine = tuple(
        Lever(name=name, at=at or FIRST_SIMULATED, value=value, shift=shift, reason="set by the user")
        for levers, shift in ((asked.changes, False), (asked.shifts, True))
        for name, steps in levers
        for at, value in steps
    )
    later(mine, LAST_OBSERVED)
    return scenario.model_copy(update={"lever": (*scenario.lever, *mine)})


def _acts_late(setup: Setup) -> bool:
    """Whether no lever acts in an observed quarter."""
    return all(QUARTERS.index(at) >= LATE for steps in setup.levers.values() for at, _ in steps)


class Summed(NamedTuple):
    """Quantiles of series (series, quarter, quantile), means of indicators (series, quarter), and how they came."""

    table: Array
    means: Array
    backend: str
    slices: int = 1


class Start(NamedTuple):
    """What runs of one key share: the state at the end of observation, and outcomes until then, whole and summed up."""

    parked: Array
    early: Outcomes
    table: Array
    means: Array


def _summed(out: Outcomes) -> tuple[Array, Array]:
    """Return quantiles of outcomes and means of the indicators, which are the last of them."""
    many = len(out) - len(INDICATORS)
    return quantiles(out[:many]), out[many:].mean(axis=-1, dtype=np.float64)


class Race:
    """The race on one fact base.

    Args:
        base: the fact base.
        compiled: run the shipped kernel where there is one; otherwise NumPy.
        threads: how many compute at once.
    """

    def __init__(self, base: Base, compiled: bool = True, threads: int = 2) -> None:
        self.base, self.threads = base, threads
        self._samples: Cache[tuple[tuple[Parameter, ...], Array]] = Cache(SAMPLES, lambda kept: kept[1].nbytes)
        self._starts: Cache[Start] = Cache(STARTS, lambda kept: sum(part.nbytes for part in kept))
        self._acting: dict[tuple[str, ...], Mapping[range, frozenset[str]]] = {}
        self._lock = threading.Lock()
        self._wanted = compiled
        self._pool = ThreadPoolExecutor(threads, "draws")
        self._patient = ThreadPoolExecutor(threads, "patient")  # of streams: begun by their threads, as nice as those

    @cached_property
    def given(self) -> Inputs:
        """The dated inputs."""
        return inputs(self.base)

    @cached_property
    def headlines(self) -> list[dict[str, Any]]:
        """What is said beside each headline number: to which day its data reach, and whether they are weak alone."""
        return [mark.row() for mark in marks(self.base, LAST_OBSERVED).values()]

    @cached_property
    def datasheets(self) -> frozenset[str]:
        """The claims about the chips by which deliveries are counted and China's choice is limited."""
        names = {name for names in LINES.values() for name in names} | set(ENTITY.values())
        known = [found for name in sorted(names) for found in chip(self.base, name).known.values()]
        return frozenset(claim.id for found in known for claim, _ in found.used)

    @cached_property
    def scenarios(self) -> dict[str, Scenario]:
        """The scenarios by id, read once."""
        return {name: scenarios.read(path) for name, path in scenarios.available(self.base).items()}

    @cached_property
    def reference(self) -> tuple[Parameter, ...]:
        """The parameters with the reference's priors."""
        return self.setup(Question("reference", (), 1, 1)).parameters

    @property
    def backend(self) -> str:
        """Which backend answers: the shipped kernel, native code, or numpy where there is none (`trouble` says why)."""
        return "numpy" if self._compiled is None else self._compiled.machine.name

    def quicken(self) -> bool:
        """Answer with native code from now on, where it is ready on this machine; tells whether it does."""
        if self.backend == "kernel":
            found = ready(self.given, [parameter.name for parameter in self.reference])
            if found is not None:
                self._chosen = (found, "")
        return self.backend == "native"

    @cached_property
    def _chosen(self) -> tuple[Compiled | None, str]:
        wanted: Backend = "kernel" if self._wanted else "numpy"
        return choose.chosen(self.given, [parameter.name for parameter in self.reference], (), wanted)

    @property
    def _compiled(self) -> Compiled | None:
        return self._chosen[0]

    @property
    def trouble(self) -> str:
        """Why the kernel does not answer; empty if it does."""
        return self._chosen[1]

    def scenario(self, name: str) -> Scenario:
        """Return a scenario by id; a path is never opened.

        Raises:
            BadInput: if there is none, naming the nearest.
        """
        if name not in self.scenarios:
            raise BadInput(f"no scenario {name!r}{nearest(name, self.scenarios)}")
        return self.scenarios[name]

    def setup(self, asked: Question) -> Setup:
        """Return what a question runs, checked.

        Raises:
            BadInput: if it names something unknown, sets a value out of bounds, or moves a lever that nothing reads.
        """
        scenario = changed(self.scenario(asked.scenario), asked)
        model = model_of(self.base, scenario, self.given, self._read(scenario.off))
        return Setup(scenario, model.parameters, model.levers)

    def _read(self, off: tuple[str, ...]) -> Mapping[range, frozenset[str]]:
        """Return which parameters the equations of each span read; traced once per set of switched-off mechanisms."""
        with self._lock:
            if off not in self._acting:
                names = [name for name, one in self.base.parameters.items() if one.mechanism in NAMES]
                self._acting[off] = acting(self.given, names, off)
            return self._acting[off]

    def lever_names(self) -> frozenset[str]:
        """Return the parameters that a lever can move in the simulated quarters."""
        late = LATE * self.given.per_quarter
        return frozenset().union(*(read for span, read in self._read(()).items() if span.stop > late))

    def sample(self, setup: Setup, draws: int, seed: int, part: range | None = None) -> Array:
        """Return the parameters' draws, shape (name, draw); whole ensembles are kept, changed priors drawn anew."""
        if part is not None:
            return drawn(self._compiled, setup.parameters, draws, seed, part)
        key = (draws, seed)
        kept = self._samples.get(key)
        if kept is None:
            kept = (setup.parameters, drawn(self._compiled, setup.parameters, draws, seed))
            self._samples.put(key, kept)
        if kept[0] == setup.parameters:
            return kept[1]
        values = kept[1].copy()
        rows = [i for i, (a, b) in enumerate(zip(kept[0], setup.parameters, strict=True)) if a != b]
        values[rows] = drawn(self._compiled, [setup.parameters[i] for i in rows], draws, seed)
        return values

    def outcomes(
        self,
        setup: Setup,
        values: Array,
        series: Sequence[int],
        tick: Callable[[int], None] | None = None,
        key: Hashable = None,
    ) -> tuple[Outcomes, str]:
        """Run draws.

        Args:
            setup: what is run.
            values: parameters, shape (name, draw).
            series: places in SERIES that are kept.
            tick: called with the number of draws done; it may raise `Stopped`.
            key: what the values are kept under: runs of one key have the same values, so that those of them whose
                levers act later share what was before.

        Returns:
            Outcomes (series, quarter, draw) and the backend that made them.

        Raises:
            BadInput: if an outcome is no finite number.
        """
        compiled = self._resumable(setup, values, key)
        if compiled is not None:
            start, late = self._late(compiled, setup, values, tuple(series), key)
            return np.concatenate((start.early, late), axis=1), compiled.machine.name
        compiled = self._compiled if not setup.scenario.off else None
        count = values.shape[1]
        out = np.empty((len(series), len(QUARTERS), count), dtype=np.float32)
        for first in range(0, count, PART):
            part = range(first, min(first + PART, count))
            if compiled is None:
                out[:, :, first : part.stop] = self._numpy(setup, values[:, first : part.stop])[list(series)]
            else:
                self._fast(compiled, setup, values, series, out, draws=part)
            if tick:
                tick(part.stop)
        self._finite(setup, values, series, out)
        return out, "numpy" if compiled is None else compiled.machine.name

    def summary(
        self,
        setup: Setup,
        values: Array,
        places: Sequence[int],
        tick: Callable[[int], None] | None = None,
        key: Hashable = None,
    ) -> Summed:
        """Run draws and sum them up: `places` in quantiles, the indicators in means; the rest as for `outcomes`.

        Raises:
            BadInput: if an outcome is no finite number.
        """
        kept = (*places, *INDICATORS)
        compiled = self._resumable(setup, values, key)
        if compiled is None:
            out, backend = self.outcomes(setup, values, kept, tick)
            return Summed(*_summed(out), backend)
        start, late = self._late(compiled, setup, values, kept, key)
        parts = zip((start.table, start.means), _summed(late), strict=True)
        table, means = (np.concatenate(part, axis=1) for part in parts)
        return Summed(table, means, compiled.machine.name)

    def _finite(
        self, setup: Setup, values: Array, series: Sequence[int], out: Outcomes, quarters: Sequence[str] = QUARTERS
    ) -> None:
        given = (self.given, setup.parameters, lambda place: values[:, place], setup.levers, setup.scenario.off)
        finite(out, *given, series, quarters)

    def _numpy(self, setup: Setup, values: Array) -> Outcomes:
        names = [parameter.name for parameter in setup.parameters]
        given: Mapping[str, Array] = Draws(dict(zip(names, values, strict=True)))
        return simulate_numpy(self.given, given, setup.levers, setup.scenario.off)

    def _resumable(self, setup: Setup, values: Array, key: Hashable) -> Compiled | None:
        """Return the kernel if a run can share what was before its levers act with others of its key."""
        small = key is not None and values.shape[1] <= PART
        return self._compiled if small and not setup.scenario.off and _acts_late(setup) else None

    def _late(
        self, compiled: Compiled, setup: Setup, values: Array, series: tuple[int, ...], key: Hashable
    ) -> tuple[Start, Outcomes]:
        """Return what was before the first simulated quarter, and the outcomes from there (series, quarter, draw).

        The observed quarters are computed once for all runs of a key and set of series.
        """
        cut, place = LATE * self.given.per_quarter, (key, series, compiled.machine.name)
        start = self._starts.get(place)
        if start is None:
            parked = compiled.park(values.shape[1])
            out = np.empty((len(series), len(QUARTERS), values.shape[1]), dtype=np.float32)
            self._fast(compiled, setup, values, series, out, parked, cut)
            early, late = out[:, :LATE].copy(), out[:, LATE:]
            self._finite(setup, values, series, early, QUARTERS[:LATE])
            start = Start(parked, early, *_summed(early))
            self._starts.put(place, start)
        else:
            late = np.empty((len(series), len(QUARTERS) - LATE, values.shape[1]), dtype=np.float32)
            self._fast(compiled, setup, values, series, late, start.parked, cut, resume=True)
        self._finite(setup, values, series, late, QUARTERS[LATE:])
        return start, late

    def _fast(
        self, compiled: Compiled, setup: Setup, values: Array, series: Sequence[int], out: Outcomes,
        parked: Array | None = None, cut: int = -1, *, resume: bool = False, draws: range | None = None,
    ) -> None:  # fmt: skip
        """Fill outcomes, or those of some draws, whose first is the first of a block; two threads at once."""
        chosen, quarters = draws or range(values.shape[1]), QUARTERS[-out.shape[1] :]
        blocks = range(chosen.start // compiled.lanes, -(-chosen.stop // compiled.lanes))
        size = max(1, -(-len(blocks) // self.threads))

        def fill(first: int) -> None:
            part = range(first, min(first + size, blocks.stop))
            compiled.fill(values, setup.levers, quarters, out, part, series, parked, cut, resume)

        list((self._patient if patient() else self._pool).map(fill, blocks[::size]))

    def close(self) -> None:
        """Give the threads back."""
        for pool in (self._pool, self._patient):
            pool.shutdown(wait=False, cancel_futures=True)
