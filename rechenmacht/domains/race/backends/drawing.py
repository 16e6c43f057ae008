"""Draws of parameters by the kernel's own sampler: the same bits in Python, natively and in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.backends.compiled import Array, Compiled
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw
from rechenmacht.streams import bits_of, keys

KINDS = ("fixed", "uniform", "triangular", "normal", "lognormal", "logitnormal")  # their numbers in c/sampler.c


def prepared(parameters: Sequence[Parameter], seed: int) -> tuple[NDArray[np.uint64], NDArray[np.int32], Array]:
    """Return what the sampler needs: keys of shape (name, 7), kinds (name,), low, mid and high (name, 3).

    Raises:
        BadInput: if a distribution is not known.
    """
    unknown = [p.distribution for p in parameters if p.distribution not in KINDS]
    if unknown:
        raise BadInput(f"the kernel has no distribution {unknown[0]!r}")
    kinds = np.array([KINDS.index(p.distribution) for p in parameters], dtype=np.int32)
    ends = np.array([(p.low, p.mid, p.high) for p in parameters], dtype=np.float64)
    return np.stack([keys(p.name, seed) for p in parameters]), kinds, ends


def drawn(
    compiled: Compiled | None, parameters: Sequence[Parameter], draws: int, seed: int, part: range | None = None
) -> Array:
    """Return draws of parameters, shape (name, draw), by the kernel that runs them, or by NumPy where none does.

    The two differ by rounding only (below 1e-9 relative); each by itself gives the same bits for the same seed.

    Raises:
        BadInput: if `draws` is not positive or a distribution is not known.
    """
    if draws < 1:
        raise BadInput(f"draws must be at least 1, not {draws}")
    if compiled is None:
        return np.stack(list(draw(parameters, draws, seed, part).values()))
    machine: Any = compiled.machine
    wanted = range(draws) if part is None else part
    found: Array = machine.sample(*prepared(parameters, seed), draws, bits_of(draws), wanted)
    return found
