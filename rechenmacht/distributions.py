"""Quantile functions of the priors' distributions, on arrays of probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rechenmacht.special import expit, logit, normal_quantile

Array = NDArray[np.float64]
Quantile = Callable[[Array, float, float, float], Array]
Z95 = 1.6448536269514722  # the standard normal's quantile at 0.95


def triangular(u: Array, low: float, mid: float, high: float) -> Array:
    """Return quantiles of the triangular distribution with ends low and high and mode mid (same shape as `u`)."""
    if high == low:
        return np.full_like(u, mid)
    split = (mid - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mid - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mid))
    return np.where(u < split, left, right)


def two_piece(u: Array, low: Array | float, mid: Array | float, high: Array | float) -> Array:
    """Return the two-piece normal whose 5, 50 and 95 % points are low, mid and high, at the probabilities `u`."""
    z = normal_quantile(u)
    result: Array = mid + z * np.where(z < 0, mid - low, high - mid) / Z95
    return result


def _transformed(to: Callable[..., Array], back: Callable[..., Array]) -> Quantile:
    def quantile(u: Array, low: float, mid: float, high: float) -> Array:
        result: Array = back(two_piece(u, float(to(low)), float(to(mid)), float(to(high))))
        return result

    return quantile


# Name as in parameters/*.csv -> quantile function of (probabilities, low, mid, high).
QUANTILES: dict[str, Quantile] = {
    "fixed": lambda u, _low, mid, _high: np.full_like(u, mid),
    "uniform": lambda u, low, _mid, high: low + u * (high - low),
    "triangular": triangular,
    "normal": two_piece,
    "lognormal": _transformed(np.log, np.exp),
    "logitnormal": _transformed(logit, expit),
}
