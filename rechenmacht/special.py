"""Functions of statistics that runs need, in NumPy: half of what an installation would weigh stays an extra.

Held to SciPy's by tests: the normal quantile to 1e-14 relative (1e-11 beyond 1e-10), that of the beta distribution
to 1e-10.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
# Coefficients of algorithm AS 241 (Wichura 1988), highest power first, as in `race/backends/c/sampler.c`.
MIDDLE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
TAIL = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182650489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def _ratio(r: Array, both: tuple[tuple[float, ...], tuple[float, ...]]) -> Array:
    return np.asarray(np.polyval(both[0], r) / np.polyval(both[1], r), dtype=np.float64)


def normal_quantile(u: Array | float) -> Array:
    """Return the standard normal's quantiles at probabilities (same shape); minus and plus infinity at 0 and 1."""
    p = np.asarray(u, dtype=np.float64)
    q = p - 0.5
    found = np.empty(p.shape)
    near = np.abs(q) <= 0.425
    found[near] = q[near] * _ratio(0.180625 - q[near] ** 2, MIDDLE)
    out = ~near
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.sqrt(-np.log(np.minimum(p[out], 1 - p[out])))
        size = np.where(r <= 5, _ratio(r - 1.6, TAIL), _ratio(r - 5, FAR))
    found[out] = np.copysign(np.where(np.isinf(r), np.inf, size), q[out])
    return found


def logit(u: Array | float) -> Array:
    """Return ln(u / (1 - u)) (same shape)."""
    p = np.asarray(u, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.log(p / (1 - p))
    return found


def expit(x: Array | float) -> Array:
    """Return 1 / (1 + exp(-x)) (same shape)."""
    with np.errstate(over="ignore"):
        found: Array = 1 / (1 + np.exp(-np.asarray(x, dtype=np.float64)))
    return found


def ranks(values: Array) -> Array:
    """Return ranks from 1 along the last axis, ties by their mean (same shape)."""
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, -1)
    first = np.ones(values.shape, dtype=bool)
    first[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    places = np.arange(values.shape[-1])
    begin = np.maximum.accumulate(np.where(first, places, 0), axis=-1)
    last = np.concatenate([first[..., 1:], np.ones((*values.shape[:-1], 1), dtype=bool)], -1)
    end = np.minimum.accumulate(np.where(last, places, values.shape[-1])[..., ::-1], axis=-1)[..., ::-1]
    found = np.empty(values.shape)
    np.put_along_axis(found, order, (begin + end) / 2 + 1, -1)
    return found


def _beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (DLMF 8.17.22, Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _beta(b, a, 1 - x)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        found *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return math.exp(log) * found / a


@lru_cache(100_000)
def beta_quantile(a: float, b: float, share: float) -> float:
    """Return the quantile of a beta distribution with parameters of at least 1: Newton's method within a bracket."""
    low, high = 0.0, 1.0
    x = min(max(a / (a + b) + float(normal_quantile(share)) * math.sqrt(a * b / (a + b + 1)) / (a + b), 1e-6), 1 - 1e-6)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(200):
        apart = _beta(a, b, x) - share
        low, high = (low, x) if apart > 0 else (x, high)
        slope = math.exp(log + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))
        after = x - apart / slope if slope > 0 else -1.0
        after = after if low < after < high else (low + high) / 2
        if abs(after - x) <= 1e-15 * x:
            break
        x = after
    return x
