"""Production: how many chips each vendor makes, what they are worth, and what they cost.

Observed quarters follow the published running totals and dollars per chip. After them a vendor makes what is ordered,
as far as wafers, high-bandwidth memory and packaging (`supply.py`) allow:

    ordered   = sum over blocs of budget * share / price, and what smugglers moved in the step before;
                for China what it has booked (`export_controls`) comes first
    rationed  = min(1, wafers / needed, memory / needed, packaging / needed)        (all fed by TSMC)
    line      = max(made, line * exp(-0.1 * dt)),  what a vendor is set up to make
    made      = min(ordered, line * exp(ramp * dt)) * rationed + booked by China * rationed
    made      = min(ordered, line * exp(ramp * dt), dies / dies_per_chip, stacks / stacks_per_chip)
                (Huawei; banks last `bank_time`)
    exported  = ordered abroad * min(1, new dies and stacks / orders as if China bought nothing abroad)
    price     = dollars per chip as last observed * error * exp(price_growth * t) * margin (`scarcity`)

Chips for China are made at their own strength and compete for the same wafers, memory and packaging; nothing is
grossed up. Home orders have a claim on Chinese makers' new output as if nothing were bought abroad, so what foreign
chips free there stays in their banks and does not turn up elsewhere as exports. The ramp binds what a vendor is set up
to make, never what a shortage left of it. Banks stand at the end of 2025 and are drawn on from then, in observed
quarters too, which are no more than dies and memory allow. Chance acts on orders and supply before they bind, so no
bank is overdrawn.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import passed, per, simulated
from rechenmacht.domains.race.axes import BLOCS, CHINESE, CHIPS, CN, H100E_8BIT, HUAWEI, MEASURES, NVIDIA, US, VENDORS
from rechenmacht.domains.race.supply import FED, STEPS_A_QUARTER, china, fabs, grown, needs, needs_of, usable
from rechenmacht.domains.race.supply import used as used_capacity

READS = ("made", "delivered", "worth", "die_bank", "hbm_bank", "capacity", "budget", "share", "china_due", "china_usd",
         "smuggled", "line", "fab_cn", "margin", "building", "luck_supply", "luck_share", "luck_strength", "luck_chip",
         "luck_in_worth")  # fmt: skip
WRITES = ("made", "delivered", "worth", "home_share", "for_china", "price", "price_index", "die_bank", "hbm_bank",
          "capacity", "line", "fab_cn", "filled", "unfilled", "over", "luck_in_worth")  # fmt: skip
COUNTED = ("nvidia", "amd", "google", "amazon")  # running totals are published
SMALL = ("other_us", "open_hardware")  # one level at the end of 2025, grown backwards
YEARS = ("2022", "2023", "2024", "2025", "2026")
LEAST_RUN = 200.0  # chips a year that any vendor can start with
FORGETS = 0.1  # share of a line that is lost in a year without use
END_2025 = 2026.0
NEVER_DELIVERED = -50.0  # logarithms of running totals below this stand for a series that has not begun


def observed(state: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return what was made in a step of the observed quarters, shape (measure, vendor, draw)."""
    columns = []
    for v, vendor in enumerate(VENDORS):
        if vendor in COUNTED:
            place = p[f"production.level.{vendor}"]
            width = xp.where(place > 0, policy["running_high"][:, v], policy["running_low"][:, v])
            middle = policy["running_mid"][:, v]
            running = xp.where(middle > NEVER_DELIVERED, xp.exp(middle + width * place), 0.0)
            columns.append(xp.maximum(running - state["delivered"][:, v], 0.0))
            continue
        if vendor in SMALL:
            chips = p[f"production.level.{vendor}"] * xp.exp(p[f"production.growth_before.{vendor}"] * policy["before"])
            age = 1.0
        else:
            history = per(p, f"production.history.{vendor}", YEARS, xp)
            chips = xp.sum(history * policy["in_year"], 0)
            latest = policy["in_year"][-1] + policy["in_year"][-2]
            age = latest + (1 - latest) * p[f"production.per_chip_earlier.{vendor}"]
        each = [chips * 0.0 + 1] + [p[f"production.per_chip.{vendor}.{m}"] * age for m in MEASURES[1:]]
        columns.append(xp.stack(each) * chips * policy["dt"])
    return xp.stack(columns, 1)


def prices(p: Any, policy: Any, margin: Any, xp: Any) -> Any:
    """Return the price of each vendor's mean chip in USD, shape (vendor, draw); only American makers take a margin."""
    rows = []
    for v, vendor in enumerate(VENDORS):
        price = policy["price_seen"][v] * p[f"production.price_error.{vendor}"] if vendor in COUNTED else None
        level = p[f"production.price.{vendor}"] if price is None else price
        rows.append(level * (1.0 if vendor in CHINESE or vendor == "open_hardware" else margin))
    return xp.stack(rows) * xp.exp(p["production.price_growth"] * policy["ahead"])


def tilted(share: Any, luck: Any, xp: Any) -> Any:
    """Return shares of budgets (bloc, vendor, draw) tilted by luck (vendor, draw): what one gains another loses."""
    leaning = share * xp.exp(luck)[None]
    whole = xp.sum(share, 1) / xp.maximum(xp.sum(leaning, 1), 1e-12)
    return leaning * whole[:, None]


def ordered(state: Any, p: Any, price: Any, dt: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return the chips ordered in a step: abroad, in China, and in China if it bought nothing abroad.

    Each of shape (vendor, draw), without China's purchases abroad. China's budget goes to its own makers, less the part
    of its foreign purchases that displaces them (the rest is money that would not have been spent on Chinese chips).
    """
    money = state["budget"][:, None] * tilted(state["share"], state["luck_share"], xp)  # (bloc, vendor, draw)
    abroad = (sum(money[b] for b in range(1, len(BLOCS)) if b != CN) + money[US]) / price * dt
    covert = state["smuggled"][CHIPS]  # those who move chips on order what they moved in the step before
    abroad = xp.stack([abroad[v] + (covert if v == NVIDIA else 0.0) for v in range(len(VENDORS))])
    home = [VENDORS.index(v) for v in CHINESE]
    own = sum(money[CN, v] for v in home)
    whole = state["budget"][CN]
    left = xp.maximum(whole - p["production.china.displaced"] * state["china_usd"], 0.0) / xp.maximum(whole, 1e-9)
    part = [money[CN, v] / xp.maximum(own, 1e-9) if v in home else own * 0.0 for v in range(len(VENDORS))]
    planned = whole * xp.stack(part) / price * dt
    return abroad, planned * left, planned


def stronger(state: Any, p: Any, policy: Any, xp: Any) -> tuple[Any, Any]:
    """Return what a chip of each vendor is worth a step later (measure, vendor, draw), and the luck within it."""
    slower = 2.0 ** (-policy["ahead"] / p["production.per_chip_half_life"])
    luck = state["luck_strength"][None] + state["luck_chip"]
    lump = luck - state["luck_in_worth"]
    lumps = xp.stack([lump * (0.0 if m == CHIPS else 1.0) for m in range(len(MEASURES))])
    return state["worth"] * xp.exp(_per_chip_growth(p, xp) * slower * policy["dt"] + lumps), luck


def chinese(state: Any, p: Any, policy: Any, fab: Any, xp: Any) -> tuple[Any, Any, Any, Any]:
    """Return what Chinese makers can add and sell in a step.

    New dies and stacks (draw,), and chips by maker (Chinese vendor, draw): from new output, and with their banks.
    """
    dt = policy["dt"]
    dies, stacks, others = (x * xp.exp(state["luck_supply"][1]) * dt for x in china(fab, p, policy, xp))
    per_dies, per_stacks = p["production.china.dies_per_chip"], p["production.china.stacks_per_chip"]
    drawn = passed(dt, p["production.china.bank_time"], xp)  # banks are not emptied at once
    most = xp.minimum((dies + state["die_bank"] * drawn) / per_dies, (stacks + state["hbm_bank"] * drawn) / per_stacks)
    rest = others + p["production.china.foreign_foundry"] * dt
    return dies, stacks, xp.stack([xp.minimum(dies / per_dies, stacks / per_stacks), rest]), xp.stack([most, rest])


def _made(state: Any, p: Any, policy: Any, price: Any, worth: Any, xp: Any) -> dict[str, Any]:
    """Return the chips made, what China gets of what it booked, capacities and banks of a simulated step."""
    dt = policy["dt"]
    abroad, home, planned = ordered(state, p, price, dt, xp)
    asked = abroad + home
    capacity = grown(state["capacity"], state["building"], p, policy, xp)
    luck = state["luck_supply"]
    fastest = xp.maximum(state["line"], LEAST_RUN) * dt * xp.exp(p["production.ramp"] * dt)
    wished = asked * xp.exp(luck[0])
    tried = xp.stack([xp.minimum(wished[v], fastest[v]) if v in FED else asked[v] for v in range(len(VENDORS))])
    needed = needs(tried, worth, p, policy["ahead"], xp) + needs_of(state["china_due"], p, policy["ahead"], xp)
    each = usable(capacity, p, luck[0], xp) / xp.maximum(needed / dt * STEPS_A_QUARTER, 1e-9)
    limit = xp.minimum(xp.minimum(each[0], each[1]), each[2])
    ration = xp.minimum(limit, 1.0)
    fab = fabs(state["fab_cn"], p, policy, xp)
    dies, stacks, new, most = chinese(state, p, policy, fab, xp)
    set_up = xp.stack([fastest[VENDORS.index(name)] for name in CHINESE])
    new, most = xp.minimum(new, set_up), xp.minimum(most, set_up)
    chips, filled = list(tried * ration[None]), list(xp.minimum(tried * ration[None] / xp.maximum(asked, 1e-6), 1.0))
    exported = list(chips)
    for i, v in enumerate(VENDORS.index(name) for name in CHINESE):
        filled[v] = xp.minimum(new[i] / xp.maximum(abroad[v] + planned[v], 1e-6), 1.0)
        exported[v] = xp.minimum(abroad[v] * filled[v], most[i])
        chips[v] = exported[v] + xp.minimum(home[v], most[i] - exported[v])
    made = xp.stack(chips)
    return {
        "chips": made,
        "asked": asked,
        "home_share": 1 - xp.stack(exported) / xp.maximum(made, 1e-9),
        "filled": xp.stack(filled),
        "for_china": state["china_due"] * ration[None, None],
        "capacity": capacity,
        "fab_cn": fab,
        "die_bank": state["die_bank"] + dies - chips[HUAWEI] * p["production.china.dies_per_chip"],
        "hbm_bank": state["hbm_bank"] + stacks - chips[HUAWEI] * p["production.china.stacks_per_chip"],
        "over": xp.log(1 / xp.maximum(limit, 1e-6)),
    }


def _from_banks(state: Any, p: Any, policy: Any, made: Any, fab: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return what was made in an observed step, as far as Huawei's dies and memory reach, and its two banks after it.

    Banks stand at the end of 2025; before that only what was made is known.
    """
    after = xp.where(policy["year"] > END_2025, 1.0, 0.0)
    dies, stacks, _, most = chinese(state, p, policy, fab, xp)
    chips = made[CHIPS, HUAWEI]
    part = 1 - after * (1 - xp.minimum(most[CHINESE.index("huawei")] / xp.maximum(chips, 1e-9), 1.0))
    held = xp.stack([made[:, v] * part[None] if v == HUAWEI else made[:, v] for v in range(len(VENDORS))], 1)
    used = held[CHIPS, HUAWEI]
    left_dies = state["die_bank"] + after * (dies - used * p["production.china.dies_per_chip"])
    left_stacks = state["hbm_bank"] + after * (stacks - used * p["production.china.stacks_per_chip"])
    return held, left_dies, left_stacks


def _seen(state: Any, p: Any, policy: Any, price: Any, xp: Any) -> dict[str, Any]:
    """Return an observed step: what was made, and the capacity that it used."""
    fab = fabs(state["fab_cn"], p, policy, xp)
    made, die_bank, hbm_bank = _from_banks(state, p, policy, observed(state, p, policy, xp), fab, xp)
    chips = made[CHIPS]
    worth = xp.where(chips > 0, made / xp.maximum(chips, 1e-9), state["worth"])
    needed = needs(chips, worth, p, policy["ahead"], xp) / policy["dt"] * STEPS_A_QUARTER
    return {
        "made": made,
        "worth": worth,
        "home_share": price * 0.0 + 1,
        "for_china": state["china_due"] * 0.0,
        "die_bank": die_bank,
        "hbm_bank": hbm_bank,
        "capacity": used_capacity(needed, p, xp),
        "line": xp.maximum(state["line"] * xp.exp(-FORGETS * policy["dt"]), chips / policy["dt"]),
        "fab_cn": fab,
        "filled": price * 0.0 + 1,
        "unfilled": state["die_bank"] * 0.0,
        "over": state["die_bank"] * 0.0,
        "luck_in_worth": price * 0.0,
    }


def _simulated(state: Any, p: Any, policy: Any, price: Any, xp: Any) -> dict[str, Any]:
    """Return a simulated step: what was ordered, as far as capacities and banks allow."""
    worth, luck = stronger(state, p, policy, xp)
    found = _made(state, p, policy, price, worth, xp)
    chips, asked = found["chips"], found["asked"]
    wanted = sum(asked[v] * price[v] for v in FED)
    got = sum(chips[v] * price[v] for v in FED)
    return {
        "made": worth * chips + found["for_china"],
        "worth": worth,
        "home_share": found["home_share"],
        "for_china": found["for_china"],
        "die_bank": found["die_bank"],
        "hbm_bank": found["hbm_bank"],
        "capacity": found["capacity"],
        "line": xp.maximum(state["line"] * xp.exp(-FORGETS * policy["dt"]), chips / policy["dt"]),
        "fab_cn": found["fab_cn"],
        "filled": found["filled"],
        "unfilled": 1 - xp.minimum(got / xp.maximum(wanted, 1.0), 1.0),
        "over": found["over"],
        "luck_in_worth": luck,
    }


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance production by one step.

    Args:
        state: `made` (measure, vendor, draw) of the step before, `delivered` its running total, `worth` (measure,
            vendor, draw) of one chip; `die_bank`, `hbm_bank`, `fab_cn` (draw); `capacity` (resource, draw); `line`
            (vendor, draw), chips a year; `budget` (bloc, draw) in USD per year; `share` (bloc, vendor, draw);
            `smuggled` (measure, draw), of the step before;
            `china_due` (measure, vendor, draw), what China has booked; `china_usd` (draw), USD per year that it spends
            abroad; `margin`, `building` (draw); luck in logarithms: `luck_supply` (market, draw), `luck_share`,
            `luck_chip`, `luck_in_worth` (vendor, draw), `luck_strength` (draw).
        p: parameters, each of shape (draw,).
        policy: `running_mid`, `running_low`, `running_high` (measure, vendor, 1), logarithms; `in_year` (5, 1);
            `price_seen` (vendor, 1), USD; `year`, `dt`, `ahead`, `before` in years; `after` 0 or 1.
        xp: the array namespace.

    Returns:
        Chips per step and in total, worth and price of a chip, share ordered in China (`home_share`), what was made for
        it, banks in pieces, capacities; `filled` (vendor, draw), share of orders filled; `unfilled` (draw), share of
        the dollars ordered from makers fed by TSMC; `over` (draw), logarithm of needs over capacity.
    """
    price = prices(p, policy, state["margin"], xp)
    found = (_simulated if simulated(policy) else _seen)(state, p, policy, price, xp)
    per_h100e = price[NVIDIA] / xp.maximum(found["worth"][H100E_8BIT, NVIDIA], 1e-9)
    return {
        "made": found["made"],
        "delivered": state["delivered"] + found["made"],
        "worth": found["worth"],
        "home_share": found["home_share"],
        "for_china": found["for_china"],
        "price": price,
        "price_index": per_h100e / p["production.price_per_h100e_2025"],
        "die_bank": found["die_bank"],
        "hbm_bank": found["hbm_bank"],
        "capacity": found["capacity"],
        "line": found["line"],
        "fab_cn": found["fab_cn"],
        "filled": found["filled"],
        "unfilled": found["unfilled"],
        "over": found["over"],
        "luck_in_worth": found["luck_in_worth"],
    }


def _per_chip_growth(p: Any, xp: Any) -> Any:
    """Return the growth of each measure per chip, log per year, shape (measure, vendor, draw)."""
    still = p["production.price_growth"] * 0.0
    rows = [xp.stack([still] * len(VENDORS))]
    for measure in MEASURES[1:]:
        ours, theirs = (p[f"production.per_chip_growth.{where}.{measure}"] for where in ("us", "cn"))
        rows.append(xp.stack([theirs if vendor in CHINESE else ours for vendor in VENDORS]))
    return xp.stack(rows)


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Make nothing after the observed quarters: what the model says if production stops."""
    price = prices(p, policy, state["margin"], xp)
    if not simulated(policy):
        return step(state, p, policy, xp)
    made = state["made"] * 0.0
    return {
        "made": made,
        "for_china": made,
        "home_share": price * 0.0 + 1,
        "filled": price * 0.0,
        "unfilled": state["die_bank"] * 0.0,
    }
