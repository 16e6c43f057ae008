"""Tiers of the network and the time of collectives on them.

A ring over n members moves 2 (n-1)/n of the data for an all-reduce and (n-1)/n for a gather or a scatter; the
bandwidth is that of the slowest tier that the ring crosses. Inside a scale-up domain it is the chip's own link;
across domains every member of the group in one domain brings its own network card, so the group has
(members per domain) x (scale-out per chip), at most the scale-up rate. Where the chips of a server are wired in pairs
(no switch), a group of few of them has only the wires between its members.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.parameters import Coefficients

Array = NDArray[np.float64]


def group_bandwidth(hw: Hardware, c: Coefficients, members: Array, stride: Array, collective: float = 1.0) -> Array:
    """Return the ring bandwidth in bytes/s of groups of `members`, whose ranks lie `stride` chips apart.

    Args:
        hw: the chip and its links.
        c: coefficients (`link.scaleup`, `link.scaleout`: reached shares of the link's rate).
        members: group size.
        stride: chips between two ranks of the group (ranks of lower dimensions lie in between).
        collective: further share that the software stack reaches.
    """
    inside = hw.scaleup_gbps * 1e9 * c["link.scaleup"] * collective * wired(hw, members)
    together = np.minimum(members, np.floor(np.maximum(hw.domain / stride, 1.0)))
    outside = np.minimum(together * (hw.scaleout_gbps * 1e9 * c["link.scaleout"] * collective), inside)
    return np.asarray(np.where(members * stride <= hw.domain, inside, outside))


def wired(hw: Hardware, members: Array) -> Array | float:
    """Return the share of a chip's scale-up links that lead to the other members of its group."""
    if not hw.mesh or not 1 < hw.domain <= hw.node:
        return 1.0
    return np.asarray((np.clip(members, 2, hw.domain) - 1) / (hw.domain - 1))


def ring(data: Array, members: Array, bandwidth: Array, latency: float, passes: float = 1.0) -> Array:
    """Return seconds to gather or scatter `data` bytes over a ring (`passes` 2: all-reduce)."""
    steps = np.log2(np.maximum(members, 1.0))
    return np.asarray(passes * (data * (members - 1) / members / bandwidth + latency * steps))


def exchange(hw: Hardware, c: Coefficients, data: Array, members: Array, cross: float = 1.0) -> Array:
    """Return seconds of an all-to-all in which each member sends `data` bytes in all, evenly to all members.

    What stays in the domain goes over scale-up links, the rest over scale-out cards.
    """
    near = np.minimum(members, hw.domain)
    away = np.maximum(members - near, 0.0) / members
    inside = data * (near - 1) / members / (hw.scaleup_gbps * 1e9 * c["link.exchange"])
    outside = data * away / (hw.scaleout_gbps * 1e9 * c["link.scaleout"] * cross)
    return np.asarray(np.maximum(inside, outside) + c["latency.exchange_us"] * 1e-6 * (members > 1))


def exposed(compute: Array, traffic: Array, hidden: float | Array) -> Array:
    """Return the part of `traffic` that is not hidden behind `compute`: at most the share `hidden` of it can be."""
    return np.asarray(traffic - np.minimum(hidden * traffic, compute))
