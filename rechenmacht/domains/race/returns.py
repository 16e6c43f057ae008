"""Returns: what buyers expect of further chips, from revenue against what stands, and from what stands dark.

    return      = revenue of the market * exp(growth of revenue * horizon) / chips in use at cost
    hope        = at first * return / return in the last observed quarter, at most 2
    expectation moves towards hope with a lag (`patience`)
    dark        moves towards the share of a bloc's chips that no power reaches, with a lag of its own

Revenue and what it is set against are of the same moment, the step's end, and buyers act on it in the next step: set
against a stock of a step before, the return would fall with every slowing of the stock's growth, the more the longer
the step. Revenue is what firms of the market earn: China's apart, all others together, since those who buy chips and
those who pay for work sit in different blocs. Dividing by what was at the last observed quarter replaces any judgement
of how hopeful buyers are: they bought what they bought.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import BLOCS, CN
from rechenmacht.domains.race.market import pooled

READS = ("earned", "stock_usd", "power_served", "expectation", "dark", "return_then", "revenue_growth", "earned_before")
WRITES = ("expectation", "dark", "return_then", "revenue_growth", "earned_before")
FASTEST, SLOWEST = 1.2, -1.5  # bounds of the growth of revenue that buyers see, log per year


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance what buyers expect by one step.

    Args:
        state: `earned` (bloc, draw), USD per year; `stock_usd` (bloc, draw), chips at cost, USD; `power_served` (bloc,
            draw); `expectation` and `dark` (bloc, draw); `return_then` (market, draw), 1/year; `revenue_growth`
            (market, draw), log per year; `earned_before` (market, draw), USD per year.
        p: parameters, each of shape (draw,).
        policy: `dt` in years, `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        `expectation` (1 is enough to go on as planned), `dark` (share of chips remembered as dark), and the rest.
    """
    after, dt = policy["after"], policy["dt"]
    market, stock = pooled(state["earned"], xp), pooled(state["stock_usd"], xp)
    rising = xp.log(xp.maximum(market, 1.0) / xp.maximum(state["earned_before"], 1.0)) / dt
    rising = xp.minimum(xp.maximum(rising, SLOWEST), FASTEST)
    growth = state["revenue_growth"] + (rising - state["revenue_growth"]) * (1 - xp.exp(-dt / p["returns.memory"]))
    now = market * xp.exp(p["returns.horizon"] * growth) / xp.maximum(stock, 1e6)
    return_then = xp.where(after > 0, state["return_then"], now)
    hope = xp.minimum(p["returns.at_first"] * now / xp.maximum(return_then, 1e-12), 2.0)
    by_bloc = xp.stack([hope[1 if b == CN else 0] for b in range(len(BLOCS))])
    moved = state["expectation"] + (by_bloc - state["expectation"]) * (1 - xp.exp(-dt / p["returns.patience"]))
    seen = 1 - state["power_served"]
    dark = state["dark"] + (seen - state["dark"]) * (1 - xp.exp(-dt / p["returns.dark_patience"]))
    return {
        "expectation": xp.where(after > 0, moved, p["returns.at_first"]),
        "dark": xp.where(after > 0, dark, 0.0),
        "return_then": return_then,
        "revenue_growth": growth,
        "earned_before": market,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Budgets answer to nothing: everything goes as planned."""
    del p, policy, xp
    return {"expectation": state["expectation"] * 0.0 + 1, "dark": state["dark"] * 0.0}
