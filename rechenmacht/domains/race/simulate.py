"""Run the race over its quarters for all draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.arrays import Draws
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import pieces
from rechenmacht.sample import held

Array = NDArray[np.float64]
CHUNK = 5000  # draws at once: large arrays keep the calls cheap and let the threads work side by side
WORKERS = 2  # threads, a chunk each; NumPy computes without the interpreter's lock
Levers = Mapping[str, tuple[tuple[str, float], ...]]


def levered(p: Mapping[str, Array], levers: Levers, quarter: str) -> Mapping[str, Array]:
    """Return the parameters as they stand in a quarter: a lever holds from its quarter on."""
    changed = {}
    for name, steps in levers.items():
        active = [value for at, value in steps if at <= quarter]
        if active:
            changed[name] = held(active[-1], p[name])
    return Draws({**p, **changed}) if changed else p


def _store(parts: list[Any], out: NDArray[np.float32]) -> None:
    first = 0
    for part in parts:
        rows = part.reshape(-1, part.shape[-1])
        out[first : first + len(rows)] = rows
        first += len(rows)


def _chunk(
    given: Inputs, p: Mapping[str, Array], levers: Levers, off: tuple[str, ...], out: NDArray[np.float32]
) -> None:
    added = given.added
    state = added.begin(p, np)
    for step in range(given.steps):
        quarter = QUARTERS[step // given.per_quarter]
        policy = {name: values[step][..., None] for name, values in given.policy.items()}
        now = levered(p, levers, quarter)
        state = added.advance(state, now, policy, np, off)
        if (step + 1) % given.per_quarter == 0:
            parts, at = pieces(state, now, np), step // given.per_quarter
            _store(parts, out[:, at])
            if added.outcomes:
                shipped = np.concatenate([part.reshape(-1, part.shape[-1]) for part in parts])
                _store(added.record(shipped, state, now, np), out[len(shipped) :, at])


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
        Outcomes of shape (series, quarter, draw), in the order of `given.added.series` and `axes.QUARTERS`.
    """
    draws = len(next(iter(p.values())))
    out = np.empty((len(given.added.series), len(QUARTERS), draws), dtype=np.float32)
    done = 0

    def run(first: int) -> int:
        part = slice(first, min(first + CHUNK, draws))
        chosen = Draws({name: array[part] for name, array in p.items()})
        _chunk(given, chosen, levers or {}, off, out[:, :, part])
        return part.stop - part.start

    with ThreadPoolExecutor(WORKERS) as pool:
        for finished in pool.map(run, range(0, draws, CHUNK)):
            done += finished
            if progress:
                progress(done)
    return out
