"""Scarcity: makers raise prices when orders stay unfilled, and build capacity when they stay so.

    ln margin'  = (ln margin + answer * unfilled * dt) / (1 + fade * dt)
    backlog     moves towards ln(orders / capacity) with the time that building takes
    building    = build * backlog, within -0.3 and 0.8 of it; added to the growth of capacities

`unfilled` is the share of the orders for chips, in dollars, that makers fed by TSMC could not fill. The margin scales
the prices of American chips. A supply that stands idle is offered to others: capacity above what is needed lowers the
backlog, and with it the margin's growth and the building.
"""

from __future__ import annotations

from typing import Any

READS = ("unfilled", "over", "margin", "backlog")
WRITES = ("margin", "backlog", "building")


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance prices' margin and the growth of capacity.

    Args:
        state: `unfilled` (draw), share of the dollars ordered; `over` (draw), logarithm of orders over capacity;
            `margin` (draw), 1 in the last observed quarter; `backlog` (draw), logarithm.
        p: parameters, each of shape (draw,).
        policy: `dt` in years, `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        `margin`, `backlog`, and `building` (draw), further growth of capacity, log per year.
    """
    dt, after = policy["dt"], policy["after"]
    rising = p["scarcity.answer"] * state["unfilled"] * dt
    margin = xp.exp((xp.log(state["margin"]) + rising) / (1 + p["scarcity.fade"] * dt))
    backlog = state["backlog"] + (state["over"] - state["backlog"]) * (1 - xp.exp(-dt / p["scarcity.lead_time"]))
    backlog = xp.where(after > 0, backlog, 0.0)
    return {
        "margin": xp.where(after > 0, margin, 1.0),
        "backlog": backlog,
        "building": p["scarcity.build"] * xp.minimum(xp.maximum(backlog, -0.3), 0.8),
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Prices and building follow trends alone."""
    del p, policy, xp
    return {"margin": state["margin"] * 0.0 + 1, "building": state["backlog"] * 0.0}
