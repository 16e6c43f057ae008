"""How fast matrix products run: peak x best achieved share x what sustained training keeps x shape.

    rate = peak(bits) * matmul(chip, bits) * sustained(family) * clock(chip) * shape
    shape = prod_d d / (d + d0),  d0 = d0_ref * sqrt(peak16 / 312)

over the rows (tokens), the sharded width and the full width. The best achieved share is a component measurement
(maximum achievable matmul) or the family's prior; one sustained factor per family and one d0 are calibrated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.parameters import Coefficients

Array = NDArray[np.float64]


def best_rate(hw: Hardware, c: Coefficients, bits: int) -> float:
    """Return the operations per second of large products in sustained training at 4, 8 or 16 bits."""
    share = hw.matmul16 if bits >= 16 else hw.matmul8
    rate = hw.peak(bits) * 1e12 * share * c.of("matmul", hw.family)
    if bits <= 8 and hw.peak8 > hw.peak16:
        rate *= c.of("matmul8", hw.family)
    if bits <= 4 and hw.peak4 > hw.peak8:
        rate *= c["matmul4"]
    rate *= c.of("clock", hw.id.removeprefix("chip:"))  # as high as the chip's power allows
    return rate


def half_size(hw: Hardware, c: Coefficients) -> float:
    """Return the dimension at which a product reaches half of its rate in that dimension."""
    return float(c["shape.half"] * (hw.peak16 / 312) ** 0.5)


def shape(rows: Array, width: Array, half: float) -> Array:
    """Return the share of the best rate at a number of rows and a sharded width."""
    return np.asarray(rows / (rows + half) * width / (width + half))
