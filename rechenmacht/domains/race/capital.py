"""Capital: what each bloc spends on AI chips, out of cash flow, debt and vendor finance.

    wanted   = wanted * exp((momentum + response * (expectation - 1)) * dt), at most twice what can be funded
    momentum = growth_long + (growth_now - growth_long) * 2 ** (-t / half_life)
    funds    = cash * cash_share + credit * debt_capacity * cash + vendor_finance + public
    budget   = smooth minimum of wanted and funds * chip_share, plus programme
    expectation moves toward return / required return, with overshoot of `optimism` while budgets grow

A programme is money for chips beyond what buyers want by themselves. In observed quarters the budget follows what the
vendors' counted deliveries cost; capital spending is always what was in fact bought. `credit` is 1 while lenders lend;
it falls when debt over cash flow passes its limit, faster the further revenue lags behind what the stock must earn, and
`capital.stop` (0 to 1) closes it and vendor finance outright. Every dollar is counted once: vendor finance is money
that comes back to the vendor as revenue, so it is also reported apart, as circular capital.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per, smooth_step
from rechenmacht.domains.race.axes import AMERICAN, BLOCS, CN, US, VENDORS

READS = ("budget", "wanted", "cash", "debt", "expectation", "earned", "stock_usd", "sales_usd")
WRITES = ("budget", "wanted", "cash", "debt", "expectation", "stock_usd", "circular", "capex", "credit")


def momentum(p: Any, ahead: Any, xp: Any) -> Any:
    """Return the growth of wanted budgets, log per year, shape (bloc, draw); `ahead`: years since the history."""
    now, long = per(p, "capital.growth_now", BLOCS, xp), p["capital.growth_long"]
    return long + (now - long) * 2.0 ** (-ahead / p["capital.half_life"])


def softer_minimum(one: Any, other: Any, xp: Any) -> Any:
    """Return a minimum without a kink: (a^-8 + b^-8)^(-1/8), at most 9 % below the smaller of two positive numbers."""
    small, large = xp.minimum(one, other), xp.maximum(one, other)
    ratio = small / xp.maximum(large, 1e-9)
    return small / (1 + ratio**8) ** 0.125


def _unmet(p: Any, xp: Any) -> Any:
    """Return what buyers wanted beyond what they got when the history ends, a share, shape (bloc, draw)."""
    met = p["capital.unmet_2025.cn"] * 0.0
    return xp.stack([p["capital.unmet_2025.cn"] if bloc == CN else met for bloc in range(len(BLOCS))])


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance budgets by one step.

    Args:
        state: `budget` and `wanted` (chips, USD per year), `cash` (from operations, USD per year), `debt` (USD),
            `expectation` (1 is what is needed), `earned` (USD per year), `stock_usd` (chips in use at cost, USD), each
            (bloc, draw); `sales_usd` (bloc, vendor, draw), USD per year.
        p: parameters, each of shape (draw,).
        policy: `dt` and `ahead` in years, `after` 1 after the observed quarters.
        xp: the array namespace.
    """
    dt, after = policy["dt"], policy["after"]
    sold = xp.sum(state["sales_usd"], 1)  # what was in fact bought, per bloc
    american = xp.stack([state["sales_usd"][:, VENDORS.index(v)] for v in AMERICAN], 1)
    takings = xp.sum(xp.sum(american, 0), 0)
    chip_share = p["capital.chip_share"]
    cash = state["cash"] * xp.exp(after * p["capital.cash_growth"] * dt)
    returns = state["earned"] * p["capital.margin"] / xp.maximum(state["stock_usd"] * p["capital.required"], 1e6)
    hope = returns * p["capital.optimism"]
    expectation = state["expectation"] + after * (xp.minimum(hope, 2.0) - state["expectation"]) * (
        1 - xp.exp(-dt / p["capital.patience"])
    )
    leverage = state["debt"] / cash
    opened = 1 - p["capital.stop"]
    credit = opened * smooth_step(p["capital.leverage_limit"] * expectation - leverage, 0.15, xp)
    lent = credit * p["capital.debt_capacity"] * cash
    circular = opened * p["capital.vendor_finance"] * takings
    share = xp.stack([circular if b == US else circular * 0.0 for b in range(len(BLOCS))])
    public = per(p, "capital.public", BLOCS, xp)
    own = cash * per(p, "capital.cash_share", BLOCS, xp)
    funds = own + lent + share + public
    growth = momentum(p, policy["ahead"], xp) + p["capital.response"] * (expectation - 1)
    wanted = xp.minimum(state["wanted"] * xp.exp(growth * dt), 2.0 * funds * chip_share)
    later = softer_minimum(wanted, funds * chip_share, xp)
    programme = per(p, "capital.programme", BLOCS, xp)
    budget = xp.where(after > 0, later + programme, sold)
    capex = sold / chip_share
    borrowed = xp.minimum(lent, xp.maximum(capex - own - share - public, 0.0))
    return {
        "budget": budget,
        "wanted": xp.where(after > 0, wanted, sold * (1 + _unmet(p, xp))),
        "cash": cash,
        "debt": xp.maximum(state["debt"] * xp.exp(-dt / p["capital.debt_life"]) + after * borrowed * dt, 0.0),
        "expectation": expectation,
        "stock_usd": state["stock_usd"] * xp.exp(-dt / p["capital.write_off"]) + sold * dt,
        "circular": after * xp.minimum(share[US], xp.maximum(capex[US] - own[US], 0.0)),
        "capex": capex,
        "credit": credit,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Money neither grows nor stops: budgets stay at the last observed level."""
    sold = xp.sum(state["sales_usd"], 1)
    budget = xp.where(policy["after"] > 0, state["budget"], sold)
    nothing = budget * 0.0
    return {
        "budget": budget,
        "circular": nothing[US],
        "capex": sold / p["capital.chip_share"],
        "credit": nothing + 1,
    }
