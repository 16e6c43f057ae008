"""What holds in every draw: books balance at every step, nothing goes below nothing, and causes push one way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.race.arrays import Draws
from rechenmacht.domains.race.axes import CHIPS, H100E_8BIT, QUARTERS
from rechenmacht.domains.race.electricity import load_gw
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.simulate import simulate
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import advance
from rechenmacht.evidence.base import load
from rechenmacht.sample import draw, spread

STOCKS = (
    "waiting", "installed", "bought", "stock", "base", "retired", "delivered", "made", "smuggled", "to_china",
    "die_bank", "hbm_bank", "connected", "queued", "headroom", "accessible", "powered", "budget", "capex", "debt",
    "people", "firms", "workers", "fleet", "run_flop", "effective_flop", "price", "sales_usd", "worth",
)  # fmt: skip
ROUND = 1e-9


BASE = load()
MODEL = runs.model_of(BASE, scenario.find(BASE, "reference"))


def steps(p: dict[str, np.ndarray]) -> Any:
    """Run the model step by step and yield (state before, state after, policy)."""
    p = Draws(p)
    state = start(p, np)
    for step in range(MODEL.given.steps):
        policy = {name: values[step][..., None] for name, values in MODEL.given.policy.items()}
        after = advance(state, p, policy, np)
        yield state, after, p, policy
        state = after


@pytest.mark.parametrize("seed", range(3))
def test_every_chip_watt_and_dollar_is_counted_once(seed: int) -> None:
    for before, after, p, policy in steps(spread(MODEL.parameters, 40, seed)):
        # Chips: bought = waiting + installed + retired, and what was delivered was bought.
        placed = (after["waiting"] + after["installed"]).sum(1) + after["retired"]
        assert after["bought"].sum(1) == pytest.approx(placed, rel=1e-9, abs=1e-3)
        assert after["delivered"].sum(1) == pytest.approx(placed, rel=1e-9, abs=1e-3)
        assert after["delivered"] == pytest.approx(before["delivered"] + after["made"], rel=1e-9, abs=1e-3)
        # Chips by vendor and bloc: the stock is what was there less what retired plus what was made.
        assert after["base"] == pytest.approx(after["stock"].sum(1), rel=1e-9, abs=1e-3)
        # Dollars: what blocs pay in a step (unsmoothed) is what vendors sell.
        near = 1 - np.exp(-8.0 * policy["dt"])
        paid = before["sales_usd"] + (after["sales_usd"] - before["sales_usd"]) / near
        sold = after["made"][CHIPS] * after["price"] / policy["dt"]
        here = after["made"][H100E_8BIT] > 1e-6
        assert paid.sum(0)[here] == pytest.approx(sold[here], rel=1e-6, abs=1.0)
        # Watts: no more runs than is connected.
        running = load_gw(after["installed"], p, np) * after["power_served"]
        assert (running <= after["connected"] * (1 + 1e-6) + 1e-9).all()
        # Compute rented abroad is taken from where it stands.
        assert after["accessible"].sum(0) == pytest.approx(after["powered"].sum(0), rel=1e-6, abs=1e-3)


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


# (what changes, how, outcome, region, which way no draw may go against)
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
    return simulate(MODEL.given, drawn)


@pytest.mark.parametrize(("pattern", "change", "variable", "region", "sign"), ONE_WAY)
def test_no_draw_goes_the_other_way(
    drawn: dict, unchanged: np.ndarray, pattern: str, change: Callable, variable: str, region: str, sign: int
) -> None:
    named = [name for name in drawn if re.fullmatch(pattern, name)]
    assert named
    changed = simulate(MODEL.given, {n: change(v) if n in named else v for n, v in drawn.items()})
    for quarter in ("2028-Q4", "2030-Q4"):
        before = row(unchanged, variable, region)[QUARTERS.index(quarter)].astype(float)
        difference = (row(changed, variable, region)[QUARTERS.index(quarter)] - before) * sign
        assert (difference >= -1e-5 * np.abs(before)).all()
        assert (difference > 1e-4 * np.abs(before)).any()
