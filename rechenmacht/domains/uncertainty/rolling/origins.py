"""Forecasts from each origin: the model as it would have run then, beside forecasts of somebody without a model.

A run sees the base as it stood at the origin (`evidence.asof`) with the priors of the time (`priors`), and only to the
last horizon. Scores are taken in logarithms, so that firms and blocs of all sizes count alike and can be pooled: 0.1
is a tenth. Values below FLOOR of the largest known by then count as that, so that a quarter without a sale is a low
one.

Series that the model has in the same definition are forecast by the model alone. Anchored ones are not: a firm's
spending moves beside its bloc's. Each step of an anchored forecast carries a spread of its own, that of the series' own
steps before the origin, drawn towards STEP as if STEP had been seen in PSEUDO steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.inputs import Inputs, inputs
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.plugins import like
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import Model, Outcomes, whole
from rechenmacht.domains.uncertainty.rolling import naive
from rechenmacht.domains.uncertainty.rolling.priors import Prior, Seen, priors
from rechenmacht.domains.uncertainty.rolling.targets import Known, Target, observed
from rechenmacht.evidence.asof import asof
from rechenmacht.evidence.base import Base
from rechenmacht.sample import strata

Array = NDArray[np.float64]
FIRST = "2022-Q4"
HORIZONS = (1, 2, 4, 8)  # quarters
FEWEST = 2  # known values without which nothing is forecast
FLOOR = 0.02
MOST_GROWTH = 2.0  # of an anchored series in a quarter, and its fall: a draw with next to nothing there says no more
STEP, PSEUDO = 0.1, 4.0
NAIVE_DRAWS = 200


@dataclass(frozen=True)
class Short(Inputs):
    """The inputs of a run that ends early: only the quarters to the last horizon are computed."""

    quarters: int = len(QUARTERS)

    @property
    def steps(self) -> int:
        """How many steps the run has."""
        return self.quarters * self.per_quarter


@dataclass(frozen=True)
class Forecast:
    """One forecast in logarithms: draws (draw,), of naive forecasters (forecaster, draw), and what happened."""

    target: Target
    origin: str
    horizon: int
    draws: Array
    naive: Array
    observed: float


def origins(last: str = LAST_OBSERVED) -> tuple[str, ...]:
    """Return the origins: every quarter from the first to the last but one."""
    return QUARTERS[QUARTERS.index(FIRST) : QUARTERS.index(last)]


def model_at(base: Base, until: str, now: Seen, off: tuple[str, ...] = ()) -> tuple[Model, tuple[Prior, ...]]:
    """Return the reference model as it would have run at an origin, and its priors.

    Args:
        base: the whole fact base; what came later is taken away here.
        until: the origin.
        now: what the rules read.
        off: mechanisms that are switched off.
    """
    found = priors(base, until, now, NAMES)
    given = inputs(like(base, asof(base, until)), until=until)
    end = min(QUARTERS.index(until) + max(HORIZONS) + 1, len(QUARTERS))
    short = Short(given.policy, given.until, given.per_quarter, end)
    return Model(short, tuple(one.parameter for one in found), {}, off), found


def _forecasts(target: Target, values: Array, known: Known, at: Sequence[int]) -> Array:
    """Return the model's forecasts (horizon, draw) from its series (quarter, draw), in the target's unit."""
    places = np.array(at)
    if target.forecast == "gain":
        gained: Array = values[places] - values[places - 1]
        return gained
    if target.forecast == "level":
        level: Array = values[places]
        return level
    anchor = values[QUARTERS.index(max(known.quarters[-1], QUARTERS[0]))]
    quarters = (places - max(naive.time(known.quarters[-1]), 0))[:, None]
    grown = np.divide(values[places], anchor, out=np.ones((len(at), len(anchor))), where=anchor > 0)
    anchored: Array = known.values[-1] * np.clip(grown, MOST_GROWTH**-quarters, MOST_GROWTH**quarters)
    return anchored


def _own_step(known: Known, floor: float) -> float:
    """Return the spread of a series' own steps, per root of a quarter, drawn towards `STEP`."""
    times = naive.times(known.quarters)
    logs = np.log(np.maximum(known.values, floor))
    steps = np.diff(logs) / np.sqrt(np.diff(times))
    number = max(len(steps) - 1, 0)
    spread = float(((steps - steps.mean()) ** 2).sum()) if number else 0.0
    return float(np.sqrt((spread + PSEUDO * STEP**2) / (number + PSEUDO)))


def _own(target: Target, known: Known, floor: float, origin: str, ahead: Array, draws: int) -> Array:
    """Return the noise of an anchored series beside the model's, logarithms (horizon, draw)."""
    if target.forecast != "anchored":
        return np.zeros((len(ahead), draws))
    z = np.stack([ndtri(strata(f"own.{target.id}.{origin}.{h:g}", draws, 1)) for h in ahead])
    found: Array = _own_step(known, floor) * np.sqrt(ahead)[:, None] * z
    return found


def scored(target: Target, every: Known, origin: str, outcomes: Outcomes) -> Iterator[Forecast]:
    """Yield the forecasts of a target at an origin whose outcome is known.

    Args:
        target: what is forecast.
        every: all that is known of it today.
        origin: the last quarter that the run saw.
        outcomes: of that run (series, quarter, draw).
    """
    known = every.until(origin)
    first = QUARTERS.index(origin)
    came = dict(zip(every.quarters, every.values.tolist(), strict=True))
    horizons = [h for h in HORIZONS if first + h < len(QUARTERS) and QUARTERS[first + h] in came]
    if len(known.quarters) < FEWEST or not horizons:
        return
    place = next(k for k, s in enumerate(SERIES) if (s.variable, s.region) == (target.variable, target.region))
    values = outcomes[place, : first + max(HORIZONS) + 1].astype(np.float64)
    floor = FLOOR * float(known.values.max())
    at = [first + h for h in horizons]
    ahead = np.array([h + first - naive.time(known.quarters[-1]) for h in horizons])
    own = _own(target, known, floor, origin, ahead, values.shape[1])
    draws = np.log(np.maximum(_forecasts(target, values, known, at), floor)) + own
    others = naive.forecasts(known.quarters, np.maximum(known.values, floor), np.array(at, dtype=float), NAIVE_DRAWS)
    for k, horizon in enumerate(horizons):
        happened = float(np.log(max(came[QUARTERS[at[k]]], floor)))
        yield Forecast(target, origin, horizon, draws[k], others[:, k], happened)


def forecasts(
    base: Base,
    targets: Sequence[Target],
    draws: int,
    seed: int,
    *,
    off: tuple[str, ...] = (),
    last: str = LAST_OBSERVED,
    told: Callable[[int, int], None] | None = None,
) -> tuple[list[Forecast], dict[str, tuple[Prior, ...]]]:
    """Return all forecasts whose outcome is known, and the priors of each origin.

    Args:
        base: the whole fact base.
        targets: what is forecast.
        draws: of each run.
        seed: of each run.
        off: mechanisms that are switched off.
        last: no origin from this quarter on.
        told: hears how many origins are done, of how many.
    """
    every = {target.id: observed(base, target) for target in targets}
    found: list[Forecast] = []
    used = {}
    for turn, origin in enumerate(origins(last)):
        model, used[origin] = model_at(base, origin, Seen(every, origin), off)
        outcomes = whole(model, draws, seed)
        for target in targets:
            found += scored(target, every[target.id], origin, outcomes)
        if told:
            told(turn + 1, len(origins(last)))
    return found, used
