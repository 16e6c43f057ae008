"""What somebody without a model would forecast: the last value, or the trend, each with an honest spread.

Both work on logarithms. The last value is a random walk whose step varies as past steps did. The trend is a straight
line through the last eight points with its prediction band. With too few points to know the spread, 0.2 per step (a
fifth) is taken: judgement.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import t as student

Array = NDArray[np.float64]
UNKNOWN_SPREAD = 0.2
TREND_POINTS = 8


def _even(draws: int) -> Array:
    """Return evenly spread probabilities, shape (draw,): a forecast's quantiles stand for its draws."""
    found: Array = (np.arange(draws) + 0.5) / draws
    return found


def last_value(times: Array, values: Array, ahead: Array, draws: int) -> Array:
    """Return draws of a random walk from the last value, shape (forecast, draw).

    Args:
        times: of the known values, in steps.
        values: known values above zero.
        ahead: times to forecast, in steps.
        draws: how many.
    """
    steps = np.diff(np.log(values)) / np.sqrt(np.maximum(np.diff(times), 1e-9))
    spread = float(np.std(steps, ddof=1)) if len(steps) >= 3 else UNKNOWN_SPREAD
    wide = spread * np.sqrt(ahead - times[-1])
    found: Array = np.exp(np.log(values[-1]) + wide[:, None] * ndtri(_even(draws)))
    return found


def irregularity(times: Array, values: Array) -> float:
    """Return how far past values lay from their trend, as the standard deviation of their logarithms.

    Of fewer than four points a tenth is taken: judgement.
    """
    x, y = times[-TREND_POINTS:], np.log(values[-TREND_POINTS:])
    if len(x) < 4:
        return 0.1
    slope, level = np.polyfit(x, y, 1)
    return float(np.sqrt(((y - level - slope * x) ** 2).sum() / (len(x) - 2)))


def trend(times: Array, values: Array, ahead: Array, draws: int) -> Array:
    """Return draws of an exponential trend through the last points, shape (forecast, draw); arguments as above."""
    x, y = times[-TREND_POINTS:], np.log(values[-TREND_POINTS:])
    number = len(x)
    if number < 2:
        return last_value(times, values, ahead, draws)
    slope, level = np.polyfit(x, y, 1)
    line = level + slope * ahead
    if number == 2:
        wide = UNKNOWN_SPREAD * np.sqrt(ahead - x[-1])
        found: Array = np.exp(line[:, None] + wide[:, None] * ndtri(_even(draws)))
        return found
    residual = y - (level + slope * x)
    scale = np.sqrt((residual**2).sum() / (number - 2))
    lever = 1 + 1 / number + (ahead - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    # With one or two degrees of freedom Student's tails are so long that no mean of an exponential exists.
    quantile = student.ppf(_even(draws), number - 2) if number > 4 else ndtri(_even(draws))
    return np.asarray(np.exp(np.minimum(line[:, None] + scale * np.sqrt(lever)[:, None] * quantile, 700.0)))
