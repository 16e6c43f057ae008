"""Run an ensemble on a backend, whole or in slices, and sum it up in quantiles and means.

An ensemble too large for memory is run in slices of draws. Each slice is a part of the same Latin hypercube, and a
quantile of the whole is taken as the mean of the slices' quantiles, weighted by their draws: with slices of some ten
thousand draws that differs from the exact quantile by far less than the ensemble's own sampling error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.simulate import Levers
from rechenmacht.domains.race.simulate import simulate as simulate_numpy
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw

Array = NDArray[np.float64]
Outcomes = NDArray[np.float32]
Backend = Literal["numpy", "fast"]
BACKENDS: tuple[Backend, ...] = ("numpy", "fast")
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
SLICE = 16_384  # draws
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

    Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996), as numpy.quantile does. Two threads
    sort at once: sorting gives up the interpreter's lock.
    """
    wanted = range(len(outcomes)) if chosen is None else chosen
    draws = outcomes.shape[-1]
    at = np.array(QUANTILES) * (draws - 1)
    below = np.floor(at).astype(int)
    above, part = np.minimum(below + 1, draws - 1), at - below

    def one(index: int) -> Array:
        ordered = np.sort(outcomes[index], axis=-1)
        found: Array = ordered[:, below] * (1 - part) + ordered[:, above] * part
        return found

    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(one, wanted)))


def whole(
    model: Model, draws: int, seed: int, backend: Backend = "numpy", progress: Progress | None = None
) -> Outcomes:
    """Return all outcomes of an ensemble, shape (series, quarter, draw).

    Raises:
        BadInput: if the backend is not installed.
    """
    p = draw(model.parameters, draws, seed)
    if backend == "numpy":
        return simulate_numpy(model.given, p, model.levers, model.off, progress)
    from rechenmacht.domains.race.backends import fast

    return fast.simulate(model.given, p, model.levers, model.off, progress)


def simulator(model: Model, backend: Backend, quarters: tuple[str, ...] = QUARTERS) -> Callable[[Array], Outcomes]:
    """Return a function from parameters' values (parameter, draw) to outcomes (series, quarter, draw).

    Values are in the order of `model.parameters`; a compiled model is compiled or read once, here.

    Raises:
        BadInput: if the backend is not installed.
    """
    names = tuple(parameter.name for parameter in model.parameters)
    if backend == "numpy":
        kept = [QUARTERS.index(quarter) for quarter in quarters]
        return lambda values: simulate_numpy(
            model.given, dict(zip(names, values, strict=True)), model.levers, model.off
        )[:, kept]
    from rechenmacht.domains.race.backends import fast

    compiled = fast.Compiled(model.given, names, model.off)
    return lambda values: fast.run(compiled, np.ascontiguousarray(values), model.levers, quarters=quarters)


def _numpy_slices(model: Model, draws: int, seed: int, quarters: tuple[str, ...]) -> Iterator[Outcomes]:
    kept = [QUARTERS.index(quarter) for quarter in quarters]
    for first in range(0, draws, SLICE):
        part = range(first, min(first + SLICE, draws))
        outcomes = simulate_numpy(model.given, draw(model.parameters, draws, seed, part), model.levers, model.off)
        yield outcomes if len(kept) == len(QUARTERS) else outcomes[:, kept]


def _fast_slices(model: Model, draws: int, seed: int, quarters: tuple[str, ...]) -> Iterator[Outcomes]:
    from rechenmacht.domains.race.backends import fast
    from rechenmacht.domains.uncertainty.fast_sample import draw_part

    compiled = fast.Compiled(model.given, tuple(parameter.name for parameter in model.parameters), model.off)
    for first in range(0, draws, SLICE):
        part = range(first, min(first + SLICE, draws))
        middle = (part.start + part.stop) // 2
        with ThreadPoolExecutor(2) as pool:
            halves = [range(part.start, middle), range(middle, part.stop)]
            p = np.concatenate(list(pool.map(lambda half: draw_part(model.parameters, draws, seed, half), halves)), 1)
        yield fast.run(compiled, p, model.levers, quarters=quarters)


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
        BadInput: if the backend is not installed.
    """
    slices = {"numpy": _numpy_slices, "fast": _fast_slices}[backend](model, draws, seed, quarters)
    table, means, done = np.zeros(1), np.zeros(1), 0
    for outcomes in slices:
        size = outcomes.shape[-1]
        table = table + quantiles(outcomes) * (size / draws)
        means = means + outcomes.mean(axis=-1, dtype=np.float64) * (size / draws)
        done += size
        if progress:
            progress(done)
    return Summary(table, means, quarters)


def summarise(outcomes: Outcomes) -> Summary:
    """Return the summary of an ensemble's outcomes (series, quarter, draw)."""
    return Summary(quantiles(outcomes), outcomes.mean(axis=-1, dtype=np.float64), QUARTERS)
