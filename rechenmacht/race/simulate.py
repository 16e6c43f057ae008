"""Run the race over its quarters for all draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.race.axes import QUARTERS
from rechenmacht.race.inputs import Inputs
from rechenmacht.race.outcomes import SERIES, record
from rechenmacht.race.start import start
from rechenmacht.race.step import advance

Array = NDArray[np.float64]
CHUNK = 500  # draws at once: the state of a chunk stays in the processor's cache
Levers = Mapping[str, tuple[tuple[str, float], ...]]


def levered(p: Mapping[str, Array], levers: Levers, quarter: str) -> Mapping[str, Array]:
    """Return the parameters as they stand in a quarter: a lever holds from its quarter on."""
    changed = {}
    for name, steps in levers.items():
        active = [value for at, value in steps if at <= quarter]
        if active:
            changed[name] = np.full_like(p[name], active[-1])
    return {**p, **changed} if changed else p


def _chunk(
    given: Inputs, p: Mapping[str, Array], levers: Levers, off: tuple[str, ...], out: NDArray[np.float32]
) -> None:
    state: dict[str, Any] = start(p, np)
    for step in range(given.steps):
        quarter = QUARTERS[step // given.per_quarter]
        policy = {name: values[step][..., None] for name, values in given.policy.items()}
        state = advance(state, levered(p, levers, quarter), policy, np, off)
        if (step + 1) % given.per_quarter == 0:
            out[:, step // given.per_quarter] = record(state, p, np)


def simulate(
    given: Inputs,
    p: Mapping[str, Array],
    levers: Levers | None = None,
    off: tuple[str, ...] = (),
    progress: Callable[[int], None] | None = None,
) -> NDArray[np.float32]:
    """Run all draws.

    Args:
        given: the dated arrays of the run.
        p: parameter name -> draws, each of shape (draw,).
        levers: parameter name -> (quarter, value) pairs in the order of time.
        off: mechanisms that are switched off.
        progress: called with the number of draws done.

    Returns:
        Outcomes of shape (series, quarter, draw), in the order of `outcomes.SERIES` and `axes.QUARTERS`.
    """
    draws = len(next(iter(p.values())))
    out = np.empty((len(SERIES), len(QUARTERS), draws), dtype=np.float32)
    for first in range(0, draws, CHUNK):
        part = slice(first, min(first + CHUNK, draws))
        _chunk(given, {name: array[part] for name, array in p.items()}, levers or {}, off, out[:, :, part])
        if progress:
            progress(part.stop)
    return out
