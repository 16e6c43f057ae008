"""Ecosystem: which vendor's stack each bloc's budget goes to, and how ready each vendor's software is.

    maturity = maturity_max / (1 + exp(-speed * (t - t_half))),  t_half earlier with more engineering effort
    burden   = price * (1 + effort * (1 - maturity)) + chip power * hours over its life * the bloc's price of power
    value    = performance * maturity / burden
    utility  = beta * ln(value / value_then) + network * ln(base / base_then) + appeal * t + supply * ln(filled)
    habit    = share_then * openness * exp(utility), divided by its sum        (pivot-point logit)
    fresh    = politics * value ** beta * filled, divided by its sum           (new buyers in third countries)
    target   = (1 - w) * habit + w * fresh
    choice   = kept * share + (1 - kept) * target,     kept = 1 - exp(-switching)
    share    = share + renewal * (choice - share) * dt

"Then" is the last observed quarter, so at that moment choice equals share. Each renewal either buys again what is there
(switching cost, the moat) or chooses freely. `effort` is what porting and tuning cost on an unready stack, as a share
of the price: a chip 40 % cheaper that costs 20 % more engineering is 0.6 * 1.2 = 0.72 of the price, not 0.6. Where
power is cheap and plentiful, weaker chips that draw more of it cost less to run. In Europe, the Gulf and the rest of
the world a share `w` of buyers has no habit: they weigh price, performance, what can be delivered, and politics
(`ecosystem.politics`, below 1 where a stack is unwelcome). `filled` is the share of a vendor's orders that it filled.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import BLOCS, CHIP_POWER, CHIPS, CN, H100E_8BIT, STACK_OF, VENDORS

READS = ("worth", "price", "share", "share_then", "value_then", "base", "base_then", "sales_usd", "filled",
         "power_served")  # fmt: skip
WRITES = ("share", "share_then", "value_then", "base_then", "maturity")
THIRD = ("eu", "gulf", "rest")  # blocs that may choose either stack


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


def worth_of(state: Any, p: Any, ready: Any, xp: Any) -> Any:
    """Return what a vendor's chip yields a bloc for its money, H100e per USD, shape (bloc, vendor, draw)."""
    chips = xp.maximum(state["worth"][CHIPS], 1e-9)
    effort = per(p, "ecosystem.effort", VENDORS, xp)
    bought = state["price"] * (1 + effort * xp.maximum(1 - ready, 0.0))
    hours = 8760.0 * p["electricity.utilisation"] * p["electricity.server_overhead"] * p["ecosystem.chip_life"]
    price = per(p, "electricity.price", BLOCS, xp) * (1 + p["electricity.shortage_price"] * (1 - state["power_served"]))
    run = (state["worth"][CHIP_POWER] / chips * hours)[None] * price[:, None]  # MW * hours * USD per MWh
    return (state["worth"][H100E_8BIT] / chips * ready)[None] / (bought[None] + run)


def _chinese_abroad(p: Any, bloc: str, one: Any) -> Any:
    """Return how welcome Chinese stacks are in a bloc, shape (draw,); in the United States they are not."""
    if bloc not in THIRD:
        return one * 0.0
    return p[f"ecosystem.politics.cn.{bloc}"] * p["ecosystem.openness.cn_abroad"]


def fresh(state: Any, p: Any, value: Any, xp: Any) -> Any:
    """Return the shares that buyers without a habit give each vendor, shape (bloc, vendor, draw)."""
    one = p["ecosystem.fresh"] * 0.0 + 1
    of_stack = {
        "us": [p["ecosystem.openness.us_in_china"] if b == CN else one for b in range(len(BLOCS))],
        "cn": [one if b == CN else _chinese_abroad(p, bloc, one) for b, bloc in enumerate(BLOCS)],
        "open": [p["ecosystem.openness.open"]] * len(BLOCS),
    }
    political = xp.stack([
        xp.stack([of_stack[STACK_OF[vendor]][b] * p[f"ecosystem.offered.{vendor}"] for vendor in VENDORS])
        for b in range(len(BLOCS))
    ])  # fmt: skip
    best = xp.sum(value, 1)[:, None]
    pull = political * (value / xp.maximum(best, 1e-15)) ** p["ecosystem.beta"] * state["filled"][None]
    return pull / xp.maximum(xp.sum(pull, 1), 1e-12)[:, None]


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance the shares of budgets by one step.

    Args:
        state: `worth` (measure, vendor, draw), one chip in each measure; `price` (vendor, draw), USD per chip; `share`
            and `share_then` (bloc, vendor, draw), of a bloc's budget; `value_then` (bloc, vendor, draw); `base`,
            `base_then` (vendor, draw), installed H100e (8-bit); `sales_usd` (bloc, vendor, draw), USD per year of
            the step before; `filled` (vendor, draw), share of orders filled; `power_served` (bloc, draw).
        p: parameters, each of shape (draw,).
        policy: `year`, `dt`, `ahead` in years.
        xp: the array namespace.

    Returns:
        The shares of new budgets, what they were at the end of the observed quarters, and software `maturity`
        (vendor, draw).
    """
    dt = policy["dt"]
    ready = maturity(p, policy["year"], xp)
    value = worth_of(state, p, ready, xp)
    begun = xp.where(policy["ahead"] > 1.5 * dt, 1.0, 0.0)  # the first projected step goes on from the last observed
    value_then = xp.where(begun > 0, state["value_then"], value)
    base_then = xp.where(begun > 0, state["base_then"], state["base"])
    total = xp.maximum(xp.sum(state["sales_usd"], 1), 1.0)
    seen = state["sales_usd"] / total[:, None]
    floor = per(p, "ecosystem.foothold", VENDORS, xp)
    share_then = xp.where(begun > 0, state["share_then"], xp.maximum(seen, floor[None]))
    vendor = (
        p["ecosystem.network"] * xp.log(xp.maximum(state["base"], 1.0) / xp.maximum(base_then, 1.0))
        + per(p, "ecosystem.appeal", VENDORS, xp) * policy["ahead"]
        + p["ecosystem.supply"] * xp.log(xp.maximum(state["filled"], 0.05))
    )
    gain = p["ecosystem.beta"] * xp.log(xp.maximum(value / xp.maximum(value_then, 1e-15), 1e-6))
    pull = share_then * openness(p, xp) * xp.exp(xp.minimum(gain + vendor[None], 12.0))
    target = pull / xp.sum(pull, 1)[:, None]
    new = xp.stack([p["ecosystem.fresh"] * (1.0 if bloc in THIRD else 0.0) for bloc in BLOCS])
    target = target + new[:, None] * (fresh(state, p, value, xp) - target)
    kept = 1 - xp.exp(-p["ecosystem.switching"])
    choice = kept * state["share"] + (1 - kept) * target
    moved = state["share"] + (choice - state["share"]) * (1 - xp.exp(-p["ecosystem.renewal"] * dt))
    share = xp.where(begun > 0, moved, share_then / xp.sum(share_then, 1)[:, None])
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
    share = xp.where(policy["ahead"] > 1.5 * policy["dt"], state["share"], state["sales_usd"] / total[:, None])
    return {"share": share, "maturity": maturity(p, policy["year"], xp)}
