"""Crises: lenders stop, with a hazard that debt, idle compute and disappointment raise.

    hazard  = base * exp(a * ln(debt / revenue, relative to the last observed) + b * ln(utilisation then / now)
                         + c * (1 - expectation)),  the exponent within -2 and 3
    stopped for `length` years where the draw's number falls below 1 - exp(-hazard * dt); then a time of calm

While lenders have stopped there is no debt and no vendor finance, and buyers cut what they want.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import US
from rechenmacht.domains.race.dice import CRISIS, throw
from rechenmacht.domains.race.market import ABROAD

READS = ("debt", "earned", "utilisation", "expectation", "stopped", "stop_left", "calm_left", "leverage_then")
WRITES = ("stopped", "stop_left", "calm_left", "leverage_then")
CALM = 2.0  # years after a stop in which no other begins


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance lenders' trust by one step.

    Args:
        state: `debt` (bloc, draw) USD; `earned` (bloc, draw) USD per year; `utilisation` (market, draw); `expectation`
            (bloc, draw); `stop_left`, `calm_left` (draw), years; `leverage_then` (draw), years.
        p: parameters, each of shape (draw,).
        policy: `dice` (line, 1); `dt` in years; `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        `stopped` (draw), 1 while lenders have stopped; the clocks.
    """
    after, dt = policy["after"], policy["dt"]
    leverage = xp.sum(state["debt"], 0) / xp.maximum(xp.sum(state["earned"], 0), 1e6)
    leverage_then = xp.where(after > 0, state["leverage_then"], leverage)
    weight = (
        p["crises.leverage"] * xp.log(xp.maximum(leverage, 1e-6) / xp.maximum(leverage_then, 1e-6))
        + p["crises.idle"] * xp.log(p["market.utilisation_then"] / xp.maximum(state["utilisation"][ABROAD], 0.02))
        + p["crises.disappointment"] * (1 - state["expectation"][US])
    )
    hazard = p["crises.base"] * xp.exp(xp.minimum(xp.maximum(weight, -2.0), 3.0))
    number = throw(p["chance.seed_crises"], policy["dice"][CRISIS], xp) + 0.5
    quiet = xp.where(state["calm_left"] > 0, 0.0, 1.0)
    hit = after * quiet * xp.where(number < 1 - xp.exp(-hazard * dt), 1.0, 0.0)
    left = xp.where(hit > 0, p["crises.length"], xp.maximum(state["stop_left"] - dt, 0.0))
    calm = xp.where(hit > 0, p["crises.length"] + CALM, xp.maximum(state["calm_left"] - dt, 0.0))
    return {
        "stopped": xp.where(left > 0, 1.0, 0.0),
        "stop_left": left,
        "calm_left": calm,
        "leverage_then": leverage_then,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Lenders never stop by themselves."""
    del p, policy, xp
    return {"stopped": state["stopped"] * 0.0}
