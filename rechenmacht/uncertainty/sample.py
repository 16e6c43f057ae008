"""Stratified draws of parameters, each from a random stream keyed by its own name.

A new parameter moves no other parameter's draws, and two scenarios with the same seed share their draws, so that
their difference is sharp.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rechenmacht.distributions import QUANTILES, Array
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter
from rechenmacht.streams import stream


def strata(name: str, draws: int, seed: int) -> Array:
    """Return `draws` numbers in (0, 1), one in each of as many equal strata, in an order keyed by the name.

    Together the columns form a Latin hypercube (McKay, Beckman and Conover 1979). Shape: (draws,).
    """
    generator = stream(name, seed)
    order = generator.permutation(draws)
    jitter = generator.random(draws)
    return np.clip((order + jitter) / draws, 1e-12, 1 - 1e-12)


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
