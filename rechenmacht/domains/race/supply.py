"""What chips are made of: wafers, memory and packaging by maker, and China's own dies and memory.

    capacity  = capacity * exp((growth + building) * dt);  what it can be used for: capacity * (1 - outage)
    growth    = growth_long + (capacity_growth + common - growth_long) * 2 ** (-t / half_life)
    China     : fabs = fabs * exp((wafer_growth * service - decay * (1 - service)) * dt)
                dies = 12 * wafers_per_month * fabs * gross_dies * yield * share of the maker

A chip needs wafer area and packaging in proportion to its power, and memory in proportion to its bandwidth over the
speed of a stack. Capacity is what the last observed quarter used and `slack` more. China's fabs live on tools and spare
parts from abroad: `tool_service` is the share of that service they still get, and without it they wear out.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import per
from rechenmacht.domains.race.axes import CHINESE, CHIP_POWER, H100E_BANDWIDTH, VENDORS

RESOURCES = ("wafers_n4", "wafers_n3", "hbm_hynix", "hbm_samsung", "hbm_micron", "packaging")
WAFERS, MEMORY, PACKAGING = (0, 1), (2, 3, 4), 5
FED = tuple(v for v, vendor in enumerate(VENDORS) if vendor not in CHINESE)  # made by TSMC
STEPS_A_QUARTER = 0.25


def thinner(p: Any, ahead: Any, xp: Any) -> tuple[Any, Any]:
    """Return by how much a chip of given power needs less silicon, and one of given bandwidth fewer stacks, (draw,)."""
    return xp.exp(-p["production.power_density_growth"] * ahead), xp.exp(-p["production.stack_speed_growth"] * ahead)


def needs(chips: Any, worth: Any, p: Any, ahead: Any, xp: Any) -> Any:
    """Return what chips (vendor, draw) need of wafers, memory and packaging, in units of the end of 2025."""
    silicon, stacks = thinner(p, ahead, xp)
    power = sum(chips[v] * worth[CHIP_POWER, v] for v in FED) * silicon
    memory = sum(chips[v] * worth[H100E_BANDWIDTH, v] for v in FED) * stacks
    return xp.stack([power, memory, power])


def needs_of(booked: Any, p: Any, ahead: Any, xp: Any) -> Any:
    """Return the same for chips given by measure and vendor (measure, vendor, draw), each at its own strength."""
    silicon, stacks = thinner(p, ahead, xp)
    power, memory = xp.sum(booked[CHIP_POWER], 0) * silicon, xp.sum(booked[H100E_BANDWIDTH], 0) * stacks
    return xp.stack([power, memory, power])


def grown(capacity: Any, building: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return capacities one step later, shape (resource, draw)."""
    fade = 2.0 ** (-policy["ahead"] / p["production.capacity_half_life"])
    long = p["production.capacity_growth_long"]
    now = per(p, "production.capacity_growth", RESOURCES, xp) + p["production.capacity_common"]
    growth = long + (now - long) * fade + building
    return capacity * xp.exp(growth * policy["dt"])


def usable(capacity: Any, p: Any, luck: Any, xp: Any) -> Any:
    """Return (wafers, memory, packaging) that can be used, shape (3, draw), after outages and luck."""
    left = capacity * (1 - per(p, "production.outage", RESOURCES, xp)) * xp.exp(luck)
    return xp.stack([left[0] + left[1], left[2] + left[3] + left[4], left[PACKAGING]])


def used(needed: Any, p: Any, xp: Any) -> Any:
    """Return the capacities that the last observed use implies, split by node and supplier, shape (resource, draw)."""
    split = per(p, "production.split", RESOURCES[:5], xp)
    roomy = 1 + p["production.slack"]
    wafers = [needed[0] * roomy * split[i] / (split[0] + split[1]) for i in WAFERS]
    memory = [needed[1] * roomy * split[i] / (split[2] + split[3] + split[4]) for i in MEMORY]
    return xp.stack([*wafers, *memory, needed[2] * roomy])


def fabs(before: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return China's advanced fabs relative to the end of 2025 one step later, shape (draw,)."""
    service = p["production.china.tool_service"]
    growth = p["production.china.wafer_growth"] * service - p["production.china.tool_decay"] * (1 - service)
    return before * xp.exp(xp.where(policy["year"] > 2026.0, growth * policy["dt"], 0.0))


def memory(p: Any, when: Any, xp: Any) -> Any:
    """Return the stacks a year that China makes at a time; yearly figures stand at mid-year, even steps between."""
    first, second = p["production.china.hbm_2026"], p["production.china.hbm_2027"]
    between = first + (second - first) * xp.minimum(xp.maximum(when - 2026.5, 0.0), 1.0)
    return between * xp.exp(p["production.china.hbm_growth"] * xp.maximum(when - 2027.5, 0.0))


def china(fab: Any, p: Any, policy: Any, xp: Any) -> tuple[Any, Any, Any]:
    """Return (Huawei's dies, HBM stacks, other makers' dies) that China can add per year. Units: count."""
    wafers = 12 * p["production.china.wafers_per_month"] * fab * (1 - p["production.outage.china_fabs"])
    good = wafers * p["production.china.gross_dies"] * p["production.china.yield"]
    made = memory(p, policy["year"] - policy["dt"] / 2, xp)
    stacks = (made + p["production.china.hbm_abroad"]) * (1 - p["production.outage.china_memory"])
    dies = good * p["production.china.ascend_allocation"] + p["production.china.breach"] * policy["after"]
    return dies, stacks, good * p["production.china.other_allocation"]
