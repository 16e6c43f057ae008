"""Backtests: forecast from data to a cut-off, score against what came, and against what somebody without a model says.

A run sees the base as it stood at its cut-off (`evidence.asof`), with that cut-off's priors in the place of those that
were set with later knowledge. What it still knows of later times is said with each target: rules as they came, the
performance of later chips, editions of data that were revised.

The model's paths are smooth; what is observed is not. So each forecast carries an irregularity: a factor whose spread
is that of the values before the cut-off around their own trend. Nothing after the cut-off enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from rechenmacht import scenario
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.backends.choose import Backend
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty import baselines, scores
from rechenmacht.domains.uncertainty.ensemble import Model, Outcomes, whole
from rechenmacht.domains.uncertainty.targets import Cutoff, Known, Series, Target, observed, read
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.asof import asof
from rechenmacht.evidence.base import Base
from rechenmacht.sample import strata
from rechenmacht.scenario import Scenario, Text

Array = NDArray[np.float64]
Forecast = Callable[[Target], Outcomes]


@dataclass(frozen=True)
class Points:
    """One series' forecasts: quarters, draws (forecast, draw), observed (forecast,), and both baselines' draws."""

    series: Series
    quarters: tuple[str, ...]
    draws: Array
    observed: Array
    last_value: Array
    trend: Array
    known: Known


@dataclass(frozen=True)
class Scored:
    """A target with its forecasts and their scores: CRPS in the target's unit, coverage as shares."""

    target: Target
    points: tuple[Points, ...]
    crps: float
    crps_last_value: float
    crps_trend: float
    places: Array

    @property
    def number(self) -> int:
        """How many observations were forecast."""
        return len(self.places)

    def coverage(self, share: float) -> float:
        """Return the part of the observations within the central band that holds a share of the draws."""
        return float(scores.calibration(self.places, np.array([share]))[0])

    @property
    def beats(self) -> tuple[bool, bool]:
        """Whether the model beats the last value, and the trend."""
        return self.crps < self.crps_last_value, self.crps < self.crps_trend


def model_at(base: Base, cutoff: Cutoff) -> Model:
    """Return the reference model that sees nothing after a cut-off.

    Args:
        base: the whole fact base; what came later is taken away here.
        cutoff: the last observed quarter and the priors of the time.

    Raises:
        BadInput: if a prior cannot be used.
    """
    then = asof(base, cutoff.until)
    text = Text(en=f"Cut-off {cutoff.until}", de=f"Stichtag {cutoff.until}")
    one = Scenario(id="backtest", title=text, question=text, prior=cutoff.prior)
    setup = scenario.prepare(then, one, NAMES)
    return Model(inputs(then, until=min(cutoff.until, LAST_OBSERVED)), setup.parameters, setup.levers)


def forecast(base: Base, cutoff: Cutoff, draws: int, seed: int, backend: Backend = "kernel") -> Outcomes:
    """Return the outcomes (series, quarter, draw) of a run that sees nothing after a cut-off.

    Raises:
        BadInput: if a prior or the backend cannot be used.
    """
    return whole(model_at(base, cutoff), draws, seed, backend)


def _row(outcomes: Outcomes, series: Series) -> Array:
    for index, one in enumerate(SERIES):
        if (one.variable, one.region) == (series.variable, series.region):
            found: Array = outcomes[index].astype(np.float64)
            return found
    names = {f"{s.variable} in {s.region}" for s in SERIES}
    name = f"{series.variable} in {series.region}"
    raise BadInput(f"backtests.toml: a run has no {name}{nearest(name, names)}")


def _forecast_of(target: Target, values: Array, known: Known, quarters: Iterable[str]) -> Array:
    """Return the forecasts (forecast, draw) that a model series (quarter, draw) gives for some quarters."""
    at = np.array([QUARTERS.index(quarter) for quarter in quarters])
    if target.kind == "level":
        found: Array = values[at]
    elif target.kind == "flow":
        found = values[at] - values[at - 1]
    elif target.kind == "year":
        found = values[at] - np.where(at[:, None] >= 4, values[at - 4], 0.0)
    else:
        anchor = values[QUARTERS.index(known.quarters[-1])]
        found = known.values[-1] * values[at] / np.maximum(anchor, 1e-12)
    return found


def _points(base: Base, then: Base, target: Target, one: Series, outcomes: Outcomes) -> Points:
    known, all_of_it = observed(then, target, one), observed(base, target, one)
    later = [k for k, quarter in enumerate(all_of_it.quarters) if target.until < quarter <= target.last]
    quarters = tuple(all_of_it.quarters[k] for k in later)
    if not known.quarters or not quarters:
        raise BadInput(f"backtests.toml: {target.id}: nothing observed before or after {target.until}")
    draws = _forecast_of(target, _row(outcomes, one), known, quarters)
    times = np.array([_time(quarter) for quarter in known.quarters])
    ahead = np.array([_time(quarter) for quarter in quarters])
    step = 0.25 if len(times) > 1 and np.diff(times).min() < 0.5 else 1.0
    past = (times / step, np.maximum(known.values, 1e-12), ahead / step, draws.shape[1])
    uneven = baselines.irregularity(past[0], past[1])
    shaken = [strata(f"irregular.{target.id}.{one.variable}.{q}", draws.shape[1], 1) for q in quarters]
    draws = np.maximum(draws, 0.0) * np.exp(uneven * ndtri(np.stack(shaken)))
    return Points(
        one, quarters, draws, all_of_it.values[later], baselines.last_value(*past), baselines.trend(*past), all_of_it
    )


def _time(quarter: str) -> float:
    return int(quarter[:4]) + int(quarter[6]) / 4


def score(base: Base, target: Target, outcomes: Outcomes) -> Scored:
    """Score a target's forecasts.

    Args:
        base: the whole fact base, with what came after the cut-off.
        target: what is scored.
        outcomes: of the run at the target's cut-off (series, quarter, draw).

    Raises:
        BadInput: if the base knows nothing of the target before or after the cut-off.
    """
    then = asof(base, target.until)
    points = tuple(_points(base, then, target, one, outcomes) for one in target.series)
    truth = np.concatenate([p.observed for p in points])

    def mean_crps(forecasts: Iterable[Array]) -> float:
        return float(scores.crps(np.concatenate(list(forecasts)), truth).mean())

    return Scored(
        target,
        points,
        mean_crps(p.draws for p in points),
        mean_crps(p.last_value for p in points),
        mean_crps(p.trend for p in points),
        scores.places(np.concatenate([p.draws for p in points]), truth),
    )


def backtest(
    base: Base,
    draws: int,
    seed: int,
    *,
    until: str | None = None,
    wanted: Iterable[str] = (),
    backend: Backend = "kernel",
    progress: Callable[[int], None] | None = None,
) -> list[Scored]:
    """Run and score the shipped backtests.

    Args:
        base: the whole fact base.
        draws: of each run.
        seed: of each run.
        until: only targets with this cut-off.
        wanted: only these targets; all if empty.
        backend: which computes.
        progress: called with the number of runs done.

    Raises:
        BadInput: if there is no such target or cut-off.
    """
    targets, cutoffs = read()
    names = [target.id for target in targets]
    chosen = list(wanted)
    for name in chosen:
        if name not in names:
            raise BadInput(f"no backtest {name!r}{nearest(name, names)}; known: {', '.join(names)}")
    if until is not None and until not in cutoffs:
        raise BadInput(f"no backtest with the cut-off {until}; known: {', '.join(cutoffs)}")
    kept = [t for t in targets if (not chosen or t.id in chosen) and until in {None, t.until}]
    runs: dict[str, Outcomes] = {}
    found = []
    for target in kept:
        if target.until not in runs:
            runs = {target.until: forecast(base, cutoffs[target.until], draws, seed, backend)} | runs
            if progress:
                progress(len(runs))
        found.append(score(base, target, runs[target.until]))
    return found


def overall(found: Iterable[Scored]) -> Mapping[str, float]:
    """Return coverage over all observations, and the shares of targets that beat each and both baselines."""
    rows = list(found)
    places = np.concatenate([one.places for one in rows])
    inside = scores.calibration(places, np.array([0.5, 0.9]))
    beats = np.array([one.beats for one in rows])
    return {
        "n": float(len(places)),
        "coverage50": float(inside[0]),
        "coverage90": float(inside[1]),
        "beats_last_value": float(beats[:, 0].mean()),
        "beats_trend": float(beats[:, 1].mean()),
        "beats_both": float(beats.all(axis=1).mean()),
    }
