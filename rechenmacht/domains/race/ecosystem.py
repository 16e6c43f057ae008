"""Ecosystem: which vendor's stack each bloc's budget goes to, and how ready each vendor's software is.

    maturity = maturity_max / (1 + exp(-speed * (t - t_half))),  t_half earlier with more engineering effort
    value    = performance * maturity / (price * (1 + effort * (1 - maturity)))
    utility  = beta * ln(value / value_then) + network * ln(base / base_then) + appeal * t
    target   = share_then * openness * exp(utility), divided by its sum        (pivot-point logit)
    choice   = kept * share + (1 - kept) * target,     kept = 1 - exp(-switching)
    share    = share + renewal * (choice - share) * dt

"Then" is the last observed quarter, so at that moment choice equals share. Each renewal either buys again what is there
(switching cost, the moat) or chooses freely. `effort` is what porting and tuning cost on an unready stack, as a share
of the price: a chip 40 % cheaper that costs 20 % more engineering is 0.6 * 1.2 = 0.72 of the price, not 0.6. A bloc's
own vendors are at home; abroad `openness` (1 as observed, 0 shut out, above 1 pushed) scales them.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, CHIPS, CN, H100E_8BIT, STACK_OF, VENDORS

READS = ("worth", "price", "share", "share_then", "value_then", "base", "base_then", "sales_usd")
WRITES = ("share", "share_then", "value_then", "base_then", "maturity")


def maturity(p: Any, year: Any, xp: Any) -> Any:
    """Return the share of its final speed that each vendor's software reaches at `year`, shape (vendor, draw)."""
    speed = per(p, "ecosystem.maturity_speed", VENDORS, xp)
    late = per(p, "ecosystem.maturity_year", VENDORS, xp) - year
    return per(p, "ecosystem.maturity_max", VENDORS, xp) / (1 + xp.exp(speed * late))


def openness(p: Any, xp: Any) -> Any:
    """Return how open each bloc is to each vendor beyond what was observed, shape (bloc, vendor, draw).

    Chinese stacks abroad, American stacks in China beyond the export rules, and open hardware everywhere.
    """
    one = p["ecosystem.openness.cn_abroad"] * 0 + 1
    rows = []
    for bloc in range(len(BLOCS)):
        row = []
        for vendor in VENDORS:
            stack = STACK_OF[vendor]
            if stack == "cn":
                row.append(one if bloc == CN else p["ecosystem.openness.cn_abroad"])
            elif stack == "open":
                row.append(p["ecosystem.openness.open"])
            else:
                row.append(p["ecosystem.openness.us_in_china"] if bloc == CN else one)
        rows.append(xp.stack(row))
    return xp.stack(rows)


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance the shares of budgets by one step.

    Args:
        state: `worth` (measure, vendor, draw), one chip in each measure; `price` (vendor, draw), USD per chip; `share`
            and `share_then` (bloc, vendor, draw), of a bloc's budget; `value_then` (vendor, draw); `base`, `base_then`
            (vendor, draw), installed H100e (8-bit); `sales_usd` (bloc, vendor, draw).
        p: parameters, each of shape (draw,).
        policy: `year`, `dt`, `ahead` in years; `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        The shares of new budgets, what they were at the end of the observed quarters, and software `maturity`
        (vendor, draw).
    """
    after, dt = policy["after"], policy["dt"]
    ready = maturity(p, policy["year"], xp)
    effort = per(p, "ecosystem.effort", VENDORS, xp)
    burden = state["price"] * (1 + effort * xp.maximum(1 - ready, 0.0))
    value = state["worth"][H100E_8BIT] / xp.maximum(state["worth"][CHIPS], 1e-9) * ready / burden
    value_then = xp.where(after > 0, state["value_then"], value)
    base_then = xp.where(after > 0, state["base_then"], state["base"])
    total = xp.maximum(xp.sum(state["sales_usd"], 1), 1.0)
    seen = state["sales_usd"] / total[:, None]
    floor = per(p, "ecosystem.foothold", VENDORS, xp)
    share_then = xp.where(after > 0, state["share_then"], xp.maximum(seen, floor[None]))
    utility = (
        p["ecosystem.beta"] * xp.log(xp.maximum(value / xp.maximum(value_then, 1e-15), 1e-6))
        + p["ecosystem.network"] * xp.log(xp.maximum(state["base"], 1.0) / xp.maximum(base_then, 1.0))
        + per(p, "ecosystem.appeal", VENDORS, xp) * policy["ahead"]
    )
    pull = share_then * openness(p, xp) * xp.exp(xp.minimum(utility, 12.0))[None]
    target = pull / xp.sum(pull, 1)[:, None]
    kept = 1 - xp.exp(-p["ecosystem.switching"])
    choice = kept * state["share"] + (1 - kept) * target
    moved = state["share"] + (choice - state["share"]) * (1 - xp.exp(-p["ecosystem.renewal"] * dt))
    share = xp.where(after > 0, moved, share_then / xp.sum(share_then, 1)[:, None])
    return {
        "share": share,
        "share_then": share_then,
        "value_then": value_then,
        "base_then": base_then,
        "maturity": ready,
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Everyone goes on buying what they bought: shares stay."""
    total = xp.maximum(xp.sum(state["sales_usd"], 1), 1.0)
    share = xp.where(policy["after"] > 0, state["share"], state["sales_usd"] / total[:, None])
    return {"share": share, "maturity": maturity(p, policy["year"], xp)}
