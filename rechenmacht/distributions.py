"""Quantile functions of the priors' distributions, on arrays of probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Quantile = Callable[[Array, float, float, float], Array]
Z95 = 1.6448536269514722  # the 95 % point of the standard normal: what SciPy's `ndtri` returns, to the last bit


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
    from scipy.special import ndtri  # noqa: PLC0415 - the kernel draws priors without it

    z = ndtri(u)
    result: Array = mid + z * np.where(z < 0, mid - low, high - mid) / Z95
    return result


def _transformed(to: Callable[..., Array], back: Callable[..., Array]) -> Quantile:
    def quantile(u: Array, low: float, mid: float, high: float) -> Array:
        result: Array = back(two_piece(u, float(to(low)), float(to(mid)), float(to(high))))
        return result

    return quantile


def _logitnormal(u: Array, low: float, mid: float, high: float) -> Array:
    from scipy.special import expit, logit  # noqa: PLC0415 - as above

    return _transformed(logit, expit)(u, low, mid, high)


# Name as in parameters/*.csv -> quantile function of (probabilities, low, mid, high).
QUANTILES: dict[str, Quantile] = {
    "fixed": lambda u, _low, mid, _high: np.full_like(u, mid),
    "uniform": lambda u, low, _mid, high: low + u * (high - low),
    "triangular": triangular,
    "normal": two_piece,
    "lognormal": _transformed(np.log, np.exp),
    "logitnormal": _logitnormal,
}
