"""What a run reports: the named series (variable, region, unit) and how each is read off the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rechenmacht.domains.race.ahead import INDICATED, indicators, metrics
from rechenmacht.domains.race.axes import BLOCS, CHIPS, DEFINITIONS, H100E_8BIT, MEASURES, NVIDIA, OWNERS, USES, VENDORS
from rechenmacht.domains.race.observation import PUBLISHED, published

REGION = {
    "us": "United States",
    "cn": "China",
    "eu": "Europe",
    "gulf": "Gulf states",
    "rest": "Rest of the world",
    "world": "World",
}
UNIT = {
    "chips": "count",
    "h100e_8bit": "h100e",
    "h100e_16bit": "h100e",
    "h100e_bandwidth": "h100e",
    "chip_power_mw": "MW",
}
MEASURED = ("application", "stack", "sovereignty")  # the other definitions' measures are series of their own
SHARED = ("h100e_8bit", "h100e_16bit", "h100e_bandwidth")
# state -> (reported name, unit, whether the blocs' sum is the world's)
BY_BLOC = {
    "powered": ("powered|h100e_8bit", "h100e", True),
    "accessible": ("accessible|h100e_8bit", "h100e", True),
    "connected": ("power_connected", "GW", True),
    "added_gw": ("power_added", "GW/year", True),
    "electricity_twh": ("electricity_ai", "TWh", True),
    "data_centre_twh": ("electricity_data_centres", "TWh", True),
    "capex": ("capex_ai", "USD/year", True),
    "chip_spending": ("chip_spending", "USD/year", True),
    "budget": ("chip_budget", "USD/year", True),
    "revenue": ("ai_revenue", "USD/year", True),
    "workers": ("virtual_workers", "count", True),
    "demand_h100e": ("paid_demand", "h100e", True),
    "public_h100e": ("public_good_compute", "h100e", True),
    "debt": ("ai_debt", "USD", True),
    "rent_usd": ("rent_paid", "USD/year", False),
    "power_cost": ("running_cost", "USD/year", False),
    "dark": ("chips_dark", "share", False),
    "power_served": ("power_served", "share", False),
    "expectation": ("expectation", "1", False),
    "credit": ("credit", "share", False),
    "people": ("people_using_ai", "share", False),
    "firms": ("firms_using_ai", "share", False),
    "run_flop": ("training_run", "1e24 FLOP", False),
    "effective_flop": ("effective_run", "1e24 FLOP", False),
    "gap_months": ("frontier_gap", "month", False),
}
SCALE = {"run_flop": 1e24, "effective_flop": 1e24, "swarm_flop": 1e24}  # float32 ends at 3e38
WORLD = {
    "circular": ("circular_capital", "USD/year"),
    "capex_company": ("capex_company|us", "USD/year"),
    "unfilled": ("orders_unfilled", "share"),
    "margin": ("chip_margin", "1"),
    "fab_cn": ("china_fabs", "1"),
    "premium_usd": ("smuggling_premium", "USD/year"),
    "stopped": ("credit_stopped", "share"),
    "die_bank": ("die_bank", "count"),
    "hbm_bank": ("hbm_bank", "count"),
    "price_index": ("price_per_h100e", "1"),
    "legal_quality": ("china_legal_quality", "1"),
    "fleet_runs": ("swarm_fleet", "h100e"),
    "swarm_flop": ("swarm_run", "1e24 FLOP"),
    "swarm_efficiency": ("swarm_efficiency", "share"),
    "swarm_dependence": ("swarm_dependence", "share"),
}
CHINA = (
    ("china_share_of_nvidia|chips", "share"),
    ("china_share_of_nvidia|h100e_8bit", "share"),
    ("china_legal|chips|nvidia", "count"),
    ("smuggled|chips", "count"),
    ("smuggled|h100e_8bit", "h100e"),
    ("rented_abroad|h100e_8bit", "h100e"),
)
# China's compute counted three ways, of what runs: without smuggled chips, with them, and with what is rented abroad.
THREE_WAYS = ("legal", "with_smuggled", "with_rented")
MARKETS = ("abroad", "china")  # of useful work: all others, and China


@dataclass(frozen=True, slots=True)
class Series:
    """One reported series. `variable` is `stock|measure` or `stock|measure|who`, as in IAMC tables."""

    variable: str
    region: str
    unit: str


def _all() -> tuple[Series, ...]:
    world = REGION["world"]
    found = [Series(f"delivered|{m}|{v}", world, UNIT[m]) for m in MEASURES for v in VENDORS]
    found += [Series(f"bought|{m}|{o}", world, UNIT[m]) for m in MEASURES for o in OWNERS]
    found += [Series(f"installed|{m}", REGION[b], UNIT[m]) for m in MEASURES for b in (*BLOCS, "world")]
    found += [Series(f"installed_share|{m}", REGION[b], "share") for m in SHARED for b in BLOCS]
    for name, unit, summed in BY_BLOC.values():
        found += [Series(name, REGION[b], unit) for b in (*BLOCS, *(("world",) if summed else ()))]
    found += [Series(f"use_share|{use}", REGION[b], "share") for use in USES for b in BLOCS]
    found += [Series(f"software_maturity|{v}", world, "share") for v in VENDORS]
    found += [Series(f"stack_share|{v}", world, "share") for v in VENDORS]
    found += [Series(name, world, unit) for name, unit in WORLD.values()]
    found += [Series(name, REGION["cn"], unit) for name, unit in CHINA]
    found += [Series(f"runs|{way}", REGION["cn"], "h100e") for way in THREE_WAYS]
    found += [Series(f"runs_share|{way}", REGION["cn"], "share") for way in THREE_WAYS]
    found += [Series(f"work_price|{market}", world, "1") for market in MARKETS]
    found += [Series(f"utilisation|{market}", world, "share") for market in MARKETS]
    found += [Series(f"published|{name}", world, "share") for name in PUBLISHED]
    found += [Series(f"measure|{name}", REGION[b], INDICATED[name]) for name in MEASURED for b in BLOCS]
    found += [Series(f"ahead|{name}", REGION[b], "indicator") for name in INDICATED for b in BLOCS]
    found += [Series(f"decoupled|{name}", world, "indicator") for name in ("us_80", "cn_80")]
    found += [Series("bust|capex_30", world, "indicator")]
    return tuple(found)


SERIES = _all()


def _china(state: Any, xp: Any) -> Any:
    made, sold, smuggled = state["made"], state["to_china"][:, NVIDIA], state["smuggled"]
    return xp.stack(
        [
            sold[CHIPS] / xp.maximum(made[CHIPS, NVIDIA], 1e-9),
            sold[H100E_8BIT] / xp.maximum(made[H100E_8BIT, NVIDIA], 1e-9),
            sold[CHIPS],
            smuggled[CHIPS],
            smuggled[H100E_8BIT],
            xp.maximum(state["remote"][BLOCS.index("cn")], 0.0),
        ]
    )


def three_ways(state: Any, xp: Any) -> Any:
    """Return China's compute that runs, H100e, and its shares of the world's, shape (2 * way, draw).

    Smuggled chips run as often as others do.
    """
    cn = BLOCS.index("cn")
    held = xp.maximum(state["installed"][H100E_8BIT, cn] + state["waiting"][H100E_8BIT, cn], 1e-9)
    lawful = xp.maximum(1 - state["smuggled_stock"] / held, 0.0)
    powered = state["powered"][cn]
    ways = [powered * lawful, powered, powered + xp.maximum(state["remote"][cn], 0.0)]
    world = xp.maximum(xp.sum(state["powered"], 0), 1e-9)
    return xp.stack([*ways, *(way / world for way in ways)])


def _by_bloc(state: Any, xp: Any) -> list[Any]:
    parts = []
    for name, (_, _, summed) in BY_BLOC.items():
        value = state[name] / SCALE.get(name, 1.0)
        parts.append(xp.concatenate([value, xp.sum(value, 0)[None]], 0) if summed else value)
    return parts


def pieces(state: dict[str, Any], p: Any, xp: Any) -> list[Any]:
    """Return the quarter's outcomes as arrays whose flattened parts, one after another, are in the order of `SERIES`.

    Units as in each series; `delivered` and `bought` are running totals since 2022-Q1, `installed` is the stock.
    """
    delivered, bought, installed = state["delivered"], state["bought"], state["installed"]
    world = xp.sum(installed, 1)[:, None]
    share = xp.stack([installed[MEASURES.index(m)] / xp.maximum(world[MEASURES.index(m)], 1e-9) for m in SHARED])
    base = state["base"]
    measured = metrics(state, xp)
    parts = [delivered, bought, xp.concatenate([installed, world], 1), share]
    parts += _by_bloc(state, xp)
    parts += [state["use_share"], state["maturity"], base / xp.maximum(xp.sum(base, 0), 1e-9)[None]]
    world_wide = xp.stack([state[name] / SCALE.get(name, 1.0) for name in WORLD])
    parts += [world_wide, _china(state, xp), three_ways(state, xp), state["work_price"], state["utilisation"]]
    parts += [published(state, p, xp)]
    parts += [xp.stack([measured[DEFINITIONS.index(name)] for name in MEASURED]), *indicators(measured, state, xp)]
    parts += [state["bust"]]
    return parts


def record(state: dict[str, Any], p: Any, xp: Any) -> Any:
    """Return the quarter's outcomes, shape (series, draw), in the order of `SERIES`."""
    draws = state["base"].shape[-1]
    return xp.concatenate([part.reshape(-1, draws) for part in pieces(state, p, xp)], 0)
