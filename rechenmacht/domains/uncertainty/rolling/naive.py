"""What somebody without a model would forecast of a series, in logarithms and with an honest spread.

    last value   a random walk whose steps vary as past ones did
    drift        the same with the mean of the last steps
    damped       a drift that fades by a fifth with every quarter
    trend        a straight line through the last eight points with its prediction band

With too few points to know the spread, 0.2 per root of a quarter is taken: judgement.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import t as student

from rechenmacht.domains.race.axes import QUARTERS

Array = NDArray[np.float64]
FORECASTERS = ("last_value", "drift", "damped", "trend")
UNKNOWN_SPREAD = 0.2
POINTS = 8
FADE = 0.8


def time(quarter: str) -> float:
    """Return a quarter's place in the run's quarters; earlier ones are below zero."""
    first = QUARTERS[0]
    return float(4 * (int(quarter[:4]) - int(first[:4])) + int(quarter[6]) - int(first[6]))


def times(quarters: Sequence[str]) -> Array:
    """Return the places of quarters, shape (quarter,)."""
    return np.array([time(quarter) for quarter in quarters])


def _even(draws: int) -> Array:
    """Return evenly spread probabilities, shape (draw,): a forecast's quantiles stand for its draws."""
    found: Array = (np.arange(draws) + 0.5) / draws
    return found


def _walk(x: Array, y: Array, ahead: Array, drift: Array, draws: int) -> Array:
    """Return draws (forecast, draw) of a random walk around the last value and a drift (forecast,)."""
    steps = np.diff(y) / np.sqrt(np.diff(x))
    spread = float(np.std(steps, ddof=1)) if len(steps) >= 3 else UNKNOWN_SPREAD
    wide = spread * np.sqrt(ahead - x[-1])
    found: Array = (y[-1] + drift)[:, None] + wide[:, None] * ndtri(_even(draws))
    return found


def _trend(x: Array, y: Array, ahead: Array, draws: int) -> Array:
    """Return draws (forecast, draw) of a straight line through the last points."""
    number = len(x)
    slope, level = np.polyfit(x, y, 1)
    line = level + slope * ahead
    if number == 2:
        found: Array = line[:, None] + UNKNOWN_SPREAD * np.sqrt(ahead - x[-1])[:, None] * ndtri(_even(draws))
        return found
    scale = np.sqrt(((y - level - slope * x) ** 2).sum() / (number - 2))
    lever = 1 + 1 / number + (ahead - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    quantile = student.ppf(_even(draws), number - 2)
    banded: Array = line[:, None] + scale * np.sqrt(lever)[:, None] * quantile
    return banded


def forecasts(quarters: Sequence[str], values: Array, ahead: Array, draws: int) -> Array:
    """Return the draws of each forecaster, logarithms, shape (forecaster, forecast, draw).

    Args:
        quarters: of the known values, two or more.
        values: known values above zero, shape (quarter,).
        ahead: places of the quarters to forecast, shape (forecast,).
        draws: how many.
    """
    x, y = times(quarters), np.log(values)
    x8, y8 = x[-POINTS:], y[-POINTS:]
    slope = (y8[-1] - y8[0]) / (x8[-1] - x8[0])
    h = ahead - x[-1]
    drifts = (h * 0.0, slope * h, slope * FADE * (1 - FADE**h) / (1 - FADE))
    return np.stack([*(_walk(x, y, ahead, drift, draws) for drift in drifts), _trend(x8, y8, ahead, draws)])
