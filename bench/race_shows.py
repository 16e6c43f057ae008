"""What the race must show, measured: money by definition, counterfactuals, busts, books, electricity, adoption.

python bench/race_shows.py [DRAWS]      10,000 draws of the reference and of each counterfactual unless said
python bench/race_shows.py [DRAWS] --write    the same, into docs/race-shows.md

It prints figures and never asserts: misses are for docs and people to see. Speed is a ratio to an older checkout, run
side by side: python bench/race_shows.py --ratio FOLDER.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import race_page

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS, VENDORS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.simulate import simulate
from rechenmacht.evidence.base import load
from rechenmacht.sample import draw

INDEX = {(s.variable, s.region): i for i, s in enumerate(SERIES)}
US, CN, EU, WORLD = "United States", "China", "Europe", "World"
GULF, REST = "Gulf states", "Rest of the world"
SLICE = 2000  # draws at once; of each run only what is asked for below is kept
ASKED = ("chip_spending", "capex_ai", "capex_company", "delivered|", "runs", "bought|", "installed|h100e_8bit", "smuggled|h100e_8bit",
         "electricity_", "published|", "ahead|", "frontier_gap", "bust|", "ai_revenue", "chip_budget",
         "effective_run")  # fmt: skip
KEPT = [i for i, s in enumerate(SERIES) if s.variable.startswith(ASKED)]
PLACE = {i: k for k, i in enumerate(KEPT)}
FOUND: dict[str, Any] = {}
LOOPS = ("crises", "scarcity", "returns", "ecosystem", "capital")


def run(model: Any, p: dict[str, np.ndarray], levers: Any = None, off: tuple[str, ...] = ()) -> np.ndarray:
    """Return what is asked for of all draws, shape (series of KEPT, quarter, draw)."""
    draws = len(next(iter(p.values())))
    parts = []
    for first in range(0, draws, SLICE):
        some = {name: values[first : first + SLICE] for name, values in p.items()}
        parts.append(simulate(model.given, some, model.levers if levers is None else levers, off)[KEPT])
    return np.concatenate(parts, -1)


def row(outcomes: np.ndarray, variable: str, region: str = WORLD) -> np.ndarray:
    found: np.ndarray = outcomes[PLACE[INDEX[variable, region]]].astype(float)
    return found


def at(outcomes: np.ndarray, variable: str, region: str, quarter: str) -> np.ndarray:
    return row(outcomes, variable, region)[QUARTERS.index(quarter)]


def year(outcomes: np.ndarray, variable: str, region: str, of: int) -> np.ndarray:
    return row(outcomes, variable, region)[[QUARTERS.index(f"{of}-Q{k}") for k in (1, 2, 3, 4)]].mean(0)


def band(values: np.ndarray, digits: int = 4) -> list[float]:
    return [float(f"{x:.{digits}g}") for x in np.quantile(values, [0.05, 0.5, 0.95])]


def show(name: str, value: Any) -> None:
    FOUND[name] = value
    print(json.dumps({name: value}), flush=True)


def money(o: np.ndarray) -> None:
    """Spending by definition, and vendors' first projected quarter."""
    for name, variable, region in (
        ("chips", "chip_spending", US), ("capex_ai", "capex_ai", US), ("company", "capex_company|us", WORLD),
    ):  # fmt: skip
        show(f"us_{name}_2026_over_2025", band(year(o, variable, region, 2026) / year(o, variable, region, 2025)))
    for of in (2025, 2026, 2027, 2028, 2030):
        show(f"us_capex_bn_{of}", band(year(o, "capex_ai", US, of) / 1e9))
    show("world_chips_bn_2026", band(year(o, "chip_spending", WORLD, 2026) / 1e9))
    show("us_company_bn_2026", band(year(o, "capex_company|us", WORLD, 2026) / 1e9))
    show("nvidia_h100e_m_2026q2", band(at(o, "delivered|h100e_8bit|nvidia", WORLD, "2026-Q2") / 1e6))
    units = np.diff(row(o, "delivered|chips|nvidia"), axis=0)
    for quarter in ("2026-Q2", "2026-Q3"):
        show(f"nvidia_units_m_{quarter}", band(units[QUARTERS.index(quarter) - 1] / 1e6))
    huawei = row(o, "delivered|chips|huawei")
    for of in range(2025, 2031):
        made = huawei[QUARTERS.index(f"{of}-Q4")] - huawei[QUARTERS.index(f"{of - 1}-Q4")]
        show(f"huawei_chips_k_{of}", band(made / 1e3))


def stocks(o: np.ndarray) -> None:
    """China three ways, electricity, adoption, probabilities."""
    for quarter in ("2025-Q4", "2026-Q2", "2028-Q4", "2030-Q4"):
        for way in ("legal", "with_smuggled", "with_rented"):
            m, s = at(o, f"runs|{way}", CN, quarter), at(o, f"runs_share|{way}", CN, quarter)
            show(f"china_{way}_{quarter}", {"m_h100e": band(m / 1e6), "share": band(s)})
        show(f"us_installed_m_{quarter}", band(at(o, "installed|h100e_8bit", US, quarter) / 1e6))
    show("smuggled_m_2025", band(np.cumsum(row(o, "smuggled|h100e_8bit", CN), 0)[QUARTERS.index("2025-Q4")] / 1e6))
    for region, published in ((US, 183), (EU, 68), (CN, 102), (WORLD, 415)):
        mid = [QUARTERS.index("2024-Q2"), QUARTERS.index("2024-Q3")]
        twh = row(o, "electricity_data_centres", region)[mid].mean(0)
        show(f"twh_2024_{region}", {"model": band(twh), "published": published})
    show("twh_2030_world", band(at(o, "electricity_data_centres", WORLD, "2030-Q2")))
    for name in (s.variable for s in SERIES if s.variable.startswith("published|")):
        show(
            name, {q: band(at(o, name, WORLD, q)) for q in ("2026-Q2", "2030-Q4")} | {"max": float(row(o, name).max())}
        )
    for name in ("frontier", "application", "stack", "infrastructure", "workforce", "sovereignty"):
        found = {r: float(at(o, f"ahead|{name}", r, "2030-Q4").mean()) for r in (US, CN)}
        show(f"ahead_2030_{name}", found)
    show("gap_months_2030", band(at(o, "frontier_gap", CN, "2030-Q4")))


def busts(model: Any, p: dict[str, np.ndarray], o: np.ndarray) -> None:
    """Chance of a fall of 30 % by 2035, with and without chance and crises."""
    show("bust_2035", float(at(o, "bust|capex_30", WORLD, "2035-Q4").mean()))
    for off in (("chance",), ("crises",), ("chance", "crises"), ("returns",)):
        show(
            f"bust_without_{'_'.join(off)}",
            float(at(run(model, p, off=off), "bust|capex_30", WORLD, "2035-Q4").mean()),
        )


def production_off(model: Any, p: dict[str, np.ndarray], o: np.ndarray) -> None:
    """Revenue of 2030 without production, by thirds of the elasticity of demand."""
    without = run(model, p, off=("production",))
    a, b = at(without, "ai_revenue", WORLD, "2030-Q4"), at(o, "ai_revenue", WORLD, "2030-Q4")
    show("production_off_ratio_of_medians", float(np.median(a) / np.median(b)))
    show("production_off_draw_by_draw", band(a / b))
    order = np.argsort(p["market.elasticity"])
    for k, part in enumerate(np.array_split(order, 3)):
        show(f"production_off_third_{k + 1}", float(np.median(a[part]) / np.median(b[part])))
    cheaper = {"production.price_growth": (("2026-Q4", -0.15),)}
    lower = run(model, p, {**model.levers, **cheaper})
    up = at(lower, "ai_revenue", WORLD, "2030-Q4") > b
    e = p["market.elasticity"]
    show(
        "cheaper_compute_raises_revenue",
        {"above_1.3": float(up[e > 1.3].mean()), "below_0.8": float(up[e < 0.8].mean())},
    )


def answers(model: Any, base: Any, p: dict[str, np.ndarray], o: np.ndarray) -> None:
    """How money answers power and revenue, and the effective run research compute."""
    gap = runs.model_of(base, scenario.find(base, "electron_gap"))
    short = run(gap, p)
    for quarter in ("2028-Q2", "2029-Q2", "2030-Q2"):
        show(
            f"electron_gap_orders_{quarter}",
            float(np.median(at(short, "chip_budget", US, quarter)) / np.median(at(o, "chip_budget", US, quarter)) - 1),
        )
    for since in ("2027-Q1", "2030-Q1"):
        half = {f"adoption.fall.{b}": ((since, 0.5),) for b in ("us", "cn", "eu", "gulf", "rest")}
        less = run(model, p, {**model.levers, **half})
        later = QUARTERS[QUARTERS.index(since) + 8]
        show(
            f"half_the_revenue_{since}_budget_{later}",
            float(np.median(at(less, "chip_budget", WORLD, later)) / np.median(at(o, "chip_budget", WORLD, later)) - 1),
        )
    away = {f"allocation.weight.research.{b}": (("2026-Q3", 0.002),) for b in ("us", "cn", "eu", "gulf", "rest")}
    poor = run(model, p, {**model.levers, **away})
    for quarter in ("2027-Q2", "2028-Q2", "2030-Q4"):
        show(
            f"research_away_run_{quarter}",
            band(at(poor, "effective_run", US, quarter) / at(o, "effective_run", US, quarter)),
        )


def h200(model: Any, p: dict[str, np.ndarray]) -> None:
    """H200 accepted with smuggling held at nothing: does anybody else gain compute, and by which loop?"""
    fixed = {"export_controls.enforcement": (("2026-Q3", 1.0),)}
    levers = [
        {**fixed, **{f"export_controls.{name}": (("2027-Q1", value),) for name, value in given.items()}}
        for given in ({"licensed": 0.0, "acceptance": 0.0}, {"licensed": 1.0, "acceptance": 0.95})
    ]
    for name, off in (("", ()), ("_no_scarcity", ("scarcity",)), ("_no_returns", ("returns",)), ("_no_loops", LOOPS)):
        without, with_sales = (run(model, p, lever, off) for lever in levers)
        for region in (US, EU, GULF, REST, CN):
            a, b = (at(o, "installed|h100e_8bit", region, "2028-Q4") for o in (without, with_sales))
            gain = b / a - 1
            found = {"m_h100e": band((b - a) / 1e6), "rises_in": float((gain > 1e-3).mean()), "most": float(gain.max())}
            show(f"h200_installed{name}_{region}", found)


def books(o: np.ndarray) -> None:
    """Chips made against chips bought, in every measure, at the end of 2030 (stored as 32-bit numbers)."""
    owners = [s.variable.rpartition("|")[2] for s in SERIES if s.variable.startswith("bought|chips|")]
    for measure in ("chips", "h100e_8bit", "h100e_16bit", "h100e_bandwidth", "chip_power_mw"):
        made = sum(at(o, f"delivered|{measure}|{v}", WORLD, "2030-Q4") for v in VENDORS)
        bought = sum(at(o, f"bought|{measure}|{owner}", WORLD, "2030-Q4") for owner in owners)
        show(f"books_{measure}", float(np.abs(bought / made - 1).max()))


def electricity_2030(model: Any, p: dict[str, np.ndarray], o: np.ndarray) -> None:
    """World data centres in 2030: of AI and of the rest, and if spending stood still at mid-2026's rate."""
    still = run(model, p, off=("capital",))
    for name, outcomes in (("reference", o), ("spending_still", still)):
        for of in (2025, 2030):
            both, ai = (year(outcomes, v, WORLD, of) for v in ("electricity_data_centres", "electricity_ai"))
            show(f"twh_{of}_{name}", {"all": band(both), "ai": band(ai), "below_950": float((both < 950).mean())})


def ratio(older: Path) -> None:
    """Time 10,000 draws here and in another checkout, in turn."""
    code = (
        "import time\nfrom rechenmacht import runs, scenario\nfrom rechenmacht.evidence.base import load\n"
        "from rechenmacht.domains.race.simulate import simulate\n"
        "try:\n    from rechenmacht.sample import draw\n"
        "except ImportError:\n    from rechenmacht.domains.uncertainty.sample import draw\n"
        "m = runs.model_of(load(), scenario.find(load(), 'reference'))\np = draw(m.parameters, 10000, 1)\n"
        "simulate(m.given, p)\nb = time.perf_counter()\nsimulate(m.given, p)\nprint(time.perf_counter() - b)\n"
    )
    taken: dict[Path, list[float]] = {older: [], Path(__file__).parents[1]: []}
    for _ in range(3):
        for folder, times in taken.items():
            done = subprocess.run(
                [sys.executable, "-c", code],
                cwd=folder,
                env={"PYTHONPATH": str(folder)},
                capture_output=True,
                text=True,
                check=True,
            )
            times.append(float(done.stdout))
    old, new = (statistics.median(times) for times in taken.values())
    show("time_over_older", round(new / old, 2))


def main() -> None:
    if sys.argv[1:2] == ["--ratio"]:
        ratio(Path(sys.argv[2]))
        return
    given = [word for word in sys.argv[1:] if word != "--write"]
    draws = int(given[0]) if given else 10_000
    base = load()
    model = runs.model_of(base, scenario.find(base, "reference"))
    p = draw(model.parameters, draws, 1)
    o = run(model, p)
    money(o)
    stocks(o)
    books(o)
    production_off(model, p, o)
    answers(model, base, p, o)
    h200(model, p)
    busts(model, p, o)
    electricity_2030(model, p, o)
    if "--write" in sys.argv:
        race_page.write(FOUND, draws)


if __name__ == "__main__":
    main()
