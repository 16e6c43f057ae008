"""Production: how many chips each vendor makes, what they are worth, and what they cost.

Observed quarters follow the published running totals. After them a vendor makes what is ordered, as far as wafers,
high-bandwidth memory and packaging allow:

    ordered   = sum over blocs of budget * share / price
    supply    = capacity * growth of wafers by node, memory by supplier, packaging
    rationed  = min(1, wafers / needed, memory / needed, packaging / needed)        (all fed by TSMC)
    made      = min(ordered, made_before * exp(ramp * dt)) * rationed
    dies      = die_bank + breach + 12 * wafers_per_month * allocation * gross_dies * yield * dt
    stacks    = hbm_bank + hbm_new * dt
    made      = min(ordered, dies / dies_per_chip, stacks / stacks_per_chip)        (Huawei)

A chip needs wafer area and packaging in proportion to its power, and memory in proportion to its bandwidth over the
speed of a stack (docs/production.md says why and how far that holds). Capacity is what the last observed quarter used
and `slack` more.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per, simulated
from rechenmacht.domains.race.axes import (
    BLOCS,
    CHINESE,
    CHIP_POWER,
    CHIPS,
    CN,
    H100E_8BIT,
    H100E_BANDWIDTH,
    HUAWEI,
    MEASURES,
    NVIDIA,
    VENDORS,
)

READS = ("made", "delivered", "worth", "die_bank", "hbm_bank", "capacity", "budget", "share", "to_china")
WRITES = (
    "made",
    "delivered",
    "worth",
    "home_share",
    "price",
    "price_index",
    "die_bank",
    "hbm_bank",
    "capacity",
    "scarce",
)
COUNTED = ("nvidia", "amd", "google", "amazon")  # running totals are published
SMALL = ("other_us", "open_hardware")  # one level at the end of 2025, grown backwards
YEARS = ("2022", "2023", "2024", "2025")
CLASSES = ("a100", "hopper", "blackwell", "h20")  # NVIDIA's chips by price
RESOURCES = ("wafers_n4", "wafers_n3", "hbm_hynix", "hbm_samsung", "hbm_micron", "packaging")
WAFERS, MEMORY, PACKAGING = (0, 1), (2, 3, 4), 5
STEPS_A_QUARTER = 0.25
LEAST_RUN = 200.0  # chips a year that any vendor can start with
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
            latest = policy["in_year"][-1]
            age = latest + (1 - latest) * p[f"production.per_chip_earlier.{vendor}"]
        each = [chips * 0.0 + 1] + [p[f"production.per_chip.{vendor}.{m}"] * age for m in MEASURES[1:]]
        columns.append(xp.stack(each) * chips * policy["dt"])
    return xp.stack(columns, 1)


def prices(p: Any, policy: Any, xp: Any) -> Any:
    """Return the price of each vendor's mean chip in USD, shape (vendor, draw)."""
    nvidia = xp.sum(policy["class_mix"] * per(p, "production.price", CLASSES, xp), 0)
    others = per(p, "production.price", VENDORS[1:], xp)
    return xp.concatenate([nvidia[None], others], 0) * xp.exp(p["production.price_growth"] * policy["ahead"])


def ordered(state: Any, p: Any, price: Any, dt: Any, xp: Any) -> tuple[Any, Any]:
    """Return the chips ordered in a step and the share of them ordered in China, each of shape (vendor, draw).

    China's budget goes to its own makers, less the part of its foreign purchases that displaces them (the rest is money
    that would not have been spent on Chinese chips); those purchases come on top of what the other blocs order.
    """
    money = state["budget"][:, None] * state["share"]  # (bloc, vendor, draw)
    abroad = sum(money[b] for b in range(len(BLOCS)) if b != CN)
    foreign = state["to_china"][CHIPS] / xp.maximum(state["made"][CHIPS], 1e-9)  # share of the vendor's chips
    rows, at_home = [], []
    home = [VENDORS.index(v) for v in CHINESE]
    own = sum(state["share"][CN, v] for v in home)
    abroad_usd = xp.sum(foreign * state["made"][CHIPS] * price, 0) / dt
    left = xp.maximum(state["budget"][CN] - p["production.china.displaced"] * abroad_usd, 0.0)
    for v in range(len(VENDORS)):
        if v in home:
            domestic = left * state["share"][CN, v] / xp.maximum(own, 1e-9)
            rows.append((abroad[v] + domestic) / price[v] * dt)
            at_home.append(domestic / xp.maximum(abroad[v] + domestic, 1e-9))
        else:
            rows.append(abroad[v] / price[v] * dt / (1 - xp.minimum(foreign[v], 0.6)))
            at_home.append(foreign[v])
    return xp.stack(rows), xp.stack(at_home)


def needs(chips: Any, worth: Any, p: Any, ahead: Any, xp: Any) -> Any:
    """Return what chips (vendor, draw) need of wafers, memory and packaging, in units of the end of 2025."""
    fed = [v for v, vendor in enumerate(VENDORS) if vendor not in CHINESE]
    power = sum(chips[v] * worth[CHIP_POWER, v] for v in fed)
    memory = sum(chips[v] * worth[H100E_BANDWIDTH, v] for v in fed)
    return xp.stack([
        power * xp.exp(-p["production.power_density_growth"] * ahead),
        memory * xp.exp(-p["production.stack_speed_growth"] * ahead),
        power * xp.exp(-p["production.power_density_growth"] * ahead),
    ])  # fmt: skip


def china_supply(p: Any, policy: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return (Huawei's dies, HBM stacks, other makers' dies) that China can add per year. Units: count."""
    ahead = xp.maximum(policy["year"] - 2026.0, 0.0)
    wafers = 12 * p["production.china.wafers_per_month"] * xp.exp(p["production.china.wafer_growth"] * ahead)
    good = wafers * p["production.china.gross_dies"] * p["production.china.yield"]
    after = xp.maximum(policy["year"] - 2028.0, 0.0)
    later = p["production.china.hbm_2027"] * xp.exp(p["production.china.hbm_growth"] * after)
    stacks = xp.where(policy["year"] <= 2027.0, p["production.china.hbm_2026"], later)
    dies = good * p["production.china.ascend_allocation"] + p["production.china.breach"] * policy["after"]
    return dies, stacks, good * p["production.china.other_allocation"]


def supplied(state: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return capacities one step later, shape (resource, draw): they grow from what was last used, plus slack."""
    fade = 2.0 ** (-policy["ahead"] / p["production.capacity_half_life"])
    long = p["production.capacity_growth_long"]
    growth = long + (per(p, "production.capacity_growth", RESOURCES, xp) - long) * fade
    return state["capacity"] * xp.exp(growth * policy["dt"])


def _used(needed: Any, p: Any, xp: Any) -> Any:
    """Return the capacities that the last observed use implies, split by node and supplier, shape (resource, draw)."""
    split = per(p, "production.split", RESOURCES[:5], xp)
    roomy = 1 + p["production.slack"]
    wafers = [needed[0] * roomy * split[i] / (split[0] + split[1]) for i in WAFERS]
    memory = [needed[1] * roomy * split[i] / (split[2] + split[3] + split[4]) for i in MEMORY]
    return xp.stack([*wafers, *memory, needed[2] * roomy])


def _forecast(state: Any, p: Any, policy: Any, asked: Any, worth: Any, xp: Any) -> tuple[Any, Any, Any, Any]:
    """Return (chips made, capacity, dies and memory stacks at hand)."""
    dt = policy["dt"]
    capacity = supplied(state, p, policy, xp)
    fastest = xp.maximum(state["made"][CHIPS], LEAST_RUN * dt) * xp.exp(p["production.ramp"] * dt)
    tried = xp.minimum(asked, fastest)
    needed = needs(tried, worth, p, policy["ahead"], xp) / dt * STEPS_A_QUARTER
    wafers, memory = capacity[0] + capacity[1], capacity[2] + capacity[3] + capacity[4]
    limit = xp.minimum(
        xp.minimum(wafers / xp.maximum(needed[0], 1e-9), memory / xp.maximum(needed[1], 1e-9)),
        capacity[PACKAGING] / xp.maximum(needed[2], 1e-9),
    )
    ration = xp.minimum(limit, 1.0)
    dies_new, stacks_new, other_dies = china_supply(p, policy, xp)
    dies, stacks = state["die_bank"] + dies_new * dt, state["hbm_bank"] + stacks_new * dt
    huawei = xp.minimum(dies / p["production.china.dies_per_chip"], stacks / p["production.china.stacks_per_chip"])
    rows = []
    for v, vendor in enumerate(VENDORS):
        made = tried[v]
        if v == HUAWEI:
            made = xp.minimum(made, huawei)
        elif vendor in CHINESE:
            made = xp.minimum(made, (other_dies + p["production.china.foreign_foundry"]) * dt)
        else:
            made = made * ration
        rows.append(made)
    return xp.stack(rows), capacity, dies, stacks


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance production by one step.

    Args:
        state: `made` (measure, vendor, draw) of the step before, `delivered` its running total, `worth` (measure,
            vendor, draw) of one chip, `die_bank`, `hbm_bank` (draw), `capacity` (resource, draw), `budget` (bloc,
            draw) in USD per year, `share` (bloc, vendor, draw), `to_china` (measure, vendor, draw).
        p: parameters, each of shape (draw,).
        policy: `running_mid`, `running_low`, `running_high` (measure, vendor, 1), logarithms; `in_year` (4, 1);
            `class_mix` (class, 1); `year`, `dt`, `ahead`, `before` in years; `after` 0 or 1.
        xp: the array namespace.

    Returns:
        Chips per step and in total, worth and price of a chip, share ordered in China (`home_share`), banks in pieces,
        capacities, `scarce` (draw): share of orders that capacity leaves unfilled.
    """
    price = prices(p, policy, xp)
    made_now = _simulated if simulated(policy) else _seen
    found = made_now(state, p, policy, price, xp)
    per_h100e = price[NVIDIA] / xp.maximum(found["worth"][H100E_8BIT, NVIDIA], 1e-9)
    return {
        "made": found["made"],
        "delivered": state["delivered"] + found["made"],
        "worth": found["worth"],
        "home_share": found["home_share"],
        "price": price,
        "price_index": per_h100e / p["production.price_per_h100e_2025"],
        "die_bank": found["die_bank"],
        "hbm_bank": found["hbm_bank"],
        "capacity": found["capacity"],
        "scarce": found["scarce"],
    }


def _seen(state: Any, p: Any, policy: Any, price: Any, xp: Any) -> dict[str, Any]:
    """Return an observed step: what was made, and the capacity that it used."""
    made = observed(state, p, policy, xp)
    now = made / xp.maximum(made[CHIPS], 1e-9)
    worth = xp.where(made[CHIPS] > 0, now, state["worth"])
    needed = needs(made[CHIPS], worth, p, policy["ahead"], xp) / policy["dt"] * STEPS_A_QUARTER
    return {
        "made": made,
        "worth": worth,
        "home_share": price * 0.0 + 1,
        "die_bank": state["die_bank"],
        "hbm_bank": state["hbm_bank"],
        "capacity": _used(needed, p, xp),
        "scarce": state["die_bank"] * 0.0,
    }


def _simulated(state: Any, p: Any, policy: Any, price: Any, xp: Any) -> dict[str, Any]:
    """Return a simulated step: what was ordered, as far as capacities and banks allow."""
    slower = 2.0 ** (-policy["ahead"] / p["production.per_chip_half_life"])
    worth = state["worth"] * xp.exp(_per_chip_growth(p, xp) * slower * policy["dt"])
    asked, at_home = ordered(state, p, price, policy["dt"], xp)
    chips, capacity, dies, stacks = _forecast(state, p, policy, asked, worth, xp)
    return {
        "made": worth * chips,
        "worth": worth,
        "home_share": at_home,
        "die_bank": dies - chips[HUAWEI] * p["production.china.dies_per_chip"],
        "hbm_bank": stacks - chips[HUAWEI] * p["production.china.stacks_per_chip"],
        "capacity": capacity,
        "scarce": 1 - xp.sum(chips, 0) / xp.maximum(xp.sum(asked, 0), 1.0),
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
    made = state["made"] * 0.0 if simulated(policy) else observed(state, p, policy, xp)
    worth = xp.where(made[CHIPS] > 0, made / xp.maximum(made[CHIPS], 1e-9), state["worth"])
    price = prices(p, policy, xp)
    per_h100e = price[NVIDIA] / xp.maximum(worth[H100E_8BIT, NVIDIA], 1e-9)
    return {
        "made": made,
        "delivered": state["delivered"] + made,
        "worth": worth,
        "home_share": price * 0.0 + 1,
        "price": price,
        "price_index": per_h100e / p["production.price_per_h100e_2025"],
        "scarce": state["die_bank"] * 0.0,
    }
