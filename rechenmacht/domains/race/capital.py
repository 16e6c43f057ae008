"""Capital: what each bloc wants to spend on AI chips, and what it can fund out of cash, debt and vendor finance.

    wanted   = wanted * exp(growth * dt), at most 1.3 times what can be funded
    growth   = momentum * plan + response * (expectation - 1) - cut while lenders have stopped + luck
    momentum = growth_long + (growth_now + common - growth_long) * 2 ** (-t / half_life)
    means    = cash that other business earns + share of the rise of AI revenue
    funds    = means * cash_share + credit * debt_capacity * means + vendor_finance + public - rent for compute abroad
    budget   = smooth minimum of wanted and funds * chip_share, less where chips stand dark, plus programme

Three structures are drawn: one in which trends go on, one in which returns decide, one in which announced plans are
kept; they differ in `plan` and in how far `response` acts. `expectation` and `dark` come from `returns`, `stopped` from
`crises`. In observed quarters the budget is what the counted deliveries cost, in China with what was wanted beyond it.
A programme is money for chips beyond what buyers want by themselves; `capital.fall` cuts a bloc's budget outright.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per, smooth_step, softer_minimum
from rechenmacht.domains.race.axes import AMERICAN, BLOCS, CN, US, VENDORS

READS = ("budget", "wanted", "cash", "means", "debt", "expectation", "dark", "stopped", "earned", "earned_then",
         "sales_usd", "rent_usd", "luck_money", "credit")  # fmt: skip
WRITES = ("budget", "wanted", "cash", "means", "earned_then", "credit", "fundable")
ENOUGH = 1.3  # what is wanted may run ahead of funds by this much
BLIND = 0.02  # share of chips standing dark that nobody minds


def momentum(p: Any, ahead: Any, xp: Any) -> Any:
    """Return the growth of wanted budgets, log per year, shape (bloc, draw); `ahead`: years since the history."""
    now, long = per(p, "capital.growth_now", BLOCS, xp) + p["capital.growth_common"], p["capital.growth_long"]
    return long + (now - long) * 2.0 ** (-ahead / p["capital.half_life"])


def structure(p: Any, xp: Any) -> tuple[Any, Any]:
    """Return how far plans and how far returns move budgets in the structure of each draw, each (draw,)."""
    drawn = p["capital.structure"]
    trend = drawn < p["capital.weight_trend"]
    returns = drawn < p["capital.weight_trend"] + p["capital.weight_return"]
    plan = xp.where(trend, 1.25, xp.where(returns, 0.9, 1.0))
    answer = xp.where(trend, 0.35, xp.where(returns, 1.0, 0.7))
    return plan, answer


def _unmet(p: Any, xp: Any) -> Any:
    """Return what buyers wanted beyond what they got when the history ends, a share, shape (bloc, draw)."""
    met = p["capital.unmet_2025.cn"] * 0.0
    return xp.stack([p["capital.unmet_2025.cn"] if bloc == CN else met for bloc in range(len(BLOCS))])


def _growth(state: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return the growth of wanted budgets in the step, log per year, shape (bloc, draw)."""
    plan, answer = structure(p, xp)
    growth = momentum(p, policy["ahead"], xp) * plan + p["capital.response"] * answer * (state["expectation"] - 1)
    growth = xp.minimum(growth, 1.2)
    cut = state["stopped"] * p["crises.cut"]
    less = xp.stack([cut * p["crises.reach_cn"] if b == CN else cut for b in range(len(BLOCS))])
    luck = xp.stack([state["luck_money"][1 if b == CN else 0] for b in range(len(BLOCS))])
    return growth - less + luck


def _funds(state: Any, p: Any, means: Any, xp: Any) -> tuple[Any, Any]:
    """Return (own and public money, vendor finance, what lenders would lend) (3, bloc, draw) USD/year, credit."""
    american = xp.stack([state["sales_usd"][:, VENDORS.index(v)] for v in AMERICAN], 1)
    takings = xp.sum(sum(american[b] for b in range(1, len(BLOCS)) if b != CN) + american[US], 0)  # they lend there
    opened = (1 - p["capital.stop"]) * (1 - state["stopped"])
    leverage = state["debt"] / xp.maximum(means, 1e6)
    credit = opened * smooth_step(p["capital.leverage_limit"] * state["expectation"] - leverage, 0.15, xp)
    lent = credit * p["capital.debt_capacity"] * means
    circular = opened * (1 - p["capital.vendor_stop"]) * p["capital.vendor_finance"] * takings
    vendor = xp.stack([circular if b == US else circular * 0.0 for b in range(len(BLOCS))])
    rent = xp.maximum(state["rent_usd"], 0.0)
    own = means * per(p, "capital.cash_share", BLOCS, xp) + per(p, "capital.public", BLOCS, xp) - rent
    return xp.stack([xp.maximum(own, 0.0), vendor, lent]), credit


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance budgets by one step.

    Args:
        state: `budget` and `wanted` (chips, USD per year), `cash` (of other business, USD per year), `debt` (USD),
            `expectation`, `dark`, `earned` and `earned_then` (USD per year), `rent_usd` (USD per year paid, below zero
            where it is received), each (bloc, draw); `stopped` (draw); `sales_usd` (bloc, vendor, draw), USD per year
            of the step before; `luck_money` (market, draw).
        p: parameters, each of shape (draw,).
        policy: `dt` and `ahead` in years, `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        Per bloc: `budget`, `wanted`, `cash`, `means`, `earned_then`, `credit` (1 while lenders lend); `fundable` (3,
        bloc, draw): own and public money, vendor finance, what lenders would lend. USD per year.
    """
    dt, after = policy["dt"], policy["after"]
    sold = xp.sum(state["sales_usd"], 1)  # what was in fact bought, per bloc
    wished = sold * (1 + _unmet(p, xp))
    earned_then = xp.where(after > 0, state["earned_then"], state["earned"])
    cash = state["cash"] * xp.exp(after * p["capital.cash_growth"] * dt)
    kept = per(p, "capital.cash_share", BLOCS, xp) * p["capital.revenue_kept"]
    means = xp.maximum(cash + after * kept * (state["earned"] - earned_then), 0.3 * cash)
    parts, credit = _funds(state, p, means, xp)
    funds = xp.sum(parts, 0) * p["capital.chip_share"]
    before = xp.where(policy["ahead"] <= 1.5 * dt, wished, state["wanted"])  # the first goes on from the last observed
    wanted = xp.minimum(before * xp.exp(_growth(state, p, policy, xp) * dt), ENOUGH * funds)
    shy = xp.exp(-p["returns.dark_response"] * xp.maximum(state["dark"] - BLIND, 0.0))
    later = softer_minimum(wanted, funds, xp) * shy
    fall = 1 - per(p, "capital.fall", BLOCS, xp)
    budget = xp.where(after > 0, later * fall + per(p, "capital.programme", BLOCS, xp), wished)
    return {
        "budget": budget,
        "wanted": xp.where(after > 0, wanted, wished),
        "cash": cash,
        "means": means,
        "earned_then": earned_then,
        "credit": credit,
        "fundable": parts,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Money neither grows nor stops: budgets stay at the last observed level."""
    sold = xp.sum(state["sales_usd"], 1)
    budget = xp.where(policy["after"] > 0, state["budget"], sold * (1 + _unmet(p, xp)))
    return {"budget": budget, "credit": state["credit"] * 0.0 + 1}
