"""How good was a forecast? Scores of draws against what happened."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def crps(draws: Array, observed: Array) -> Array:
    """Return the continuous ranked probability score of each forecast, shape (forecast,); the less the better.

    E|X - y| - E|X - X'| / 2 over the draws taken as the whole distribution (Gneiting and Raftery 2007), in the unit
    of the quantity.

    Args:
        draws: (forecast, draw).
        observed: (forecast,).
    """
    ordered = np.sort(draws, axis=1)
    number = ordered.shape[1]
    error = np.abs(ordered - observed[:, None]).mean(axis=1)
    weight = 2 * np.arange(1, number + 1) - number - 1
    spread = (ordered * weight).sum(axis=1) / number**2
    found: Array = error - spread
    return found


def covered(draws: Array, observed: Array, share: float) -> NDArray[np.bool_]:
    """Return which observations lie within the central band that holds a share of the draws, shape (forecast,)."""
    low, high = np.quantile(draws, [(1 - share) / 2, (1 + share) / 2], axis=1)
    return np.asarray((low <= observed) & (observed <= high))


def places(draws: Array, observed: Array) -> Array:
    """Return the share of draws below each observation, ties counted half, shape (forecast,): even if calibrated."""
    found: Array = (draws < observed[:, None]).mean(axis=1) + (draws == observed[:, None]).mean(axis=1) / 2
    return found


def skill(score: float, reference: float) -> float:
    """Return 1 - score / reference: above 0 where the forecast beats the reference, 1 where it is perfect."""
    return 1 - score / reference if reference > 0 else float("nan")


def calibration(where: Array, shares: Array) -> Array:
    """Return the part of observations inside each central band, from their places; shape of `shares`."""
    distance = np.abs(where - 0.5) * 2
    found: Array = (distance[:, None] <= shares[None]).mean(axis=0)
    return found
