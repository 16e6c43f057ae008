"""Uptake: those who do not use AI yet answer its price, how able it is, and whether they are served at all.

    uptake = price ** -response * exp(capability response * (knowledge - then)) * served share ** crowding

It scales the imitation of those who do not use AI yet, so it moves the pace and never the ceiling, and where work stays
unserved nobody new is drawn in.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import BLOCS, CN, US

READS = ("work_price", "utilisation", "knowledge", "knowledge_then", "uptake")
WRITES = ("uptake",)
BEGINS = 0.9  # utilisation above which people wait


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Return what scales imitation.

    Args:
        state: `work_price`, `utilisation` (market, draw); `knowledge` (bloc, draw) and `knowledge_then` (draw).
        p: parameters, each of shape (draw,).
        policy: `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        `uptake` (bloc, draw), 1 as observed.
    """
    gained = xp.maximum(state["knowledge"][US] - state["knowledge_then"], 0.0)
    able = xp.exp(xp.minimum(p["uptake.capability"] * gained, 1.0))
    crowded = xp.maximum(state["utilisation"] - BEGINS, 0.0) / (1 - BEGINS)
    by_market = state["work_price"] ** (-p["uptake.price"]) * (1 - p["uptake.crowding"] * xp.minimum(crowded, 1.0))
    found = xp.stack([by_market[1 if b == CN else 0] * able for b in range(len(BLOCS))])
    found = xp.minimum(xp.maximum(found, 0.2), 3.0)
    return {"uptake": xp.where(policy["after"] > 0, found, 1.0)}


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Uptake follows imitation alone."""
    del p, policy, xp
    return {"uptake": state["uptake"] * 0.0 + 1}
