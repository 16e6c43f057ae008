from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rechenmacht.domains.capital.clearing import Guarantees, clear, clear_guaranteed, full_payment
from rechenmacht.domains.capital.debtrank import debtrank
from rechenmacht.domains.capital.measures import round_trip

NAMES = (
    "CRAN systemicrisk man/default_clearing EN", "same RV a=.5 b=.7", "same RV a=.5 b=.5", "RV2013 ex 3.3",
    "RV2013 ex 3.3 K1=2.2", "RV2013 sec 5.1 ring n=6", "ninagad random 3-node",
)  # fmt: skip


@pytest.mark.validation
@pytest.mark.parametrize("name", NAMES)
def test_published_clearing_vectors(shared: Path, name: str) -> None:
    case = json.loads((shared / "clearing_reference.json").read_text())[name]
    external = np.array(case.get("ext", np.zeros(len(case["e"]))))
    found = clear(np.array(case["L"], float), np.array(case["e"], float), external, case["alpha"], case["beta"])
    assert np.abs(found.paid - case["p"]).max() < 1e-9
    if "default" in case:
        assert found.default.astype(int).tolist() == case["default"]
    if "rounds" in case:
        rounds = [np.flatnonzero(found.round == k).tolist() for k in range(found.round.max() + 1)]
        assert rounds == case["rounds"]


@pytest.mark.validation
def test_three_banks_of_the_network_valuation_package() -> None:
    # Ring of 0.5 each, external dues 9, 4, 2 of external assets 10, 5, 3: nobody fails, all pay 0.5 more.
    dues = np.array([[0, 0, 0.5], [0.5, 0, 0], [0, 0.5, 0]])
    found = clear(dues, np.array([10.0, 5.0, 3.0]), np.array([9.0, 4.0, 2.0]))
    assert np.abs(found.paid - [9.5, 4.5, 2.5]).max() < 1e-9
    assert not found.default.any()


@pytest.mark.validation
@pytest.mark.parametrize(("chips", "expected"), [(0.39, (0.1755, 0.234)), (0.58, (0.261, 0.348))])
def test_round_trip_of_the_reference(chips: float, expected: tuple[float, float]) -> None:
    # Vendor 0, lab 1, cloud 2: the lab spends 75 % on the cloud, which spends 60 % on equipment, `chips` of it here.
    shares = np.zeros((3, 3))
    shares[1, 2], shares[2, 0] = 0.75, 0.6 * chips
    rho = round_trip(shares, 0)
    assert rho[1:] == pytest.approx(expected, abs=1e-12)
    assert rho[0] == 1


def test_ring_by_hand() -> None:
    # Rogers and Veraart 5.1: odd nodes have 0.8 and owe 3, receive 2 at most: 2.8 < 3, so they fail and pay
    # 0.5 x 0.8 + 0.5 x received; the others have nothing and pay half of what they get: x = 0.4 + 0.5 y, y = 0.5 x.
    # x = 0.4 / 0.75 = 0.5333, y = 0.26667.
    x = 0.4 / 0.75
    dues = np.zeros((6, 6))
    for i in range(6):
        dues[i, (i + 1) % 6] = 3.0 if i % 2 else 2.0
    cash = np.array([0, 0.8] * 3)
    found = clear(dues, cash, alpha=0.5, beta=0.5)
    assert found.paid == pytest.approx([x / 2, x] * 3, abs=1e-12)
    assert found.round.tolist() == [1, 0] * 3


def test_greatest_vector_where_two_exist() -> None:
    # Rogers and Veraart 3.3: both can pay if both do; if both fail they pay 0.5 + 0.5 x the other's: a lower solution.
    found = clear(np.array([[0, 2.0], [2.2, 0]]), np.array([1.0, 1.0]), alpha=0.5, beta=0.5)
    assert found.paid.tolist() == [2.0, 2.2]


@pytest.mark.parametrize(("last_cash", "expected"), [((10, 7, 5), 0), ((10, 7, 12), 2), ((2, 7, 12), 10)])
def test_full_payment_chain(last_cash: tuple[float, float, float], expected: float) -> None:
    # 1 owes 2, 2 owes 3, 3 owes outsiders; cash 12, 4, 3. Due (2, 7, 12): 2 gets 2 and has 6 of 7, pays nothing
    # (short 1); 3 has 3 of 12 (short 9): 10.
    first, second, third = last_cash
    dues = np.zeros((3, 3))
    dues[0, 1], dues[1, 2] = first, second
    short = full_payment(dues, np.array([12.0, 4.0, 3.0]), np.array([0.0, 0.0, third]))
    assert short.sum() == pytest.approx(expected)


def test_guarantee_pays_what_the_obligor_does_not() -> None:
    # 0 owes 1 ten and has four; 2 guarantees up to five and has eight: 1 gets 4 + 5, 2 keeps 3.
    dues = np.zeros((3, 3))
    dues[0, 1] = 10
    promise = Guarantees(np.array([2]), np.array([0]), np.array([1]), np.array([5.0]))
    found, called = clear_guaranteed(dues, np.array([4.0, 0.0, 8.0]), promise)
    assert called.tolist() == [5.0]
    assert found.paid == pytest.approx([4, 0, 5])
    assert found.default.tolist() == [True, False, False]


def test_guarantee_brings_down_the_guarantor_and_whom_it_owes() -> None:
    # As above, but 2 has only 3 and owes 3 two. Called for 5 it owes 7 and pays 3: 15/7 to 1 and 6/7 to 3.
    # 3 owes 1 two and has 1: with 6/7 instead of 2 it fails and pays 1 + 6/7.
    dues = np.zeros((4, 4))
    dues[0, 1], dues[2, 3], dues[3, 1] = 10, 2, 2
    promise = Guarantees(np.array([2]), np.array([0]), np.array([1]), np.array([5.0]))
    found, called = clear_guaranteed(dues, np.array([4.0, 0.0, 3.0, 1.0]), promise)
    assert called.tolist() == [5.0]
    assert found.default.tolist() == [True, False, True, True]
    assert found.paid == pytest.approx([4, 0, 3, 1 + 6 / 7])


def test_guarantors_of_one_claim_share_it_and_never_pay_more_than_is_lost() -> None:
    dues = np.zeros((4, 4))
    dues[0, 1] = 10
    promise = Guarantees(np.array([2, 3]), np.array([0, 0]), np.array([1, 1]), np.array([8.0, 4.0]))
    _, called = clear_guaranteed(dues, np.array([4.0, 0.0, 20.0, 20.0]), promise)
    assert called == pytest.approx([4.0, 2.0])  # six are lost, shared 8 : 4


def test_guarantees_settle_when_they_run_in_a_circle() -> None:
    # Each of two debtors guarantees the other's debt to 2.
    dues = np.zeros((3, 3))
    dues[0, 2], dues[1, 2] = 10, 10
    promise = Guarantees(np.array([1, 0]), np.array([0, 1]), np.array([2, 2]), np.array([3.0, 3.0]))
    found, called = clear_guaranteed(dues, np.array([8.0, 11.0, 0.0]), promise)
    lost = dues[[0, 1], [2, 2]] * (1 - found.paid[:2] / found.owed[:2])
    assert called == pytest.approx(np.minimum(3.0, lost), abs=1e-9)


SIZE = 4
DUES = arrays(float, (SIZE, SIZE), elements=st.sampled_from([0.0, 0.0, 0.5, 1.0, 4.0, 10.0])).map(
    lambda dues: dues * (1 - np.eye(SIZE))
)
CASH = arrays(float, SIZE, elements=st.sampled_from([0.0, 0.2, 1.0, 3.0, 20.0]))
SHARE = st.sampled_from([0.0, 0.3, 0.5, 1.0])


@settings(deadline=None, max_examples=150)
@given(DUES, CASH, SHARE, SHARE)
def test_nobody_pays_more_than_is_due_and_the_vector_solves_its_own_equation(
    dues: np.ndarray, cash: np.ndarray, alpha: float, beta: float
) -> None:
    found = clear(dues, cash, alpha=alpha, beta=beta)
    assert (found.paid <= found.owed + 1e-9).all()
    assert (found.paid >= -1e-12).all()
    received = (dues / np.where(found.owed > 0, found.owed, 1)[:, None]).T @ found.paid
    expected = np.where(found.default, alpha * cash + beta * received, found.owed)
    assert found.paid == pytest.approx(expected, abs=1e-8)
    assert (cash + received >= found.owed - 1e-8)[~found.default].all()


@settings(deadline=None, max_examples=150)
@given(DUES, CASH, arrays(float, SIZE, elements=st.sampled_from([0.0, 0.0, 0.1, 5.0])), SHARE, SHARE)
def test_more_cash_never_lowers_a_payment(
    dues: np.ndarray, cash: np.ndarray, more: np.ndarray, alpha: float, beta: float
) -> None:
    poor, rich = (clear(dues, money, alpha=alpha, beta=beta) for money in (cash, cash + more))
    assert (rich.paid >= poor.paid - 1e-8).all()
    assert (~rich.default | poor.default).all()


@settings(deadline=None, max_examples=80)
@given(DUES, CASH, SHARE, SHARE, st.sampled_from([1e-6, 0.92, 1e9]))
def test_currency_scales_payments_and_changes_no_default(
    dues: np.ndarray, cash: np.ndarray, alpha: float, beta: float, rate: float
) -> None:
    one, other = clear(dues, cash, alpha=alpha, beta=beta), clear(rate * dues, rate * cash, alpha=alpha, beta=beta)
    assert other.paid / rate == pytest.approx(one.paid, abs=1e-8)
    assert (other.default == one.default).all()


def test_draws_are_solved_as_if_each_stood_alone() -> None:
    rng = np.random.default_rng(3)
    dues = rng.random((50, 6, 6)) * (rng.random((50, 6, 6)) < 0.4) * (1 - np.eye(6))
    cash, alpha, beta = rng.random((50, 6)) * 0.7, rng.random(50), rng.random(50)
    together = clear(dues, cash, alpha=alpha, beta=beta)
    for k in range(50):
        alone = clear(dues[k], cash[k], alpha=alpha[k], beta=beta[k])
        assert together.paid[k] == pytest.approx(alone.paid, abs=1e-12)
        assert (together.round[k] == alone.round).all()


def test_debtrank_passes_distress_on_once() -> None:
    # 0 hits 1 by half, 1 hits 0 and 2 by half. 0 starts at 1: 1 gets 0.5, 2 gets 0.25; 0 is full and has passed on.
    # Weights 0.2, 0.3, 0.5: DebtRank 0.3 x 0.5 + 0.5 x 0.25 = 0.275.
    impact = np.array([[0, 0.5, 0], [0.5, 0, 0.5], [0, 0, 0]])
    distress, rank = debtrank(impact, np.array([1.0, 0, 0]), np.array([0.2, 0.3, 0.5]))
    assert distress.tolist() == [1.0, 0.5, 0.25]
    assert rank == pytest.approx(0.275)
    both, ranks = debtrank(np.stack([impact, impact * 0]), np.array([1.0, 0, 0]), np.array([0.2, 0.3, 0.5]))
    assert ranks == pytest.approx([0.275, 0])
    assert both[1].tolist() == [1, 0, 0]


@settings(deadline=None, max_examples=80)
@given(arrays(float, (5, 5), elements=st.floats(0, 1)), arrays(float, 5, elements=st.floats(0, 1)))
def test_debtrank_stays_within_bounds(impact: np.ndarray, shock: np.ndarray) -> None:
    distress, rank = debtrank(impact, shock, np.full(5, 0.2))
    assert (distress >= shock - 1e-12).all()
    assert (distress <= 1 + 1e-12).all()
    assert -1e-12 <= rank <= 1
