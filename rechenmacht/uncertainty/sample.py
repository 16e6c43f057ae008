"""Stratified draws of parameters, each from a random stream keyed by its own name.

A new parameter moves no other parameter's draws, and two scenarios with the same seed share their draws, so that
their difference is sharp.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter

Array = NDArray[np.float64]
Z95 = float(ndtri(0.95))


def stream(name: str, seed: int) -> np.random.Generator:
    """Return the random generator of a name: a Philox counter keyed by a hash of the seed and the name."""
    digest = hashlib.blake2b(f"{seed}:{name}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))


def strata(name: str, draws: int, seed: int) -> Array:
    """Return `draws` numbers in (0, 1), one in each of as many equal strata, in an order keyed by the name.

    Together the columns form a Latin hypercube (McKay, Beckman and Conover 1979). Shape: (draws,).
    """
    generator = stream(name, seed)
    order = generator.permutation(draws)
    jitter = generator.random(draws)
    return np.clip((order + jitter) / draws, 1e-12, 1 - 1e-12)


def _triangular(u: Array, low: float, mid: float, high: float) -> Array:
    if high == low:
        return np.full_like(u, mid)
    split = (mid - low) / (high - low)
    left = low + np.sqrt(u * (high - low) * (mid - low))
    right = high - np.sqrt((1 - u) * (high - low) * (high - mid))
    return np.where(u < split, left, right)


def two_piece(u: Array, low: float, mid: float, high: float) -> Array:
    """Return the two-piece normal whose 5, 50 and 95 % points are low, mid and high, at the probabilities `u`."""
    z = ndtri(u)
    result: Array = mid + z * np.where(z < 0, mid - low, high - mid) / Z95
    return result


def _transformed(to: Callable[..., Array], back: Callable[..., Array]) -> Callable[[Array, float, float, float], Array]:
    def quantile(u: Array, low: float, mid: float, high: float) -> Array:
        result: Array = back(two_piece(u, float(to(low)), float(to(mid)), float(to(high))))
        return result

    return quantile


QUANTILES: dict[str, Callable[[Array, float, float, float], Array]] = {
    "fixed": lambda u, _low, mid, _high: np.full_like(u, mid),
    "uniform": lambda u, low, _mid, high: low + u * (high - low),
    "triangular": _triangular,
    "normal": two_piece,
    "lognormal": _transformed(np.log, np.exp),
    "logitnormal": _transformed(logit, expit),
}


def values(parameter: Parameter, u: Array) -> Array:
    """Return the parameter's quantiles at the probabilities `u` (same shape), in the parameter's unit."""
    return QUANTILES[parameter.distribution](u, parameter.low, parameter.mid, parameter.high)


def draw(parameters: Iterable[Parameter], draws: int, seed: int) -> dict[str, Array]:
    """Draw all parameters.

    Returns:
        name -> array of shape (draws,), in the parameter's unit.

    Raises:
        BadInput: if `draws` is not positive.
    """
    if draws < 1:
        raise BadInput(f"draws must be at least 1, not {draws}")
    return {p.name: values(p, strata(p.name, draws, seed)) for p in parameters}
