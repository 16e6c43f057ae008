"""Scores of the rolling origin: CRPS, weighted interval score, calibration, and skill with block-bootstrap intervals.

All scores are of logarithms. Skill is 1 - score / score of the best naive forecaster, which is chosen with hindsight,
target by target: a bar that nobody could have known. Its interval is the 90 % interval of a moving-block bootstrap over
origins (Künsch 1989): blocks of BLOCK origins are drawn with all their forecasts, since forecasts of one time share
their luck, and so do those of overlapping horizons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.uncertainty import scores
from rechenmacht.domains.uncertainty.rolling.naive import FORECASTERS
from rechenmacht.domains.uncertainty.rolling.origins import Forecast, origins

Array = NDArray[np.float64]
LEVELS = tuple(round(0.05 * k, 2) for k in range(1, 20))
BLOCK = 4  # origins
RESAMPLES = 2000
SEED = 7
BINS = 10


@dataclass(frozen=True)
class Scores:
    """Scores of forecasts, shape (forecast,): `naive` (forecaster, forecast), `quantiles` (forecast, level)."""

    forecasts: tuple[Forecast, ...]
    crps: Array
    wis: Array
    naive: Array
    places: Array
    quantiles: Array


@dataclass(frozen=True)
class Skill:
    """Skill against the best naive forecaster, and the ends of its 90 % interval."""

    value: float
    low: float
    high: float


def weighted_interval_score(quantiles: Array, observed: Array) -> Array:
    """Return twice the mean pinball loss over `LEVELS` (Bracher and others 2021), shape (forecast,).

    Args:
        quantiles: (forecast, level).
        observed: (forecast,).
    """
    level = np.array(LEVELS)
    off = observed[:, None] - quantiles
    found: Array = 2 * (off * (level - (off < 0))).mean(axis=1)
    return found


def score(forecasts: Sequence[Forecast]) -> Scores:
    """Score forecasts; those of one run have the same number of draws."""
    draws = np.stack([one.draws for one in forecasts])
    others = np.stack([one.naive for one in forecasts], 1)
    observed = np.array([one.observed for one in forecasts])
    quantiles = np.quantile(draws, LEVELS, axis=1).T
    return Scores(
        tuple(forecasts),
        scores.crps(draws, observed),
        weighted_interval_score(quantiles, observed),
        np.stack([scores.crps(one, observed) for one in others]),
        scores.places(draws, observed),
        quantiles,
    )


def best(found: Scores) -> Array:
    """Return the score of each target's best naive forecaster, shape (forecast,)."""
    names = np.array([one.target.id for one in found.forecasts])
    chosen = np.zeros(len(names))
    for name in dict.fromkeys(names.tolist()):
        mine = names == name
        chosen[mine] = found.naive[int(found.naive[:, mine].mean(axis=1).argmin()), mine]
    return chosen


def best_name(found: Scores, mine: NDArray[np.bool_]) -> str:
    """Return the naive forecaster with the lowest mean score on what `mine`, shape (forecast,), marks."""
    return FORECASTERS[int(found.naive[:, mine].mean(axis=1).argmin())]


def skill(crps: Array, reference: Array, at: Sequence[str]) -> Skill:
    """Return skill and its interval.

    Args:
        crps: of the model (forecast,).
        reference: of the naive forecaster (forecast,).
        at: the origin of each forecast.
    """
    every = origins()
    place = np.array([every.index(one) for one in at])
    sums = np.stack([np.bincount(place, weights, len(every)) for weights in (crps, reference)])  # (2, origin)
    value = 1 - sums[0].sum() / sums[1].sum()
    present = np.flatnonzero(sums[1] > 0)
    number = len(present)
    if number < BLOCK + 1:
        return Skill(float(value), float("nan"), float("nan"))
    generator = np.random.default_rng(SEED)
    starts = generator.integers(0, number - BLOCK + 1, (RESAMPLES, -(-number // BLOCK)))
    chosen = (starts[..., None] + np.arange(BLOCK)).reshape(RESAMPLES, -1)[:, :number]
    drawn = sums[:, present][:, chosen].sum(axis=-1)  # (2, resample)
    low, high = np.quantile(1 - drawn[0] / np.maximum(drawn[1], 1e-300), [0.05, 0.95])
    return Skill(float(value), float(low), float(high))


def coverage(places: Array, share: float) -> float:
    """Return the part of the observations inside the central band that holds a share of the draws."""
    return float(scores.calibration(places, np.array([share]))[0])


def histogram(places: Array) -> list[int]:
    """Return how many observations fall into each tenth of their forecast's draws: even if calibrated."""
    return [int(number) for number in np.histogram(places, BINS, (0.0, 1.0))[0]]
