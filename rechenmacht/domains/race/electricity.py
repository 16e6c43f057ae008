"""Electricity: how much AI load each bloc can connect, by which route, and what waits for power.

    load     = installed chips * chip power * server overhead * PUE;  needed = the same of installed and waiting chips
    order    = max(0, needed * exp(growth * lead) - connected - queued * on_time) * route share * dt / order_time
    ready    = queued * (1 - exp(-dt / lead time of the route))
    grid     <= headroom;  headroom grows by new firm capacity, shrinks by other new demand
    turbine  <= data centres' share of the world's turbine output;  engine likewise
    served   = min(1, connected / load);  powered = installed * served;  accessible = powered + rented abroad

Grid connections, gas turbines and gas engines queue side by side. `on_time` is the share of announced power that comes
when announced. In observed quarters what runs was connected, so connected power is at least what the chips needed.
The step follows deployment, so that no chip runs on power that another one has already.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import passed, per
from rechenmacht.domains.race.axes import BLOCS, CHIP_POWER, H100E_8BIT, ROUTES

READS = ("installed", "waiting", "remote", "connected", "queued", "headroom", "load", "load_growth")
WRITES = ("connected", "queued", "headroom", "load", "load_growth", "power_served", "added_gw", "electricity_twh",
          "data_centre_twh", "powered", "accessible")  # fmt: skip
GRID, TURBINE, ENGINE = range(3)


def load_gw(chips: Any, p: Any, xp: Any) -> Any:
    """Return the facility power that chips need, GW, shape (bloc, draw).

    Args:
        chips: (measure, bloc, draw), of which the chip power in MW counts.
        p: parameters.
        xp: the array namespace.
    """
    return chips[CHIP_POWER] / 1000 * p["electricity.server_overhead"] * per(p, "electricity.pue", BLOCS, xp)


def lead_times(p: Any, xp: Any) -> Any:
    """Return the mean time from order to connection in years, shape (route, bloc, draw)."""
    grid = per(p, "electricity.lead.grid", BLOCS, xp)
    return xp.stack([grid, grid * 0.0 + p["electricity.lead.turbine"], grid * 0.0 + p["electricity.lead.engine"]])


def other_twh(p: Any, policy: Any, xp: Any) -> Any:
    """Return the electricity of data centres other than for AI chips, TWh per year, shape (bloc, draw)."""
    grown = xp.exp(p["electricity.other_growth"] * (policy["year"] - 2026.0))
    return per(p, "electricity.other_2025", BLOCS, xp) * grown


def _caps(p: Any, policy: Any, xp: Any) -> tuple[Any, Any]:
    """Return the most that turbines and engines can add for data centres in a step, GW for the world, shape (draw,)."""
    ahead = policy["ahead"]
    turbine = p["electricity.turbine_output"] * xp.exp(p["electricity.turbine_growth"] * ahead)
    engine = p["electricity.engine_output"] * xp.exp(p["electricity.engine_growth"] * ahead)
    share = p["electricity.turbine_share"]
    return turbine * share * policy["dt"], engine * policy["dt"]


def step(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Advance connected power by one step.

    Args:
        state: `installed`, `waiting` (measure, bloc, draw); `remote` (bloc, draw) H100e rented abroad; `connected`
            (bloc, draw) GW; `queued` (route, bloc, draw) GW; `headroom` (bloc, draw) GW that the grid can still take;
            `load` (bloc, draw) GW needed a step before; `load_growth` (bloc, draw), log per year.
        p: parameters, each of shape (draw,).
        policy: `dt`, `ahead` in years; `after` 0 or 1.
        xp: the array namespace.

    Returns:
        Power in GW; `power_served` (bloc, draw), share of chips that can run; `added_gw` GW per year; `electricity_twh`
        and `data_centre_twh` (bloc, draw), TWh per year of AI load and of all data centres; `powered`, `accessible`
        (bloc, draw) H100e.
    """
    dt, after = policy["dt"], policy["after"]
    running = load_gw(state["installed"], p, xp)
    load = running + load_gw(state["waiting"], p, xp)
    rising = xp.log(xp.maximum(load, 1e-4) / xp.maximum(state["load"], 1e-4)) / dt
    rising = xp.minimum(xp.maximum(rising, 0.0), p["electricity.growth_believed"])
    growth = state["load_growth"] + (rising - state["load_growth"]) * passed(dt, p["electricity.forecast_time"], xp)
    ahead_of = xp.minimum(growth * p["electricity.planning_horizon"], 1.5)
    on_time = p["electricity.on_time"]
    gap = load * xp.exp(ahead_of) - state["connected"] - xp.sum(state["queued"], 0) * on_time
    order = xp.maximum(gap, 0.0) * passed(dt, p["electricity.order_time"], xp)
    routes = xp.stack([per(p, f"electricity.route.{route}", BLOCS, xp) for route in ROUTES])
    queued = state["queued"] + order[None] * routes / xp.sum(routes, 0)[None]
    ready = queued * passed(dt, lead_times(p, xp), xp)
    new_firm = per(p, "electricity.firm_growth", BLOCS, xp)
    headroom = state["headroom"] + new_firm * dt * after
    grid = xp.minimum(ready[GRID], xp.maximum(headroom, 0.0))
    turbines, engines = _caps(p, policy, xp)
    turbine = ready[TURBINE] * xp.minimum(turbines / xp.maximum(xp.sum(ready[TURBINE], 0), 1e-6), 1.0)
    engine = ready[ENGINE] * xp.minimum(engines / xp.maximum(xp.sum(ready[ENGINE], 0), 1e-6), 1.0)
    came = xp.stack([grid, turbine, engine])
    added = xp.sum(came, 0) * on_time
    connected = state["connected"] + added
    connected = xp.where(after > 0, connected, xp.maximum(connected, load * (1 + p["electricity.spare_2025"])))
    served = xp.minimum(connected / xp.maximum(running, 1e-6), 1.0)
    powered = state["installed"][H100E_8BIT] * served
    twh = running * served * p["electricity.utilisation"] * 8.76
    return {
        "connected": connected,
        "queued": queued - came,
        "headroom": xp.where(after > 0, headroom - grid, per(p, "electricity.headroom", BLOCS, xp)),
        "load": load,
        "load_growth": growth,
        "power_served": served,
        "added_gw": (connected - state["connected"]) / dt,
        "electricity_twh": twh,
        "data_centre_twh": twh + other_twh(p, policy, xp),
        "powered": powered,
        "accessible": xp.maximum(powered + state["remote"], 0.0),
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Power is never short: whatever is installed is connected."""
    running = load_gw(state["installed"], p, xp)
    load = running + load_gw(state["waiting"], p, xp)
    twh = running * p["electricity.utilisation"] * 8.76
    return {
        "connected": load,
        "queued": state["queued"] * 0.0,
        "headroom": state["headroom"],
        "load": load,
        "load_growth": state["load_growth"],
        "power_served": load * 0.0 + 1,
        "added_gw": (load - state["connected"]) / policy["dt"],
        "electricity_twh": twh,
        "data_centre_twh": twh + other_twh(p, policy, xp),
        "powered": state["installed"][H100E_8BIT],
        "accessible": xp.maximum(state["installed"][H100E_8BIT] + state["remote"], 0.0),
    }
