"""Allocation: worked cases, and that the last unit is worth the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import allocation
from rechenmacht.domains.race.axes import BLOCS, INFERENCE, PUBLIC_GOOD, US, USES
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    begun = state(p, **({"accessible": np.full((5, 1), 1e6), "accessible_16bit": np.full((5, 1), 1e6)} | changed))
    return {name: begun[name] for name in allocation.READS}


def test_worked_case_logarithmic_value() -> None:
    weights = np.array([1.0, 2.0, 4.0, 1.0])[:, None, None]
    # curvature 1: shares as the weights, 1/8, 2/8, 4/8, 1/8
    assert allocation.divide(weights, np.array([1.0]), np)[:, 0, 0] == pytest.approx([0.125, 0.25, 0.5, 0.125])


def test_worked_case_a_training_run() -> None:
    p = parameters(
        allocation__curvature=1, allocation__pull=1e-9, allocation__concentration__us=0.1, allocation__run_days=100,
        allocation__utilisation=0.35,
    )  # fmt: skip
    p |= {f"allocation.weight.{use}.us": np.array([1.0]) for use in USES}
    found = allocation.step(told(p), p, policy(), np)
    # 1e6 H100e * 1/4 * 0.1 = 25,000 chips * 989.4e12 * 0.35 * 100 * 86,400 s = 7.480e25 FLOP
    assert found["run_flop"][US] == pytest.approx([7.480e25], rel=1e-3)


def test_worked_case_a_training_run_counts_sixteen_bits() -> None:
    p = parameters()
    wide = np.full((5, 1), 1.5e6)
    plain, more = (
        allocation.step(told(p, **c), p, policy(), np)["run_flop"][US] for c in ({}, {"accessible_16bit": wide})
    )
    assert more / plain == pytest.approx([1.5])  # 1.5e6 / 1e6 H100e on the 16-bit basis


def test_worked_case_a_reserve_for_the_public_good_takes_from_all_else() -> None:
    free, set_apart = (parameters(allocation__public_reserve__us=r) for r in (0.0, 0.2))
    before, after = (allocation.step(told(p), p, policy(), np)["use_share"][:, US, 0] for p in (free, set_apart))
    # every share * (1 - 0.2), the public good's + 0.2: 1 - 0.2 + 0.2 = 1
    assert after[INFERENCE] == pytest.approx(before[INFERENCE] * 0.8)
    assert after[PUBLIC_GOOD] == pytest.approx(before[PUBLIC_GOOD] * 0.8 + 0.2)


def test_worked_case_paid_demand_and_virtual_workers() -> None:
    p = parameters(
        allocation__compute_share=0.5, allocation__cost_per_h100e=10_000, allocation__tokens_per_h100e=1000,
        allocation__tokens_per_worker=40, allocation__inference_progress=0,
    )  # fmt: skip
    found = allocation.step(told(p, earned=np.full((5, 1), 1e10)), p, policy(), np)
    assert found["demand_h100e"][US] == pytest.approx([500_000.0])  # 1e10 * 0.5 / 10,000
    serving = 1e6 * found["use_share"][INFERENCE, US, 0]
    busy = float(told(p)["utilisation"][0, 0])
    assert found["workers"][US] == pytest.approx([serving * busy * 1000 / 40])


@given(
    curvature=st.floats(0.3, 4),
    weights=st.lists(st.floats(0.01, 10), min_size=4, max_size=4),
)
def test_the_last_unit_is_worth_the_same_in_every_use(curvature: float, weights: list[float]) -> None:
    given_ = np.array(weights)[:, None, None]
    share = allocation.divide(given_, np.array([curvature]), np)[:, 0, 0]
    assert share.sum() == pytest.approx(1)
    worth = np.log(weights) - curvature * np.log(share)  # log of weight * share ** -curvature
    assert worth == pytest.approx(np.full(4, worth[0]), abs=1e-9)


@given(demand=st.floats(0, 1e13))
def test_more_paid_demand_never_takes_compute_from_inference(demand: float) -> None:
    p = parameters()
    found = [
        allocation.step(told(p, earned=np.full((len(BLOCS), 1), d)), p, policy(), np)["use_share"][INFERENCE]
        for d in (demand, demand * 1.5 + 1)
    ]
    assert (found[1] >= found[0] - 1e-12).all()


def test_switched_off_uses_share_evenly() -> None:
    p = parameters()
    assert allocation.none(told(p), p, policy(), np)["use_share"] == pytest.approx(np.full((4, 5, 1), 0.25))
