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
from rechenmacht.streams import jitter, keys, permuted


class Shifted(float):
    """A lever's value that is the median to which a range is moved; a plain number is the same in all draws.

    A share moves by its logit, what cannot be negative by a factor, all else by a sum; so draws keep their order, and
    stay within what the parameter can be.
    """

    middle: float
    unit: str
    least: float

    def __new__(cls, value: float, middle: float, unit: str, least: float) -> Shifted:
        """Return the median `value` in place of `middle`, for a parameter of the unit that is never below `least`."""
        found = super().__new__(cls, value)
        found.middle, found.unit, found.least = middle, unit, least
        return found

    def of(self, draws: Array) -> Array:
        """Return the moved draws (same shape)."""
        value = float(self)
        if self.unit == "share":
            if not (0 < value < 1 and 0 < self.middle < 1):
                return np.full_like(draws, min(max(value, 0.0), 1.0))
            inside = np.clip(draws, 1e-9, 1 - 1e-9)
            by = np.log(value / (1 - value)) - np.log(self.middle / (1 - self.middle))
            with np.errstate(over="ignore"):  # a share beside nothing comes out as nought
                found: Array = 1 / (1 + np.exp(-(np.log(inside / (1 - inside)) + by)))
            return found
        if self.middle > 0 and self.least >= 0:
            return draws * value / self.middle
        return draws + value - self.middle


def held(value: float, draws: Array) -> Array:
    """Return what a lever makes of a parameter's draws (same shape): the value, or the range moved to it."""
    return value.of(draws) if isinstance(value, Shifted) else np.full_like(draws, value)


def strata(name: str, draws: int, seed: int, part: range | None = None) -> Array:
    """Return numbers in (0, 1), one in each of `draws` equal strata, in an order keyed by the name.

    Together the columns form a Latin hypercube (McKay, Beckman and Conover 1979). With `part` only those draws are
    made; they are the same as in the whole. Shape: (draw,).
    """
    chosen = range(draws) if part is None else part
    index = np.arange(chosen.start, chosen.stop, dtype=np.uint64)
    key = keys(name, seed)
    place = permuted(index, draws, key).astype(np.float64)
    return np.clip((place + jitter(index, key)) / draws, 1e-12, 1 - 1e-12)


def values(parameter: Parameter, u: Array) -> Array:
    """Return the parameter's quantiles at the probabilities `u` (same shape), in the parameter's unit."""
    return QUANTILES[parameter.distribution](u, parameter.low, parameter.mid, parameter.high)


def draw(parameters: Iterable[Parameter], draws: int, seed: int, part: range | None = None) -> dict[str, Array]:
    """Draw all parameters, or only a part of the draws.

    Returns:
        name -> array of shape (draws,), in the parameter's unit.

    Raises:
        BadInput: if `draws` is not positive.
    """
    if draws < 1:
        raise BadInput(f"draws must be at least 1, not {draws}")
    return {p.name: values(p, strata(p.name, draws, seed, part)) for p in parameters}


def spread(parameters: Iterable[Parameter], draws: int, seed: int, part: range | None = None) -> dict[str, Array]:
    """Draw every parameter evenly over its prior's whole range, to look for values that the model cannot take.

    The range reaches from the prior's 0.1 % to its 99.9 % quantile, so corners are as likely as the middle.

    Returns:
        name -> array of shape (draws,), in the parameter's unit.
    """
    found = {}
    for p in parameters:
        low, high = values(p, np.array([0.001, 0.999]))
        found[p.name] = low + (high - low) * strata(p.name, draws, seed, part)
    return found
