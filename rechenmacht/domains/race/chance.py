"""Chance: what no trend foresees, as noise that returns to its mean and never makes a chip or a dollar.

    level = level * exp(-dt / time) + spread * sqrt(1 - exp(-2 dt / time)) * z

Each line of noise is such a level (an Ornstein-Uhlenbeck process, so the step does not decide its spread). It acts on
the growth of budgets, on what supply brings before capacities and banks bind, on the strength of the next generation
of chips, which comes in lumps, and as a tilt of the shares of the budgets between vendors, which sums to nothing: what
one vendor gains another loses. z comes from the draw's own place in the sequence of a step:

    z = logit(fraction of seed * multiplier of the step), scaled to a spread of 1

`dice.py` holds the multipliers. The seeds are parameters, so that a run is repeated and its share of luck is known.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import VENDORS
from rechenmacht.domains.race.dice import normal, throw

READS = ("luck_money", "luck_supply", "luck_strength", "luck_share", "luck_chip")
WRITES = ("luck_money", "luck_supply", "luck_strength", "luck_share", "luck_chip")
MARKETS = ("abroad", "cn")  # all others, and China


def drift(level: Any, spread: Any, time: Any, z: Any, dt: Any, xp: Any) -> Any:
    """Return a level of noise a step later; `spread` in its unit, `time` and `dt` in years. Shape as `level`."""
    kept = xp.exp(-dt / time)
    return level * kept + spread * xp.sqrt(1 - kept * kept) * z


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance the noise by one step.

    Args:
        state: logarithms: `luck_money` (market, draw), growth of budgets per year; `luck_supply` (market, draw), of
            supply; `luck_strength` (draw), of every new chip; `luck_share` and `luck_chip` (vendor, draw), of a
            vendor's share of budgets and of its new chips.
        p: parameters, each of shape (draw,).
        policy: `dice` (line, 1), the step's multipliers; `dt`, `after`.
        xp: the array namespace.
    """
    dt, after = policy["dt"], policy["after"]
    dice = policy["dice"]
    common = xp.stack([normal(throw(p["chance.seed"], dice[k], xp), xp) for k in range(5)])
    vendors = xp.stack([normal(throw(p["chance.seed_vendors"], dice[5 + k], xp), xp) for k in range(2 * len(VENDORS))])
    wider = xp.stack([p["chance.supply"], p["chance.supply"] * p["chance.wider_cn"]])
    parts = (
        ("luck_money", state["luck_money"], p["chance.money"][None], p["chance.money_time"], common[0:2]),
        ("luck_supply", state["luck_supply"], wider, p["chance.supply_time"], common[2:4]),
        ("luck_strength", state["luck_strength"], p["chance.strength"], p["chance.strength_time"], common[4]),
        ("luck_share", state["luck_share"], p["chance.share"][None], p["chance.share_time"], vendors[: len(VENDORS)]),
        ("luck_chip", state["luck_chip"], p["chance.chip"][None], p["chance.chip_time"], vendors[len(VENDORS) :]),
    )
    moved = {name: after * drift(level, spread, time, z, dt, xp) for name, level, spread, time, z in parts}
    return {
        "luck_money": moved["luck_money"],
        "luck_supply": moved["luck_supply"],
        "luck_strength": moved["luck_strength"],
        "luck_share": moved["luck_share"],
        "luck_chip": moved["luck_chip"],
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Nothing but trends: noise stays at nothing."""
    del p, policy, xp
    return {"luck_money": state["luck_money"] * 0.0}
