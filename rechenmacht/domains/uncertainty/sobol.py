"""Sobol indices of all outcomes in all parameters at once, with bootstrap intervals.

First-order index: the share of an outcome's variance that would go if the parameter alone were known. Total index: the
share that would stay if all others were known. Estimators: Saltelli et al. (2010, Computer Physics Communications 181)
for the first order, Jansen (1999) for the total, on outputs brought to mean 0 and standard deviation 1. A bootstrap
resample counts how often it holds each base point, so all resamples of all parameters are one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.distributions import QUANTILES
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter
from rechenmacht.special import normal_quantile
from rechenmacht.wanted import still

Array = NDArray[np.float64]
Simulate = Callable[[Array], Array]
AT_ONCE = 16_384  # simulations in one call
LARGEST_BASE = 16_384


@dataclass(frozen=True)
class Indices:
    """First-order and total indices and half widths of their 95 % intervals, each of shape (outcome, parameter)."""

    first: Array
    first_half: Array
    total: Array
    total_half: Array


def base_points(dimensions: int, base: int, seed: int) -> tuple[Array, Array]:
    """Return two independent sets of scrambled Sobol points in (0, 1), each of shape (dimension, base).

    Raises:
        BadInput: if `base` is not a power of two between 8 and 16,384.
    """
    if not 8 <= base <= LARGEST_BASE or base & (base - 1):
        raise BadInput(f"--base must be a power of two between 8 and {LARGEST_BASE:,}, not {base:,}")
    from scipy.stats import qmc

    points = qmc.Sobol(2 * dimensions, rng=np.random.default_rng(seed)).random(base).T
    points = np.clip(points, 1e-9, 1 - 1e-9)
    return np.ascontiguousarray(points[:dimensions]), np.ascontiguousarray(points[dimensions:])


def _quantiles(parameters: Sequence[Parameter], points: Array) -> Array:
    return np.stack(
        [QUANTILES[p.distribution](u, p.low, p.mid, p.high) for p, u in zip(parameters, points, strict=True)]
    )


def evaluate(
    simulate: Simulate, parameters: Sequence[Parameter], base: int, seed: int, progress: Callable[[int], None] | None
) -> tuple[Array, list[int]]:
    """Run the design: the points A and B, and for each uncertain parameter A with its column from B.

    Args:
        simulate: takes values (parameter, draw), returns outcomes (outcome, draw).
        parameters: in the order that `simulate` takes them.
        base: number of base points.
        seed: of the points.
        progress: called with the number of simulations done.

    Returns:
        Outcomes of shape (outcome, 2 + uncertain parameter, base), A first and B last, and the uncertain parameters.

    Raises:
        BadInput: if `base` cannot be used.
    """
    uncertain = [i for i, p in enumerate(parameters) if p.low < p.high]
    one, other = base_points(len(parameters), base, seed)
    a, b = _quantiles(parameters, one), _quantiles(parameters, other)
    blocks = [None, *uncertain, -1]
    size = max(1, AT_ONCE // base)
    found: list[Array] = []
    for first in range(0, len(blocks), size):
        still()
        part = blocks[first : first + size]
        values = np.empty((len(parameters), len(part), base))
        for k, column in enumerate(part):
            values[:, k] = b if column == -1 else a
            if column is not None and column >= 0:
                values[column, k] = b[column]
        out = simulate(values.reshape(len(parameters), -1))
        found.append(out.reshape(len(out), len(part), base))
        if progress:
            progress((first + len(part)) * base)
    return np.concatenate(found, axis=1), uncertain


def resamples(base: int, number: int, seed: int) -> NDArray[np.int64]:
    """Return base points drawn with replacement, shape (base, resample), as SALib draws them for a seed above 0."""
    return np.random.default_rng(seed).integers(base, size=(base, number))


def _counts(chosen: NDArray[np.int64]) -> Array:
    """Return how often each resample holds each base point, shape (resample, base)."""
    base, number = chosen.shape
    flat = chosen.T + base * np.arange(number)[:, None]
    return np.bincount(flat.ravel(), minlength=base * number).reshape(number, base).astype(np.float64)


def _one(y: Array, counts: Array, half: float) -> tuple[Array, Array, Array, Array]:
    """Return the indices and half widths of one outcome (2 + parameter, base)."""
    spread = y.std()
    nothing = np.zeros(len(y) - 2)
    if spread == 0:
        return nothing, nothing, nothing, nothing
    y = (y - y.mean()) / spread
    a, b, ab = y[0], y[-1], y[1:-1]
    base = y.shape[1]
    variance = np.var(np.concatenate([a, b]))
    difference = ab - a
    raw_first, raw_total = difference @ (b / base), 0.5 * np.einsum("jn,jn->j", difference, difference) / base
    if variance <= np.finfo(float).eps:
        return nothing, nothing, nothing, nothing
    sums = counts @ np.stack([a + b, a**2 + b**2], 1) / (2 * base)
    resampled = (sums[:, 1] - sums[:, 0] ** 2)[:, None]
    enough = resampled > np.finfo(float).eps  # a resample of a rare outcome may hold nothing of it
    inverse = np.divide(1.0, resampled, out=np.zeros_like(resampled), where=enough)
    first = (counts * (b / base)) @ difference.T * inverse
    total = 0.5 * (counts / base) @ (difference**2).T * inverse
    return (
        raw_first / variance,
        half * first.std(axis=0, ddof=1),
        raw_total / variance,
        half * total.std(axis=0, ddof=1),
    )


def analyse(y: Array, chosen: NDArray[np.int64], confidence: float = 0.95) -> Indices:
    """Return the indices of outcomes, each of shape (outcome, parameter).

    Args:
        y: outcomes of shape (outcome, 2 + parameter, base): A, each parameter's column from B, B.
        chosen: the bootstrap's resamples, shape (base, resample).
        confidence: of the intervals.
    """
    counts, half = _counts(chosen), float(normal_quantile(0.5 + confidence / 2))
    rows = [_one(np.asarray(one, dtype=np.float64), counts, half) for one in y]
    return Indices(*(np.stack(column) for column in zip(*rows, strict=True)))
