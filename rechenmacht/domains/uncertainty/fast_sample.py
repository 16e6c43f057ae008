"""The same draws as `sample.draw`, compiled: a few nanoseconds a value, any part of an ensemble at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.distributions import Z95
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter
from rechenmacht.streams import GOLDEN, MIX_ONE, MIX_TWO, bits_of, keys

Array = NDArray[np.float64]
KINDS = ("fixed", "uniform", "triangular", "normal", "lognormal", "logitnormal")


def _compiled() -> Any:
    """Return the compiled functions, made at the first use."""
    try:
        from rechenmacht.domains.uncertainty.fast_quantiles import fill
    except ImportError:
        raise BadInput("the fast backend needs numba: pip install 'rechenmacht[fast]'") from None
    return fill


def _ends(parameter: Parameter) -> tuple[float, float, float]:
    """Return low, mid and high on the scale on which the distribution is a two-piece normal."""
    ends = (parameter.low, parameter.mid, parameter.high)
    if parameter.distribution == "lognormal":
        return tuple(float(np.log(x)) for x in ends)  # type: ignore[return-value]
    if parameter.distribution == "logitnormal":
        return tuple(float(np.log(x / (1 - x))) for x in ends)  # type: ignore[return-value]
    return ends


def prepared(parameters: Sequence[Parameter], seed: int) -> tuple[NDArray[np.uint64], NDArray[np.int64], Array]:
    """Return what the compiled sampler needs: keys of shape (name, 7), kinds (name,), ends (name, 3).

    Raises:
        BadInput: if a distribution is not known.
    """
    unknown = [p.distribution for p in parameters if p.distribution not in KINDS]
    if unknown:
        raise BadInput(f"no distribution {unknown[0]!r} in the fast backend")
    kinds = np.array([KINDS.index(p.distribution) for p in parameters], dtype=np.int64)
    return np.stack([keys(p.name, seed) for p in parameters]), kinds, np.array([_ends(p) for p in parameters])


def draw_part(parameters: Sequence[Parameter], draws: int, seed: int, part: range) -> Array:
    """Return a part of an ensemble's draws, shape (name, draw), in the order of the parameters.

    Raises:
        BadInput: if numba is not installed or a distribution is not known.
    """
    out = np.empty((len(parameters), len(part)))
    key, kinds, ends = prepared(parameters, seed)
    _compiled()(key, kinds, ends, draws, bits_of(draws), part.start, out, GOLDEN, MIX_ONE, MIX_TWO, Z95)
    return out
