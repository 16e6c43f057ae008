"""Calibrate the engine's coefficients once, for all runs together: a hierarchical fit with stated priors.

    log(measured / predicted(theta)) = b_kind + b_kind,family + e,   theta ~ lognormal priors (parameters/engine.csv)

theta are the coefficients (per chip family, stack or global, never per run), b shrunken offsets by kind of
measurement. Gauss-Newton on the maximum of the posterior, with Student-t weights so that a single odd source does not
decide. Leave-one-source-out residuals come from the linearised posterior without the rows of that source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.found import Found
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.wanted import still

Array = NDArray[np.float64]
KIND_SPREAD, MEMBER_SPREAD, KIN_SPREAD = 0.12, 0.10, 0.12
NOISE, FREEDOM = 0.06, 4.0
NUDGE = 0.03
Predict = Callable[[Coefficients, str], Array]


@dataclass(frozen=True, slots=True)
class Point:
    """A measured point: log of the measured value, kind, chip family, publication, log spread of what is unclear.

    `release` and `model`: what it shares with the points that are left out with it; `repeats`: how many points measure
    the same configuration (each counts for one of so many); `chip`: its chip, if nobody published its best product.
    `shifted`: whether its kind may be off as a whole; a time that the physics must give by itself may not.
    """

    id: str
    measured: float
    kind: str
    family: str
    source: str
    unclear: float
    release: str = ""
    model: str = ""
    repeats: int = 1
    chip: str = ""
    shifted: bool = True


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured point with the function that predicts it, the part of the engine, and what it says is unclear."""

    point: Point
    answer: Callable[[Coefficients], Found]
    part: str
    clear: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Calibrated coefficients, offsets, residuals in log: with all data, without parts.

    Left out are the point, its source, its release, its model.
    """

    values: dict[str, float]
    spread: dict[str, float]
    offsets: dict[str, float]
    residuals: Array
    without_point: Array
    without_source: Array
    without_release: Array
    without_model: Array


def _design(points: Sequence[Point]) -> tuple[list[str], Array]:
    kinds = {f"kind.{p.kind}" for p in points if p.shifted}
    names = sorted(kinds | {f"member.{p.kind}.{p.family}" for p in points})
    index = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(points), len(names)))
    for row, p in enumerate(points):
        if p.shifted:
            table[row, index[f"kind.{p.kind}"]] = 1
        table[row, index[f"member.{p.kind}.{p.family}"]] = 1
    return names, table


def _jacobian(predict: Predict, c: Coefficients, names: Sequence[str], at: Array) -> Array:
    columns = []
    for name in names:
        moved = c.with_values({name: c.mid[name] * np.exp(NUDGE)})
        columns.append((predict(moved, name) - at) / NUDGE)
    return np.stack(columns, 1)


def _solve(design: Array, target: Array, weight: Array, precision: Array, prior: Array) -> tuple[Array, Array]:
    """Return the posterior mean and covariance of a linear model; `precision` is a matrix."""
    inverse = design.T @ (weight[:, None] * design) + precision
    covariance: Array = np.asarray(np.linalg.inv(inverse), dtype=float)
    return np.asarray(covariance @ (design.T @ (weight * target) + precision @ prior)), covariance


def _kinship(names: Sequence[str], kin: Sequence[tuple[str, str]]) -> Array:
    """Return the precision matrix that holds coefficients of kindred families near each other."""
    found = np.zeros((len(names), len(names)))
    index = {name: i for i, name in enumerate(names)}
    for one, other in kin:
        if one in index and other in index:
            i, j = index[one], index[other]
            found[[i, j], [i, j]] += KIN_SPREAD**-2
            found[[i, j], [j, i]] -= KIN_SPREAD**-2
    return found


def fit(
    predict: Predict, prior: Coefficients, caps: dict[str, float], names: Sequence[str], points: Sequence[Point],
    rounds: int = 9, kin: Sequence[tuple[str, str]] = (),
) -> Fit:  # fmt: skip
    """Fit coefficients and offsets.

    Args:
        predict: log predictions of all points under given coefficients, shape (points,); the name says which
            coefficient was moved, so that points it cannot touch need not be computed again.
        prior: prior centres and log spreads.
        caps: largest sensible value of a coefficient (shares end at 1).
        names: coefficients to fit.
        points: the measured points.
        rounds: Gauss-Newton rounds.
        kin: pairs of coefficients of successive chip families of one maker, which are alike (log spread of 0.12).
    """
    measured = np.array([p.measured for p in points])
    unclear = np.array([p.unclear for p in points])
    labels, offsets = _design(points)
    spread = np.array([prior.spread[n] for n in names])
    shrunk = np.array([KIND_SPREAD**-2 if n.startswith("kind.") else MEMBER_SPREAD**-2 for n in labels])
    precision = np.diag(np.concatenate([spread**-2.0, shrunk]))
    precision[: len(names), : len(names)] += _kinship(names, kin)
    start = np.log([prior.mid[n] for n in names])
    top = np.log([caps.get(n, np.inf) for n in names])
    zero = np.concatenate([start, np.zeros(len(labels))])
    theta, b, c = start.copy(), np.zeros(len(labels)), prior
    sigma = np.sqrt((NOISE**2 + unclear**2) * np.array([p.repeats for p in points]))
    for turn in range(rounds):
        still()
        at = predict(c, "")
        slope = _jacobian(predict, c, names, at)
        design = np.concatenate([slope, offsets], 1)
        residual = (measured - at - offsets @ b) / sigma
        weight = (FREEDOM + 1) / (FREEDOM + residual**2) / sigma**2
        target = measured - at + slope @ theta
        mean, covariance = _solve(design, target, weight, precision, zero)
        damp = 0.6 if turn < rounds - 2 else 0.4
        theta = np.minimum(theta + damp * np.clip(mean[: len(names)] - theta, -0.3, 0.3), top)
        b = b + damp * (mean[len(names) :] - b)
        c = prior.with_values(dict(zip(names, np.exp(theta).tolist(), strict=True)))
    at = predict(c, "")
    # offsets last, given the final coefficients
    b, _ = _solve(offsets, measured - at, weight, np.diag(shrunk), zero[len(names) :])
    residual = measured - at - offsets @ b
    linear = (design, target, weight, precision, zero)
    deviation = np.sqrt(np.diag(covariance))[: len(names)]
    return Fit(
        dict(zip(names, np.exp(theta).tolist(), strict=True)),
        dict(zip(names, deviation.tolist(), strict=True)),
        dict(zip(labels, b.tolist(), strict=True)),
        residual,
        _left_out([p.id for p in points], residual, *linear),
        _left_out([p.source for p in points], residual, *linear),
        _left_out([p.release or p.source for p in points], residual, *linear),
        _left_out([p.model or p.id for p in points], residual, *linear),
    )


def _left_out(
    groups: Sequence[str], residual: Array, design: Array, target: Array, weight: Array, precision: Array, zero: Array
) -> Array:
    """Residuals of each point when its whole group is left out of the (linearised) fit."""
    whole, _ = _solve(design, target, weight, precision, zero)
    result = residual.copy()
    labels = np.array(groups)
    for group in np.unique(labels):
        out = labels == group
        mean, _ = _solve(design[~out], target[~out], weight[~out], precision, zero)
        result[out] = residual[out] + design[out] @ (whole - mean)
    return result
