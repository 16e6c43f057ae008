"""Numbers by chance inside the model, the same on every backend: a draw's seed times a step's multiplier.

The fractional part of `seed * multiplier`, with the seed uniform over the draws and multipliers of some ten thousand,
is uniform over the draws and, for different multipliers, as good as independent: the line that the pair traces fills
the square (equidistribution, Weyl 1916). One multiplication and one rounding give the same bits everywhere. Where a
backend has no function for the nearest whole number, adding and taking away 1.5 * 2**52 gives it; a compiler that
reorders sums (XLA) would leave that out, so the function is used where there is one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import VENDORS

LINES = 6 + 2 * len(VENDORS)  # five common lines, two for each vendor, and the crises' own, the last
CRISIS = LINES - 1
ROUND = 6755399441055744.0
SMALLEST, LARGEST = 2e4, 9e4
SEED = 20261130
LOGISTIC = 0.5513288954217921  # sqrt(3) / pi: what gives the logistic distribution a spread of 1


def multipliers(steps: int) -> NDArray[np.float64]:
    """Return the multipliers of each step, shape (step, line); the same numbers for the same step in every run."""
    generator = np.random.default_rng(SEED)
    found: NDArray[np.float64] = generator.uniform(SMALLEST, LARGEST, (steps, LINES))
    return found


def throw(seed: Any, multiplier: Any, xp: Any) -> Any:
    """Return numbers in -0.5 to 0.5 for seeds of shape (draw,) and one multiplier, shape (draw,)."""
    turned = seed * multiplier
    nearest = xp.rint(turned) if hasattr(xp, "rint") else (turned + ROUND) - ROUND
    return turned - nearest


def normal(thrown: Any, xp: Any) -> Any:
    """Return numbers of mean 0 and spread 1 with somewhat heavy tails (logistic), shape as `thrown`."""
    inside = xp.minimum(xp.maximum(thrown, -0.49999), 0.49999)
    return xp.log((0.5 + inside) / (0.5 - inside)) * LOGISTIC
