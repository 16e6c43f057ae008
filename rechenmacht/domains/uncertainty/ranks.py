"""Cheap measures of what decides an outcome: rank correlations and conditional medians of an ordinary run."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from rechenmacht.special import ranks

Array = NDArray[np.float64]


def _standardised(values: Array) -> Array:
    """Return ranks with mean 0 and length 1 along the draws; constants become zeros."""
    places = ranks(values)
    places -= places.mean(axis=-1, keepdims=True)
    length = np.sqrt((places**2).sum(axis=-1, keepdims=True))
    found: Array = np.divide(places, length, out=np.zeros_like(places), where=length > 0)
    return found


def rank_correlations(values: Array, outcomes: Array) -> Array:
    """Return Spearman's rank correlation of each parameter with each outcome, shape (outcome, parameter).

    Args:
        values: (parameter, draw).
        outcomes: (outcome, draw).
    """
    found: Array = _standardised(outcomes) @ _standardised(values).T
    return found


def noise(draws: int, tried: int = 1) -> float:
    """Return the rank correlation above which an unrelated parameter lies by chance, once in twenty.

    With many tried it is the limit of the whole family: once in twenty does any of `tried` unrelated parameters exceed
    it (Sidak 1967: each is held to 1 - 0.95^(1 / tried)). The distribution is normal with 1 / sqrt(draws - 1).
    """
    each = 1 - 0.95 ** (1 / max(tried, 1))
    return NormalDist().inv_cdf(1 - each / 2) / math.sqrt(max(draws - 1, 1))


def conditional_medians(values: Array, outcome: Array, tail: float = 0.1) -> Array:
    """Return the outcome's medians where each parameter lies in its lowest and highest tail, shape (parameter, 2).

    Args:
        values: (parameter, draw).
        outcome: (draw,).
        tail: share of draws in each tail.
    """
    size = max(1, int(values.shape[1] * tail))
    order = np.argsort(values, axis=1)
    ends = np.stack([order[:, :size], order[:, -size:]], 1)
    found: Array = np.median(outcome[ends], axis=-1)
    return found
