"""Electricity: how much AI load each bloc can connect, by which route, and what waits for power.

    load     = installed chips * chip power * server overhead * PUE;  needed = the same of installed and waiting chips
    order    = max(0, needed * exp(growth * lead) - connected - queued * on_time) * route share * dt / order_time
    gone     = 1 - exp(-dt / lead time of the route)
    ready    = queued * gone + order * (1 - gone * lead time / dt)            (orders come evenly over the step)
    grid     <= headroom;  headroom grows by new firm capacity, shrinks by other new demand
    turbine  <= data centres' share of the world's turbine output;  engine likewise
    served   = min(1, connected / load);  powered = installed * served;  accessible = powered + rented abroad
    cost     = load per H100e * hours * price of power * (1 + shortage where chips stand dark)

Grid connections, gas turbines and gas engines queue side by side. `on_time` is the share of announced power that comes
when announced. In observed quarters what runs was connected, so connected power is at least what the chips needed, and
what was added must have stood in the queues. An outage takes a share of what is connected.
The step follows deployment, so that no chip runs on power that another one has already.
"""

from __future__ import annotations

from typing import Any

from rechenmacht.domains.race.arrays import passed, per
from rechenmacht.domains.race.axes import BLOCS, CHIP_POWER, H100E_8BIT, H100E_16BIT, ROUTES, US

READS = ("installed", "waiting", "remote", "connected", "queued", "headroom", "load", "load_growth")
WRITES = ("connected", "queued", "headroom", "load", "load_growth", "power_served", "added_gw", "electricity_twh",
          "data_centre_twh", "powered", "accessible", "accessible_16bit", "power_cost")  # fmt: skip
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


def _ordered(state: Any, p: Any, load: Any, dt: Any, xp: Any) -> tuple[Any, Any]:
    """Return (power ordered in a step, GW by route and bloc; smoothed growth of the load, log per year)."""
    rising = xp.log(xp.maximum(load, 1e-4) / xp.maximum(state["load"], 1e-4)) / dt
    rising = xp.minimum(xp.maximum(rising, 0.0), p["electricity.growth_believed"])
    growth = state["load_growth"] + (rising - state["load_growth"]) * passed(dt, p["electricity.forecast_time"], xp)
    ahead_of = xp.minimum(growth * p["electricity.planning_horizon"], 1.5)
    on_time = p["electricity.on_time"]
    gap = load * xp.exp(ahead_of) - state["connected"] - xp.sum(state["queued"], 0) * on_time
    order = xp.maximum(gap, 0.0) * passed(dt, p["electricity.order_time"], xp)
    return order[None] * _route_shares(p, xp), growth


def _route_shares(p: Any, xp: Any) -> Any:
    routes = xp.stack([per(p, f"electricity.route.{route}", BLOCS, xp) for route in ROUTES])
    return routes / xp.sum(routes, 0)[None]


def _came(queued: Any, order: Any, headroom: Any, p: Any, policy: Any, xp: Any) -> Any:
    """Return what is connected of the queues in a step, GW, shape (route, bloc, draw); orders come evenly over it."""
    lead, dt = lead_times(p, xp), policy["dt"]
    gone = passed(dt, lead, xp)
    ready = queued * gone + order * (1 - gone * lead / dt)
    turbines, engines = _caps(p, policy, xp)
    grid = xp.minimum(ready[GRID], xp.maximum(headroom, 0.0))
    turbine = ready[TURBINE] * xp.minimum(turbines / xp.maximum(xp.sum(ready[TURBINE], 0), 1e-6), 1.0)
    engine = ready[ENGINE] * xp.minimum(engines / xp.maximum(xp.sum(ready[ENGINE], 0), 1e-6), 1.0)
    return xp.stack([grid, turbine, engine])


def _seen(state: Any, p: Any, load: Any, came: Any, dt: Any, xp: Any) -> tuple[Any, Any]:
    """Return (connected power in an observed step, queues that can have brought it)."""
    on_time = p["electricity.on_time"]
    needed = load * (1 + p["electricity.spare_2025"])
    connected = xp.maximum(state["connected"] + xp.sum(came, 0) * on_time, needed)
    added = (connected - state["connected"]) / on_time
    behind = added[None] * _route_shares(p, xp) / passed(dt, lead_times(p, xp), xp)
    return connected, behind


def _runs(state: Any, p: Any, connected: Any, running: Any, xp: Any) -> dict[str, Any]:
    """Return what the connected power lets run and what it costs."""
    able = connected * (1 - per(p, "electricity.outage", BLOCS, xp))
    served = xp.minimum(able / xp.maximum(running, 1e-6), 1.0)
    installed = state["installed"]
    powered = installed[H100E_8BIT] * served
    ratio = installed[H100E_16BIT] / xp.maximum(installed[H100E_8BIT], 1e-9)
    rented = state["remote"] * ratio[US][None]
    price = per(p, "electricity.price", BLOCS, xp) * (1 + p["electricity.shortage_price"] * (1 - served))
    each = running / xp.maximum(installed[H100E_8BIT], 1e-3)  # GW per H100e
    return {
        "power_served": served,
        "powered": powered,
        "accessible": xp.maximum(powered + state["remote"], 0.0),
        "accessible_16bit": xp.maximum(powered * ratio + rented, 0.0),
        "power_cost": xp.minimum(each * 8.76e6 * p["electricity.utilisation"] * price, 1e5),
        "electricity_twh": running * served * p["electricity.utilisation"] * 8.76,
    }


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
        and `data_centre_twh` (bloc, draw), TWh per year of AI load and of all data centres; `powered`, `accessible`,
        `accessible_16bit` (bloc, draw) H100e; `power_cost` (bloc, draw), USD per H100e and year.
    """
    dt, after = policy["dt"], policy["after"]
    running = load_gw(state["installed"], p, xp)
    load = running + load_gw(state["waiting"], p, xp)
    order, growth = _ordered(state, p, load, dt, xp)
    queued = state["queued"] + order
    headroom = state["headroom"] + per(p, "electricity.firm_growth", BLOCS, xp) * dt * after
    came = _came(state["queued"], order, headroom, p, policy, xp)
    seen, behind = _seen(state, p, load, came, dt, xp)
    connected = xp.where(after > 0, state["connected"] + xp.sum(came, 0) * p["electricity.on_time"], seen)
    found = _runs(state, p, connected, running, xp)
    return {
        "connected": connected,
        "queued": xp.where(after > 0, queued - came, xp.maximum(queued - came, behind)),
        "headroom": xp.where(after > 0, headroom - came[GRID], per(p, "electricity.headroom", BLOCS, xp)),
        "load": load,
        "load_growth": growth,
        "power_served": found["power_served"],
        "added_gw": (connected - state["connected"]) / dt,
        "electricity_twh": found["electricity_twh"],
        "data_centre_twh": found["electricity_twh"] + other_twh(p, policy, xp),
        "powered": found["powered"],
        "accessible": found["accessible"],
        "accessible_16bit": found["accessible_16bit"],
        "power_cost": found["power_cost"],
    }


def none(state: Any, p: Any, policy: Any, xp: Any) -> dict[str, Any]:
    """Power is never short: whatever is installed is connected."""
    running = load_gw(state["installed"], p, xp)
    load = running + load_gw(state["waiting"], p, xp)
    found = _runs(state, p, load * 1e3 + 1.0, running, xp)
    return {
        **found,
        "connected": load,
        "queued": state["queued"] * 0.0,
        "load": load,
        "added_gw": (load - state["connected"]) / policy["dt"],
        "data_centre_twh": found["electricity_twh"] + other_twh(p, policy, xp),
    }
