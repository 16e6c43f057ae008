"""Production: worked case, limits, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.race import production
from rechenmacht.race.axes import CHIPS, H100E_8BIT, MEASURES, VENDORS

HUAWEI, NVIDIA = VENDORS.index("huawei"), VENDORS.index("nvidia")


def parameters(**changed: float) -> dict[str, np.ndarray]:
    """Return one draw of every production parameter; growth is zero and nothing limits Huawei unless changed."""
    p = {f"production.growth_now.{vendor}": 0.0 for vendor in VENDORS}
    p |= {f"production.per_chip_growth.{where}.{m}": 0.0 for where in ("us", "cn") for m in MEASURES[1:]}
    p |= {"production.growth_long": 0.0, "production.growth_half_life": 2.0}
    china = {
        "wafers_per_month": 1e6, "wafer_growth": 0.0, "ascend_allocation": 1.0, "gross_dies": 80.0, "yield": 1.0,
        "dies_per_chip": 2.0, "stacks_per_chip": 8.0, "hbm_2026": 1e9, "hbm_2027": 1e9, "hbm_growth": 0.0,
        "die_bank": 0.0, "hbm_bank": 0.0,
    }  # fmt: skip
    p |= {f"production.china.{name}": value for name, value in china.items()}
    p |= {f"production.{name}": value for name, value in changed.items()}
    return {name: np.array([value]) for name, value in p.items()}


def state(chips: float = 1000.0, year: float = 2026.25, ahead: float = 0.25, observed: float = 0.0) -> dict:
    made = np.full((len(MEASURES), len(VENDORS), 1), chips)
    made[H100E_8BIT] = 2 * chips
    return {
        "year": year, "years_ahead": ahead, "observed": observed, "made": made, "delivered": made.copy(),
        "made_observed": made * 3, "die_bank": np.array([0.0]), "hbm_bank": np.array([0.0]),
    }  # fmt: skip


def test_worked_case_growth_fades_to_its_long_run_value() -> None:
    # Growth now 0.4, long run 0.0, half-life 2 years; two years after the last observed quarter half is left:
    # rate = 0 + (0.4 - 0) * 2^(-2 / 2) = 0.2 per year, so chips = 1000 * e^(0.2 / 4) = 1051.27
    p = parameters(**{"growth_now.nvidia": 0.4})
    new = production.step(state(year=2028.0, ahead=2.0), p, {}, np)
    assert new["made"][CHIPS, NVIDIA, 0] == pytest.approx(1051.2711, rel=1e-7)
    # 2 H100e per chip, no growth per chip: 2 * 1051.27; the running total adds the quarter to 2000 before it.
    assert new["made"][H100E_8BIT, NVIDIA, 0] == pytest.approx(2102.5422, rel=1e-7)
    assert new["delivered"][H100E_8BIT, NVIDIA, 0] == pytest.approx(4102.5422, rel=1e-7)


def test_worked_case_growth_per_chip() -> None:
    # 0.4 per year: a chip is worth 2 * e^(0.4 / 4) = 2.210342 H100e after a quarter; 1000 chips make 2210.342.
    new = production.step(state(), parameters(**{"per_chip_growth.us.h100e_8bit": 0.4}), {}, np)
    assert new["made"][H100E_8BIT, NVIDIA, 0] == pytest.approx(2210.3418, rel=1e-7)


def test_worked_case_huawei_is_limited_by_memory_then_by_dies() -> None:
    # Memory: 4000 stacks in stock, 1600 made in 2026 (400 a quarter): 4400 / 8 per chip = 550 chips, fewer than the
    # 1000 wanted. 550 * 8 = 4400 stacks are used up: none is left.
    limited = parameters(**{"china.hbm_2026": 1600.0})
    before = state() | {"hbm_bank": np.array([4000.0])}
    new = production.step(before, limited, {}, np)
    assert new["made"][CHIPS, HUAWEI, 0] == pytest.approx(550)
    assert new["hbm_bank"][0] == pytest.approx(0)
    # Dies: 3 months * 10 wafers * 0.5 allocated * 80 dies * 0.25 good = 300 dies, 100 in stock: 400 / 2 = 200 chips.
    dies = parameters(
        **{
            "china.wafers_per_month": 10.0,
            "china.ascend_allocation": 0.5,
            "china.yield": 0.25,
            "china.wafer_growth": 0.0,
        }
    )
    new = production.step(state() | {"die_bank": np.array([100.0])}, dies, {}, np)
    assert new["made"][CHIPS, HUAWEI, 0] == pytest.approx(200)
    assert new["die_bank"][0] == pytest.approx(0)
    # The others are not limited by either.
    assert new["made"][CHIPS, NVIDIA, 0] == pytest.approx(1000)


def test_observed_quarters_are_taken_as_they_are() -> None:
    new = production.step(state(observed=1.0), parameters(**{"growth_now.nvidia": 5.0}), {}, np)
    assert np.array_equal(new["made"], state()["made_observed"])
    assert new["hbm_bank"][0] == 0  # banks are those of the end of the observed time


def test_switched_off_nothing_is_made_after_the_observed_quarters() -> None:
    off = production.none(state(), parameters(), {}, np)
    assert not off["made"].any()
    assert np.array_equal(off["delivered"], state()["delivered"])
    assert np.array_equal(production.none(state(observed=1.0), parameters(), {}, np)["made"], state()["made_observed"])


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0, 1e7), st.floats(1, 8), st.floats(1, 2))
def test_banks_never_go_below_zero(
    dies: float, stacks: float, new_stacks: float, per_chip: float, dies_per: float
) -> None:
    p = parameters(
        **{"china.hbm_2026": new_stacks, "china.stacks_per_chip": per_chip, "china.dies_per_chip": dies_per,
           "china.wafers_per_month": 1.0}
    )  # fmt: skip
    new = production.step(state() | {"die_bank": np.array([dies]), "hbm_bank": np.array([stacks])}, p, {}, np)
    assert new["die_bank"][0] >= -1e-6
    assert new["hbm_bank"][0] >= -1e-6
    assert 0 <= new["made"][CHIPS, HUAWEI, 0] <= 1000 + 1e-6


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_memory_never_makes_fewer_chips(stacks: float, more: float) -> None:
    p = parameters(**{"china.hbm_2026": 0.0})
    made = [
        production.step(state() | {"hbm_bank": np.array([s])}, p, {}, np)["made"][CHIPS, HUAWEI, 0]
        for s in (stacks, stacks + more)
    ]
    assert made[1] >= made[0]
