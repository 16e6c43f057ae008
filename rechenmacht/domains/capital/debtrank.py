"""DebtRank: how far distress spreads, as a second view beside clearing."""

from __future__ import annotations

import numpy as np

from rechenmacht.domains.capital.contracts import Array
from rechenmacht.wanted import still


def debtrank(impact: Array, shock: Array, weight: Array) -> tuple[Array, Array]:
    """Return distress and DebtRank after Battiston, Puliga, Kaushik, Tasca and Caldarelli 2012.

    A node in distress h passes impact x h to each dependent node, once; h never exceeds 1. Walks in circles are thereby
    cut: a node that has passed its distress on stays inactive.

    Args:
        impact: of the distress of a node (row) on others, 0 to 1, (..., nodes, nodes).
        shock: first distress, 0 to 1, (..., nodes).
        weight: economic weight of each node, (..., nodes), sums to 1.

    Returns:
        Final distress, (..., nodes), and DebtRank, (...): weighted distress that the shock adds to itself.
    """
    distress = np.broadcast_to(shock, np.broadcast_shapes(shock.shape, impact.shape[:-1])).astype(float)
    start = distress
    active = distress > 0
    done = np.zeros(distress.shape, dtype=bool)
    for _ in range(impact.shape[-1] + 1):
        still()
        if not active.any():
            break
        sent = np.einsum("...ij,...i->...j", impact, np.where(active, distress, 0.0))
        done |= active
        distress = np.minimum(1.0, distress + sent)
        active = (distress > 0) & ~done
    return distress, np.sum((distress - start) * weight, axis=-1)
