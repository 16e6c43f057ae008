"""Books: what was in fact spent, how it was paid, what stands at cost, and whether spending fell.

    capex        = what the step's deliveries cost / chip_share
    borrowed     = what own money and vendor finance do not pay, at most what lenders would lend
    debt         = debt * exp(-dt / debt_life) + borrowed * dt
    stock at cost= stock * exp(-dt / write_off) + deliveries * dt
    company-defined capital spending = level * (American chip spending / 150 bn USD) ** elasticity
    bust         = 1 from the quarter on in which the world's capex, summed over four quarters, is more than 30 % below
                   the largest such sum of the two years before

Company-defined spending is that of the four largest buyers by their own definition: it holds stores, offices and shells
built ahead, moves nearly as spending on chips does, and is never added to it. Books follow deployment in the step, so
spending is that of the quarter in which chips are delivered. Every dollar is counted once: vendor finance is money that
comes back to the vendor as revenue, so it is also reported apart, as circular capital.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.axes import US

READS = ("sales_usd", "fundable", "debt", "stock_usd", "quarter_usd", "quarters_usd", "years_usd", "bust")
WRITES = ("capex", "chip_spending", "capex_company", "debt", "stock_usd", "circular", "quarter_usd", "quarters_usd",
          "years_usd", "bust")  # fmt: skip
FALL = 0.3
COMPANY_AT = 1.5e11  # USD a year of American chip spending at which `capital.company_at` is stated
QUARTERS_KEPT, YEARS_KEPT = 4, 8  # quarters in a sum, and sums that are remembered


def _spent(state: Any, p: Any, xp: Any) -> dict[str, Any]:
    """Return spending by definition, in USD per year."""
    sold = xp.sum(state["sales_usd"], 1)
    capex = sold / p["capital.chip_share"]
    bought = xp.maximum(sold[US], 1e6) / COMPANY_AT
    return {
        "chip_spending": sold,
        "capex": capex,
        "capex_company": p["capital.company_at"] * bought ** p["capital.company_elasticity"],
    }


def _sums(state: Any, capex: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Return the running sums of the world's spending and whether it has ever fallen since the history's end."""
    ends = policy["ends_quarter"]
    quarter = state["quarter_usd"] + xp.sum(capex, 0) * policy["dt"]
    kept = xp.concatenate([quarter[None], state["quarters_usd"][:-1]], 0)
    year = xp.sum(kept, 0)
    most = state["years_usd"][0]
    for k in range(1, YEARS_KEPT):
        most = xp.maximum(most, state["years_usd"][k])
    fell = xp.where(year < (1 - FALL) * most, 1.0, 0.0) * policy["after"] * ends
    years = xp.concatenate([year[None], state["years_usd"][:-1]], 0)
    return {
        "quarter_usd": xp.where(ends > 0, quarter * 0.0, quarter),
        "quarters_usd": xp.where(ends > 0, kept, state["quarters_usd"]),
        "years_usd": xp.where(ends > 0, years, state["years_usd"]),
        "bust": xp.maximum(state["bust"], fell),
    }


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Book the step's spending.

    Args:
        state: `sales_usd` (bloc, vendor, draw) USD per year; `fundable` (3, bloc, draw) USD per year; `debt` and
            `stock_usd` (bloc, draw) USD; `quarter_usd` (draw), `quarters_usd` (4, draw), `years_usd` (8, draw): the
            world's capital spending in the quarter so far, in the last quarters, and the last sums of four; `bust`
            (draw).
        p: parameters, each of shape (draw,).
        policy: `dt` in years; `after` 0 or 1; `ends_quarter` 1 in the last step of a quarter.
        xp: the array namespace.
    """
    dt, after = policy["dt"], policy["after"]
    spent = _spent(state, p, xp)
    sums = _sums(state, spent["capex"], policy, xp)
    own, vendor, lent = (state["fundable"][k] for k in range(3))
    beyond = xp.maximum(spent["capex"] - own, 0.0)
    borrowed = xp.minimum(lent, xp.maximum(beyond - vendor, 0.0))
    debt = state["debt"] * xp.exp(-after * dt / p["capital.debt_life"]) + after * borrowed * dt
    return {
        "capex": spent["capex"],
        "chip_spending": spent["chip_spending"],
        "capex_company": spent["capex_company"],
        "debt": debt,
        "stock_usd": state["stock_usd"] * xp.exp(-dt / p["capital.write_off"]) + spent["chip_spending"] * dt,
        "circular": after * xp.minimum(vendor[US], beyond[US]),
        "quarter_usd": sums["quarter_usd"],
        "quarters_usd": sums["quarters_usd"],
        "years_usd": sums["years_usd"],
        "bust": sums["bust"],
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Spending is booked, but nobody borrows and nothing is written off."""
    spent = _spent(state, p, xp)
    sums = _sums(state, spent["capex"], policy, xp)
    return {**spent, **sums, "stock_usd": state["stock_usd"] + spent["chip_spending"] * policy["dt"]}
