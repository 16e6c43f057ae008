from __future__ import annotations

import math

import numpy as np
import pytest

from rechenmacht.domains.capital import measures as m


def test_round_trip_over_several_steps() -> None:
    # Vendor 0. Node 1 spends 0.2 with the vendor and 0.5 with node 2, which spends 0.4 with the vendor and 0.1 back
    # with 1: rho1 = 0.2 + 0.5 rho2, rho2 = 0.4 + 0.1 rho1: rho1 = 0.4 / 0.95.
    shares = np.array([[0, 0, 0], [0.2, 0, 0.5], [0.4, 0.1, 0]])
    rho = m.round_trip(shares, 0)
    assert rho[1] == pytest.approx(0.4 / 0.95)
    many = m.round_trip(np.stack([shares, shares * 0.5]), 0)
    assert many.shape == (2, 3)
    assert many[0] == pytest.approx(rho)
    assert many[1, 1] < rho[1]


def test_round_trip_revenue() -> None:
    # 30 bn at 0.2 and 2 bn at 0.3 over 230 bn of revenue: 6.6 / 230.
    assert m.round_trip_revenue(np.array([30.0, 2.0]), np.array([0.2, 0.3]), 230.0) == pytest.approx(6.6 / 230)


@pytest.mark.parametrize(
    ("equity", "commitment", "ratio"),
    [(15, 138, 0.109), (50, 138, 0.362), (10.25, 100, 0.1025), (33, 100, 0.33), (10.8, 200, 0.054), (42.3, 200, 0.21)],
)
def test_self_finance_ratios_of_known_pairs(equity: float, commitment: float, ratio: float) -> None:
    assert m.self_finance(equity, commitment) == pytest.approx(ratio, abs=2e-3)


def test_leverage_is_another_quantity_and_may_exceed_one() -> None:
    assert m.purchase_leverage(35, 10) == pytest.approx(3.5)
    assert math.isnan(m.purchase_leverage(35, 0))


def test_net_demand_growth() -> None:
    # 100 -> 200; own money 0 -> 20; rented back 5 -> 15: 95 -> 165.
    assert m.net_demand_growth((100, 200), (0, 20), (5, 15)) == pytest.approx(165 / 95 - 1)
    # Guarantees of 5 and warrants of 10 now: 150.
    assert m.net_demand_growth((100, 200), (0, 20), (5, 15), (0, 5), (0, 10)) == pytest.approx(150 / 95 - 1)


def test_concentration() -> None:
    shares = np.array([60.0, 30.0, 10.0])
    assert m.hhi(shares) == pytest.approx(0.46)  # 0.36 + 0.09 + 0.01
    assert m.top_share(shares, 1) == pytest.approx(0.6)
    assert m.top_share(shares, 2) == pytest.approx(0.9)
    assert m.top_share(shares, 9) == pytest.approx(1.0)
    assert m.hhi(np.stack([shares, shares * 7], axis=1)) == pytest.approx([0.46, 0.46])


def test_coverage_and_plan() -> None:
    assert m.coverage(13, 40, 30, 100) == pytest.approx(0.83)
    assert m.plan_consistency(740, 600) == pytest.approx(1.2333, abs=1e-4)


def test_barrier_is_the_gap_of_the_medians() -> None:
    assert m.barrier(np.array([0.15, 0.11, 0.10]), np.array([0.06, 0.0658, 0.0775])) == pytest.approx(0.0442)
    assert math.isnan(m.barrier(np.array([]), np.array([0.06])))


def test_loss_given_default_along_the_price() -> None:
    # Worth (1.70 / 2.35) x (5 / 6) x 0.8 / 0.7 = 0.6889 per dollar lent, of which 0.8 is outstanding.
    lost = m.loss_given_default(1.70 / 2.35, 1.0, 6.0, 0.7, 0.2, 0.2)
    assert lost == pytest.approx(1 - 0.68896 / 0.8, abs=1e-4)
    assert m.loss_given_default(1.0, 6.0, 3.0, 0.7, 0.2, 0.2) == 1.0  # nothing is left after its life
    falling = m.loss_given_default(np.linspace(1, 0, 20), 1.0, 6.0, 0.7, 0.2, 0.2)
    assert (np.diff(falling) >= 0).all()
    assert 0 <= falling.min() <= falling.max() <= 1
