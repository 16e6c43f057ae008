"""Two scenarios on the same draws: by how much they differ, in how many draws, and what drives the difference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.uncertainty.ensemble import QUANTILES
from rechenmacht.domains.uncertainty.ranks import rank_correlations

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """How one outcome differs between two runs on the same draws.

    quantiles: of b - a, in the order of `ensemble.QUANTILES`. ratios: of b / a, draw by draw, in the same order; None
    where a is nothing or negative in a draw, of which `without` counts. relative: the median of b - a over the median
    of a, None where that is nothing. higher, lower, same: shares of draws in which b is above, below, as a. unpaired:
    the share in which b is above a, ties counted half, for independent draws, as if the parameters of the two worlds
    had nothing to do with each other (probability of superiority).
    """

    quantiles: Array
    ratios: Array | None
    without: int
    relative: float | None
    higher: float
    lower: float
    same: float
    unpaired: float


def ratio(a: Array, b: Array) -> Array | None:
    """Return b / a, shape (draw,), or None where a is nothing or negative in a draw."""
    if not (a > 0).all():
        return None
    with np.errstate(over="ignore"):
        found: Array = b / a
    return found if np.isfinite(found).all() else None


def differ(a: Array, b: Array) -> Difference:
    """Return how an outcome's draws b (draw,) differ from a (draw,), draw by draw."""
    change = b - a
    scale = np.maximum(np.abs(a), np.abs(b))
    alike = np.abs(change) <= 1e-6 * scale  # outcomes are float32
    change = np.where(alike, 0.0, change)
    ordered = np.sort(a)
    below = np.searchsorted(ordered, b, side="left") + np.searchsorted(ordered, b, side="right")
    middle, ratios = float(np.median(a)), ratio(a, b)
    relative = float(np.median(change)) / middle if middle else math.nan
    return Difference(
        np.quantile(change, QUANTILES), None if ratios is None else np.quantile(ratios, QUANTILES),
        int((a <= 0).sum()), relative if math.isfinite(relative) else None, float((change > 0).mean()),
        float((change < 0).mean()), float((change == 0).mean()), float(below.mean()) / (2 * len(a)),
    )  # fmt: skip


def drivers(values: Array, a: Array, b: Array) -> Array:
    """Return the rank correlation of each parameter (parameter, draw) with the difference b - a, shape (parameter,)."""
    found: Array = rank_correlations(values, (b - a)[None])[0]
    return found
