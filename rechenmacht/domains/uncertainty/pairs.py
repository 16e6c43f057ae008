"""Two scenarios on the same draws: by how much they differ, in how many draws, and what drives the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.uncertainty.ensemble import QUANTILES
from rechenmacht.domains.uncertainty.ranks import rank_correlations

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """How one outcome differs between two runs on the same draws.

    quantiles: of b - a, in the order of `ensemble.QUANTILES`. relative: the median of b - a over the median of a.
    higher: share of draws in which b is above a, ties counted half (probability of superiority). unpaired: the same
    for independent draws, as if the parameters of the two worlds had nothing to do with each other.
    """

    quantiles: Array
    relative: float
    higher: float
    unpaired: float


def differ(a: Array, b: Array) -> Difference:
    """Return how an outcome's draws b (draw,) differ from a (draw,), draw by draw."""
    change = b - a
    scale = np.maximum(np.abs(a), np.abs(b))
    same = np.abs(change) <= 1e-6 * scale  # outcomes are float32
    change = np.where(same, 0.0, change)
    higher = float(np.mean(change > 0) + np.mean(change == 0) / 2)
    ordered = np.sort(a)
    below = np.searchsorted(ordered, b, side="left") + np.searchsorted(ordered, b, side="right")
    middle = float(np.median(a))
    relative = float(np.median(change)) / middle if middle else float("nan")
    return Difference(np.quantile(change, QUANTILES), relative, higher, float(below.mean()) / (2 * len(a)))


def drivers(values: Array, a: Array, b: Array) -> Array:
    """Return the rank correlation of each parameter (parameter, draw) with the difference b - a, shape (parameter,)."""
    found: Array = rank_correlations(values, (b - a)[None])[0]
    return found
