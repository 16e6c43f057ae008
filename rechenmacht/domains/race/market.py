"""The market for useful work: what AI earns is limited by the compute that runs, and scarcity sets the price.

Two markets, China and all others. Work is counted relative to the last observed quarter:

    wanted  = spend * exp(capability * (knowledge - then)),  spend of those who use AI at unchanged prices
    supply  = accessible compute * share for inference * exp(inference progress * knowledge), community compute with it
    ceiling = spend then / utilisation then * supply / supply then * most of it that can be sold
    ln p'   = (ln p + dt * eta * ln(wanted / (aim * ceiling))) / (1 + dt * eta * elasticity),  floor <= p <= p_max
    served  = smooth minimum of wanted * p ** -elasticity and ceiling
    revenue = smooth minimum of p * served, by spend, and a share of the bloc's economic output

The rule for the price is solved for the step's end, so any step is stable. With an elasticity above 1 cheaper compute
raises revenue (Jevons), below 1 it lowers it; the prior leaves that open. Nothing pulls the price to what chips cost
while supply binds; only running costs, mostly power, are a floor. What is paid in one bloc is partly earned in the
United States (`served_by_us`), whose compute serves it.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per, softer_minimum
from rechenmacht.domains.race.axes import BLOCS, CN, INFERENCE, US

READS = ("spend", "accessible", "use_share", "knowledge", "fleet_runs", "swarm_efficiency", "work_price", "spend_then",
         "supply_then", "knowledge_then", "utilisation", "price_index", "price_then", "revenue",
         "power_cost")  # fmt: skip
WRITES = ("work_price", "spend_then", "supply_then", "knowledge_then", "price_then", "utilisation", "revenue",
          "earned")  # fmt: skip
MARKETS = (tuple(b for b in range(len(BLOCS)) if b != CN), (CN,))
ABROAD, CHINA = 0, 1


def pooled(by_bloc: Any, xp: Any) -> Any:
    """Return the sums of a quantity (bloc, draw) over each market's blocs, shape (market, draw)."""
    return xp.stack([sum((by_bloc[b] for b in blocs[1:]), by_bloc[blocs[0]]) for blocs in MARKETS])


def earnings(revenue: Any, p: Any, xp: Any) -> Any:
    """Return what firms of each bloc earn of what each bloc pays, USD per year, shape (bloc, draw)."""
    foreign = [revenue[b] * p[f"adoption.served_by_us.{bloc}"] for b, bloc in enumerate(BLOCS) if b != US]
    at_home = [revenue[b] * (1 - p[f"adoption.served_by_us.{bloc}"]) for b, bloc in enumerate(BLOCS) if b != US]
    return xp.stack([revenue[US] + sum(foreign[1:], foreign[0]), *at_home])


def clear(price: Any, wanted: Any, ceiling: Any, p: Any, dt: Any, xp: Any) -> Any:
    """Return the price of work a step later relative to the last observed quarter, before floor and limit."""
    eta, elasticity = p["market.adjustment"], p["market.elasticity"]
    aim = p["market.most_sold"] * 0.95
    pressure = xp.log(xp.maximum(wanted, 1.0) / xp.maximum(aim * ceiling, 1.0))
    return xp.exp((xp.log(price) + dt * eta * pressure) / (1 + dt * eta * elasticity))


def supply(state: Any, p: Any, xp: Any) -> Any:
    """Return the work that can be sold, in H100e of the methods at the end of 2025, shape (market, draw)."""
    cheaper = xp.exp(p["allocation.inference_progress"] * state["knowledge"])
    by_bloc = state["accessible"] * state["use_share"][INFERENCE] * cheaper
    community = state["fleet_runs"] * state["swarm_efficiency"] * p["decentralisation.for_sale"] * cheaper[US]
    both = pooled(by_bloc, xp)
    return xp.stack([both[ABROAD] + community, both[CHINA]])


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Let demand and supply of useful work meet.

    Args:
        state: `spend` (bloc, draw), USD per year at unchanged prices; `accessible` (bloc, draw) H100e; `use_share`
            (use, bloc, draw); `knowledge` (bloc, draw); `fleet_runs` (draw) H100e and `swarm_efficiency` (draw) of
            community compute; `work_price`, `utilisation` (market, draw); `power_cost` (bloc, draw), USD per H100e and
            year; `price_index` (draw); and what all of this was in the last observed quarter.
        p: parameters, each of shape (draw,).
        policy: `dt` in years, `after` 1 after the observed quarters.
        xp: the array namespace.

    Returns:
        Per market: the price of work (1 in the last observed quarter) and utilisation; per bloc in USD per year
        `revenue` by who pays and `earned` by who serves.
    """
    after, dt = policy["after"], policy["dt"]
    front = state["knowledge"][US]
    knowledge_then = xp.where(after > 0, state["knowledge_then"], front)
    gained = front - knowledge_then
    able = xp.exp(xp.minimum(p["market.capability"] * gained, 3.0))
    wanted_by = state["spend"] * able
    wanted, able_to = pooled(wanted_by, xp), supply(state, p, xp)
    spend_then = xp.where(after > 0, state["spend_then"], wanted)
    supply_then = xp.where(after > 0, state["supply_then"], able_to)
    used = p["market.utilisation_then"]
    most = p["market.most_sold"]
    ceiling = spend_then / used * able_to / xp.maximum(supply_then, 1e-9) * most
    ceiling = xp.maximum(ceiling, 1.0)
    running = xp.stack([state["power_cost"][US], state["power_cost"][CN]]) / p["allocation.cost_per_h100e"]
    floor = xp.minimum(running, 0.9) * xp.exp(-p["allocation.inference_progress"] * gained)
    price = clear(state["work_price"], wanted, ceiling, p, dt, xp)
    price = xp.minimum(xp.maximum(price, floor), p["market.price_limit"])
    price = xp.where(after > 0, price, 1.0)
    asked = wanted * price ** (-p["market.elasticity"])
    served = xp.where(after > 0, softer_minimum(asked, ceiling, xp), wanted)
    factor = price * served / xp.maximum(wanted, 1.0)
    paid = xp.stack([wanted_by[b] * factor[CHINA if b == CN else ABROAD] for b in range(len(BLOCS))])
    limit = per(p, "market.output", BLOCS, xp) * p["market.output_share"]
    revenue = xp.where(after > 0, softer_minimum(paid, limit, xp), paid)
    return {
        "work_price": price,
        "spend_then": spend_then,
        "supply_then": supply_then,
        "knowledge_then": knowledge_then,
        "price_then": xp.where(after > 0, state["price_then"], state["price_index"]),
        "utilisation": xp.where(after > 0, xp.minimum(served / ceiling, 1.0), used + served * 0.0),
        "revenue": revenue,
        "earned": earnings(revenue, p, xp),
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Whatever is wanted is served: revenue follows the price of chips and needs no compute."""
    after = policy["after"]
    price_then = xp.where(after > 0, state["price_then"], state["price_index"])
    cheaper = (state["price_index"] / xp.maximum(price_then, 1e-9)) ** (1 - p["market.elasticity"])
    revenue = state["spend"] * xp.where(after > 0, cheaper, 1.0)
    return {"price_then": price_then, "revenue": revenue, "earned": earnings(revenue, p, xp)}
