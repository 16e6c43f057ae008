"""Run the race over its quarters for all draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.race.axes import (
    LAST_OBSERVED,
    MEASURES,
    OBSERVED,
    OWNERS,
    QUARTERS,
    VENDORS,
    year_at_end,
)
from rechenmacht.race.observed import Observed
from rechenmacht.race.outcomes import SERIES, record
from rechenmacht.race.step import advance

Array = NDArray[np.float64]
CHUNK = 1000  # draws at once: the state of a chunk stays in the processor's cache


def start(observed: Observed, p: Mapping[str, Array]) -> dict[str, Any]:
    """Return the state before the first quarter. Banks are those left at the end of the observed quarters."""
    draws = len(next(iter(p.values())))
    vendors, owners = (np.zeros((len(MEASURES), n, draws)) for n in (len(VENDORS), len(OWNERS)))
    return {
        "made": vendors,
        "delivered": vendors,
        "waiting": owners,
        "installed": owners,
        "bought": owners,
        "die_bank": np.asarray(p["production.china.die_bank"]),
        "hbm_bank": np.asarray(p["production.china.hbm_bank"]),
        "china_chip": observed.china_chip[:, :, None],
    }


def _levered(
    p: Mapping[str, Array], levers: Mapping[str, tuple[tuple[str, float], ...]], quarter: str
) -> Mapping[str, Array]:
    """Return the parameters as they stand in a quarter: a lever holds from its quarter on."""
    changed = {}
    for name, steps in levers.items():
        active = [value for at, value in steps if at <= quarter]
        if active:
            changed[name] = np.full_like(p[name], active[-1])
    return {**p, **changed} if changed else p


def _chunk(
    observed: Observed,
    p: Mapping[str, Array],
    levers: Mapping[str, tuple[tuple[str, float], ...]],
    off: tuple[str, ...],
    out: NDArray[np.float32],
) -> None:
    made_observed = observed.made(p)
    state = start(observed, p)
    end = year_at_end(LAST_OBSERVED)
    for index, quarter in enumerate(QUARTERS):
        seen = min(index, len(OBSERVED) - 1)
        state |= {
            "year": year_at_end(quarter),
            "years_ahead": year_at_end(quarter) - end,
            "observed": 1.0 if quarter in OBSERVED else 0.0,
            "made_observed": made_observed[seen],
            "owner_share": observed.owner_share[min(index, len(OBSERVED))][:, :, None],
            "china_observed": observed.china_share[seen][:, :, None],
        }
        state = advance(state, _levered(p, levers, quarter), {}, np, off)
        out[:, index] = record(state, np)


def simulate(
    observed: Observed,
    p: Mapping[str, Array],
    levers: Mapping[str, tuple[tuple[str, float], ...]] | None = None,
    off: tuple[str, ...] = (),
    progress: Callable[[int], None] | None = None,
) -> NDArray[np.float32]:
    """Run all draws.

    Args:
        observed: the history that conditions the run.
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
        _chunk(observed, {name: array[part] for name, array in p.items()}, levers or {}, off, out[:, :, part])
        if progress:
            progress(part.stop)
    return out
