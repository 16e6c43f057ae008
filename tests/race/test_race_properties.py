"""What holds in every draw: books balance at every step, nothing goes below nothing, and causes push one way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.race.arrays import Draws
from rechenmacht.domains.race.axes import CHIPS, CN, H100E_8BIT, QUARTERS
from rechenmacht.domains.race.deployment import china, flows
from rechenmacht.domains.race.electricity import load_gw
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.simulate import simulate
from rechenmacht.domains.race.start import installed_2021, start
from rechenmacht.domains.race.step import NAMES, advance
from rechenmacht.evidence.base import load
from rechenmacht.sample import draw, spread

STOCKS = (
    "waiting", "installed", "bought", "stock", "base", "retired", "delivered", "made", "smuggled", "to_china",
    "die_bank", "hbm_bank", "connected", "queued", "headroom", "accessible", "powered", "budget", "capex", "debt",
    "people", "firms", "workers", "fleet", "run_flop", "effective_flop", "price", "worth", "revenue", "work_price",
    "utilisation", "margin", "fab_cn", "smuggled_stock", "premium_usd", "public_h100e",
)  # fmt: skip
ROUND = 1e-9


BASE = load()
MODEL = runs.model_of(BASE, scenario.find(BASE, "reference"))


def steps(p: dict[str, np.ndarray], off: tuple[str, ...] = ()) -> Any:
    """Run the model step by step and yield (state before, state after, policy)."""
    p = Draws(p)
    state = start(p, np)
    for step in range(MODEL.given.steps):
        policy = {name: values[step][..., None] for name, values in MODEL.given.policy.items()}
        after = advance(state, p, policy, np, off)
        yield state, after, p, policy
        state = after


def balanced(before: dict, after: dict, p: dict, policy: dict) -> None:
    """Hold the books of one step: chips in every measure, by vendor and by bloc; dollars; watts; rent."""
    was = float(installed_2021(p, np)[CHIPS].sum())
    # Chips: what stood in 2021 and was bought = waiting + installed + retired, and what was delivered was bought.
    placed = (after["waiting"] + after["installed"]).sum(1) + after["retired"]
    begun = installed_2021(p, np).sum(1)
    assert after["bought"].sum(1) + begun == pytest.approx(placed, rel=1e-9, abs=1e-3)
    assert after["delivered"] == pytest.approx(before["delivered"] + after["made"], rel=1e-9, abs=1e-3)
    assert after["delivered"].sum(1) == pytest.approx(after["bought"].sum(1), rel=1e-9, abs=1e-3)
    assert was > 0
    # Vendors: what each made is what blocs took, in every measure; and the stock is the same chips by vendor.
    told = {**before, **{k: after[k] for k in ("made", "home_share", "to_china", "smuggled", "budget", "share")}}
    _, by_bloc, smuggled = flows(told, p, policy, np)
    assert by_bloc.sum(2) == pytest.approx(after["made"], rel=1e-9, abs=1e-6)
    held = (after["waiting"] + after["installed"])[H100E_8BIT]
    assert after["stock"].sum(0) == pytest.approx(held, rel=1e-9, abs=1e-3)
    assert after["base"] == pytest.approx(after["stock"].sum(1), rel=1e-9, abs=1e-3)
    # China: made abroad for it + its makers' home sales + smuggled is what it takes, each at its own strength.
    inside = china(told, p, policy, np)
    assert by_bloc[:, :, CN].sum(1) == pytest.approx(inside.sum(1) + smuggled, rel=1e-9, abs=1e-6)
    # Dollars: what blocs pay, less what smugglers keep, is what vendors sell.
    sold = after["made"][CHIPS] * after["price"] + after["to_china"][CHIPS] * (after["china_price"] - after["price"])
    assert after["sales_usd"].sum((0, 1)) - after["premium_usd"] == pytest.approx(sold.sum(0) / policy["dt"], rel=1e-9)
    # Watts: no more runs than is connected. Rent and rented compute sum to nothing.
    running = load_gw(after["installed"], p, np) * after["power_served"]
    assert (running <= after["connected"] * (1 + 1e-6) + 1e-9).all()
    assert after["rent_usd"].sum(0) == pytest.approx(0, abs=1.0)
    assert after["remote"].sum(0) == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    "off", [(), *((name,) for name in NAMES if name not in {"deployment", "books", "electricity"})]
)
def test_every_chip_watt_and_dollar_is_counted_once(off: tuple[str, ...]) -> None:
    seeds = range(3) if not off else range(1)
    for seed in seeds:
        for before, after, p, policy in steps(spread(MODEL.parameters, 40 if not off else 12, seed), off):
            balanced(before, after, p, policy)


def test_the_demand_for_smuggled_chips_held_fixed_nobody_gains_from_sales_to_china() -> None:
    """H200s sold to China come out of what is made: no other bloc has more compute in any draw."""
    p = draw(MODEL.parameters, 200, 3)
    quiet = ("chance", "crises", "returns", "scarcity", "capital")
    closed = {"export_controls.enforcement": (("2026-Q3", 1.0),), "export_controls.licensed": (("2027-Q1", 0.0),)}
    opened = {
        **closed,
        "export_controls.licensed": (("2027-Q1", 1.0),),
        "export_controls.acceptance": (("2027-Q1", 0.95),),
    }
    without, sold = (simulate(MODEL.given, p, levers, quiet) for levers in (closed, opened))
    for region in ("United States", "Europe", "Gulf states", "Rest of the world"):
        a, b = (
            row(o, "installed|h100e_8bit", region)[QUARTERS.index("2028-Q4")].astype(float) for o in (without, sold)
        )
        assert (b <= a * (1 + 1e-3)).all()  # what moves by less is the mix of vendors that others choose
    a, b = (row(o, "installed|h100e_8bit", "China")[QUARTERS.index("2028-Q4")] for o in (without, sold))
    assert (b > a).mean() > 0.9


@pytest.mark.parametrize("seed", range(3))
def test_nothing_goes_below_nothing_and_all_is_finite(seed: int) -> None:
    for _, after, _, _ in steps(spread(MODEL.parameters, 100, seed)):
        for name, value in after.items():
            assert np.isfinite(value).all(), name
        for name in STOCKS:
            assert (after[name] >= -ROUND * max(1.0, float(np.abs(after[name]).max()))).all(), name


def test_outcomes_are_finite_over_the_whole_range_of_the_priors() -> None:
    outcomes = simulate(MODEL.given, spread(MODEL.parameters, 3000, 7))
    assert np.isfinite(outcomes).all()


def half(v: np.ndarray) -> np.ndarray:
    return v * 0.5


def more(v: np.ndarray) -> np.ndarray:
    return v * 1.5


def most(v: np.ndarray) -> np.ndarray:
    return np.minimum(v * 1.5, 1.0)


# What answers a change in other draws' favour: trust, returns, makers; without them a cause pushes one way.
STEADY = ("chance", "crises", "returns", "scarcity", "uptake")
# (what changes, how, outcome, region, which way it pushes)
ONE_WAY: tuple[tuple[str, Callable[[np.ndarray], np.ndarray], str, str, int], ...] = (
    (r"export_controls\.smuggled_share", most, "installed|h100e_8bit", "China", +1),
    (r"export_controls\.enforcement", half, "installed|h100e_8bit", "China", +1),
    (r"export_controls\.enforcement", half, "smuggled|h100e_8bit", "China", +1),
    (r"export_controls\.remote_share", more, "accessible|h100e_8bit", "China", +1),
    (r"electricity\.(headroom|firm_growth)\.us", half, "powered|h100e_8bit", "United States", -1),
    (r"electricity\.(headroom|firm_growth)\.us", half, "power_connected", "United States", -1),
    (r"electricity\.lead\.grid\.us", more, "powered|h100e_8bit", "United States", -1),
    (r"electricity\.pue\.us", lambda v: v * 1.1, "powered|h100e_8bit", "United States", -1),
    (r"deployment\.retirement", more, "installed|h100e_8bit", "World", -1),
)


def row(outcomes: np.ndarray, variable: str, region: str) -> np.ndarray:
    return outcomes[next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == (variable, region))]


@pytest.fixture(scope="module")
def drawn() -> dict[str, np.ndarray]:
    return draw(MODEL.parameters, 300, 11)


@pytest.fixture(scope="module")
def unchanged(drawn: dict[str, np.ndarray]) -> np.ndarray:
    return simulate(MODEL.given, drawn, off=STEADY)


@pytest.mark.parametrize(("pattern", "change", "variable", "region", "sign"), ONE_WAY)
def test_a_cause_pushes_one_way_in_nearly_all_draws(
    drawn: dict, unchanged: np.ndarray, pattern: str, change: Callable, variable: str, region: str, sign: int
) -> None:
    named = [name for name in drawn if re.fullmatch(pattern, name)]
    assert named
    changed = simulate(MODEL.given, {n: change(v) if n in named else v for n, v in drawn.items()}, off=STEADY)
    for quarter in ("2028-Q4", "2030-Q4"):
        before = row(unchanged, variable, region)[QUARTERS.index(quarter)].astype(float)
        difference = (row(changed, variable, region)[QUARTERS.index(quarter)] - before) * sign
        assert (difference >= -1e-5 * np.abs(before)).mean() >= 0.9  # budgets and shares answer, so not in every one
        assert np.median(difference) >= 0
        assert (difference > 1e-4 * np.abs(before)).any()
