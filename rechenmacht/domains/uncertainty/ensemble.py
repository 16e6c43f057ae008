"""Run an ensemble on a backend, whole or in slices, and sum it up in quantiles and means.

An ensemble too large for memory is run in slices of draws. Each slice is a part of the same Latin hypercube, and a
quantile of the whole is taken as the mean of the slices' quantiles, weighted by their draws: with slices of some ten
thousand draws that differs from the exact quantile by far less than the ensemble's own sampling error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends import compiled as kernels
from rechenmacht.domains.race.backends.choose import Backend, chosen, provenance
from rechenmacht.domains.race.backends.compiled import Compiled
from rechenmacht.domains.race.backends.drawing import drawn
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.simulate import Levers
from rechenmacht.domains.race.simulate import simulate as simulate_numpy
from rechenmacht.domains.uncertainty.finite import finite
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw

Array = NDArray[np.float64]
Outcomes = NDArray[np.float32]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SLICE = 16_384  # draws
ALONE = 2**21  # numbers that one thread sorts sooner than two are begun: some 5 ms
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Model:
    """What is run: dated inputs, parameters, levers, and mechanisms that are switched off."""

    given: Inputs
    parameters: tuple[Parameter, ...]
    levers: Levers
    off: tuple[str, ...] = ()


@dataclass(frozen=True)
class Summary:
    """An ensemble's quantiles, shape (series, quarter, quantile), and means, shape (series, quarter)."""

    table: Array
    means: Array
    quarters: tuple[str, ...]


def quantiles(outcomes: Outcomes, chosen: Sequence[int] | None = None) -> Array:
    """Return the quantiles of outcomes (series, quarter, draw), shape (chosen series, quarter, quantile).

    Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996), as numpy.quantile does. Of many
    numbers two threads sort at once: sorting gives up the interpreter's lock.
    """
    wanted = range(len(outcomes)) if chosen is None else chosen

    def one(index: int) -> Array:
        return _ranked(np.sort(outcomes[index], axis=-1))

    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(one, wanted)))


def _ranked(ordered: Outcomes) -> Array:
    """Return the quantiles of outcomes (quarter, draw) in ascending order, shape (quarter, quantile)."""
    draws = ordered.shape[-1]
    at = np.array(QUANTILES) * (draws - 1)
    below = np.floor(at).astype(int)
    above, part = np.minimum(below + 1, draws - 1), at - below
    found: Array = ordered[:, below] * (1 - part) + ordered[:, above] * part
    return found


def _used_up(outcomes: Outcomes) -> tuple[Array, Array]:
    """Return outcomes' quantiles (series, quarter, quantile) and means (series, quarter); they are sorted in place."""

    def one(series: Outcomes) -> tuple[Array, Array]:
        mean: Array = series.mean(axis=-1, dtype=np.float64)
        series.sort(axis=-1)
        return _ranked(series), mean

    with ThreadPoolExecutor(2) as pool:
        table, means = zip(*pool.map(one, outcomes), strict=True)
    return np.array(table), np.array(means)


def _compiled(model: Model, backend: Backend) -> Compiled | None:
    return chosen(model.given, [parameter.name for parameter in model.parameters], model.off, backend)[0]


def served(model: Model, backend: Backend) -> dict[str, object]:
    """Return, for a run's record, what runs it: the backend, why it is not the one asked for, the kernel's checksums.

    Raises:
        BadInput: if native code is asked for and there is no C compiler.
    """
    found, why = chosen(model.given, [parameter.name for parameter in model.parameters], model.off, backend)
    record: dict[str, object] = {"backend": backend if found is not None else "numpy", "backend_note": why}
    return record | ({"kernel": provenance()} if found is not None and backend == "kernel" else {})


def whole(
    model: Model, draws: int, seed: int, backend: Backend = "kernel", progress: Progress | None = None
) -> Outcomes:
    """Return all outcomes of an ensemble, shape (series, quarter, draw); NumPy runs what the kernel does not serve.

    Raises:
        BadInput: if native code is asked for and there is no C compiler, or an outcome is no finite number.
    """
    compiled = _compiled(model, backend)
    if compiled is None:
        values = draw(model.parameters, draws, seed)
        outcomes = simulate_numpy(model.given, values, model.levers, model.off, progress)
        _finite(model, outcomes, lambda place: np.array([values[p.name][place] for p in model.parameters]))
        return outcomes
    p = drawn(compiled, model.parameters, draws, seed)
    outcomes = kernels.run(compiled, p, model.levers, progress)
    _finite(model, outcomes, lambda place: p[:, place])
    return outcomes


def _finite(
    model: Model, outcomes: Outcomes, values: Callable[[int], Array], series: Sequence[int] | None = None,
    quarters: Sequence[str] = QUARTERS,
) -> None:  # fmt: skip
    reached = outcomes[:, : model.given.steps // model.given.per_quarter]  # a run may end earlier
    finite(reached, model.given, model.parameters, values, model.levers, model.off, series, quarters)


def simulator(
    model: Model, backend: Backend = "kernel", quarters: tuple[str, ...] = QUARTERS
) -> Callable[[Array], Outcomes]:
    """Return a function from parameters' values (parameter, draw) to outcomes (series, quarter, draw).

    Values are in the order of `model.parameters`; a kernel is compiled or read once, here.

    Raises:
        BadInput: if native code is asked for and there is no C compiler.
    """
    names = tuple(parameter.name for parameter in model.parameters)
    compiled = _compiled(model, backend)
    kept = [QUARTERS.index(quarter) for quarter in quarters]

    def run(values: Array) -> Outcomes:
        if compiled is None:
            given = dict(zip(names, values, strict=True))
            found = simulate_numpy(model.given, given, model.levers, model.off)[:, kept]
        else:
            found = kernels.run(compiled, np.ascontiguousarray(values), model.levers, quarters=quarters)
        _finite(model, found, lambda place: values[:, place], quarters=quarters)
        return found

    return run


def slices(
    model: Model, draws: int, seed: int, backend: Backend = "kernel", quarters: Sequence[str] = QUARTERS,
    series: Sequence[int] | None = None,
) -> Iterator[Outcomes]:  # fmt: skip
    """Yield an ensemble's outcomes (series, quarter, draw) slice by slice of its draws, in order.

    Args:
        model: what is run.
        draws: of the whole ensemble.
        seed: of the draws.
        backend: what runs them.
        quarters: at whose end outcomes are kept.
        series: places in `model.given.added.series` of the outcomes that are kept; all if None.

    Raises:
        BadInput: if native code is asked for and there is no C compiler.
    """
    compiled = _compiled(model, backend)
    kept = [QUARTERS.index(quarter) for quarter in quarters]
    for first in range(0, draws, SLICE):
        part = range(first, min(first + SLICE, draws))
        if compiled is None:
            outcomes = simulate_numpy(model.given, draw(model.parameters, draws, seed, part), model.levers, model.off)
            outcomes = outcomes if series is None else outcomes[list(series)]
            outcomes = outcomes if len(kept) == len(QUARTERS) else outcomes[:, kept]
            p: Array | None = None
        else:
            middle = (part.start + part.stop) // 2
            halves = [range(part.start, middle), range(middle, part.stop)]
            with ThreadPoolExecutor(2) as pool:
                found = pool.map(lambda half: drawn(compiled, model.parameters, draws, seed, half), halves)
                p = np.concatenate(list(found), 1)
            outcomes = kernels.run(compiled, p, model.levers, quarters=quarters, series=series)
        _finite(model, outcomes, partial(_values, model, p, draws, seed, part), series, quarters)
        yield outcomes


def _values(model: Model, p: Array | None, draws: int, seed: int, part: range, place: int) -> Array:
    """Return the parameters of one draw of a slice, shape (parameter,)."""
    if p is None:
        p = np.stack(list(draw(model.parameters, draws, seed, part).values()))
    found: Array = p[:, place]
    return found


def in_slices(
    model: Model,
    draws: int,
    seed: int,
    backend: Backend,
    quarters: tuple[str, ...] = QUARTERS,
    progress: Progress | None = None,
) -> Summary:
    """Run an ensemble slice by slice and return its summary at the ends of some quarters.

    Raises:
        BadInput: if native code is asked for and there is no C compiler.
    """
    table, means, done = np.zeros(1), np.zeros(1), 0
    for outcomes in slices(model, draws, seed, backend, quarters):
        size = outcomes.shape[-1]
        ranks, averages = _used_up(outcomes)
        table, means = table + ranks * (size / draws), means + averages * (size / draws)
        done += size
        if progress:
            progress(done)
    return Summary(table, means, quarters)


def summarise(outcomes: Outcomes) -> Summary:
    """Return the summary of an ensemble's outcomes (series, quarter, draw)."""
    return Summary(quantiles(outcomes), outcomes.mean(axis=-1, dtype=np.float64), QUARTERS)
