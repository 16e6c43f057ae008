"""Decentralisation: worked cases against published runs, the ceiling of rewards, dependence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import decentralisation
from rechenmacht.domains.race.axes import NVIDIA
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    begun = state(p, **({"price_index": [1.0]} | changed))
    return {name: begun[name] for name in decentralisation.READS}


def test_worked_case_covenant_72b() -> None:
    p = parameters(
        decentralisation__round_seconds=1200, decentralisation__parameters_trained=72.7e9,
        decentralisation__compression=146, decentralisation__uplink_mbit=110, decentralisation__uplink_growth=0,
    )  # fmt: skip
    # 72.7e9 * 2 / 146 = 0.996e9 bytes * 8 / 110e6 = 72.4 s beside 1,200 s: 1200 / 1272.4 = 0.943
    found = decentralisation.efficiency(p, np.array([0.0]), np)
    assert found == pytest.approx([0.943], abs=5e-4)
    assert found == pytest.approx([0.945], abs=0.005)  # what the project reports


def test_worked_case_intellect_1() -> None:
    p = parameters(
        decentralisation__round_seconds=38 * 60, decentralisation__parameters_trained=10e9,
        decentralisation__compression=2, decentralisation__uplink_mbit=160, decentralisation__uplink_growth=0,
    )  # fmt: skip
    # 8-bit updates (compression 2): 1e10 bytes * 8 / 160e6 = 500 s, as published; 2280 / 2780 = 0.82, published 0.83
    assert decentralisation.efficiency(p, np.array([0.0]), np) == pytest.approx([0.82], abs=0.01)


def test_worked_case_rewards_hold_the_fleet_down() -> None:
    p = parameters(
        decentralisation__growth=2, decentralisation__growth_long=2, decentralisation__rewards=1e8,
        decentralisation__rewards_growth=0, decentralisation__must_earn=1e4, decentralisation__volunteers=0,
        decentralisation__paid_fleet=0,
    )  # fmt: skip
    found = decentralisation.step(told(p, fleet=[5000.0]), p, policy(ahead=0.0), np)["fleet"]
    # ceiling 1e8 / 1e4 = 10,000; half full: 5,000 * exp(2 * 0.25 * 0.5) = 6,420
    assert found == pytest.approx([6420.1], rel=1e-4)


def test_worked_case_dependence() -> None:
    p = parameters(
        decentralisation__on_vendor=1, decentralisation__largest_host=0.5, decentralisation__largest_stack=0.2,
        decentralisation__consent=0.1,
    )  # fmt: skip
    base = np.zeros((8, 1))
    base[NVIDIA], base[1] = 3.0, 1.0
    found = decentralisation.step(told(p, base=base), p, policy(), np)["swarm_dependence"]
    assert found == pytest.approx([1 - 0.25 * 0.5 * 0.8 * 0.9])  # free of all four: 0.25 * 0.5 * 0.8 * 0.9 = 0.09


def test_worked_case_work_at_the_markets_price_carries_a_fleet() -> None:
    p = parameters(
        allocation__cost_per_h100e=15_000, decentralisation__discount=0.5, decentralisation__must_earn=5_000,
        decentralisation__paid_elasticity=2, decentralisation__paid_fleet=1_000,
    )  # fmt: skip
    # 15,000 * price 1 * 0.5 * 0.8 busy = 6,000 a year against 5,000: 1,000 * (6 / 5) ** 2 = 1,440
    assert decentralisation._paid(told(p), p, np.array([0.8]), np) == pytest.approx([1440.0])


def test_worked_case_the_maker_cuts_it_off() -> None:
    free, cut = (parameters(decentralisation__cut_off=c, decentralisation__on_vendor=1) for c in (0.0, 0.5))
    base = np.zeros((8, 1))
    base[NVIDIA], base[1] = 3.0, 1.0
    whole, left = (decentralisation.step(told(p, base=base), p, policy(), np) for p in (free, cut))
    # three quarters run on the maker; half of them stop: 1 - 0.5 * 0.75 = 0.625 run on
    assert left["fleet_runs"] / whole["fleet_runs"] == pytest.approx([0.625])
    assert left["fleet"] == pytest.approx(whole["fleet"])


@given(fleet=st.floats(0, 1e8), growth=st.floats(0, 4))
def test_the_fleet_never_passes_its_ceiling_by_growing(fleet: float, growth: float) -> None:
    p = parameters(decentralisation__growth=growth)
    found = decentralisation.step(told(p, fleet=[fleet]), p, policy(), np)["fleet"][0]
    ceiling = p["decentralisation.rewards"] * 1.2 / p["decentralisation.must_earn"] + p["decentralisation.volunteers"]
    ceiling = ceiling + 20 * p["decentralisation.paid_fleet"]
    assert found >= fleet * (1 - 1e-12)
    assert found <= max(fleet, ceiling[0] * np.e)


def test_switched_off_there_is_no_fleet() -> None:
    p = parameters()
    found = decentralisation.none(told(p), p, policy(), np)
    assert not any(np.any(found[name]) for name in found)
