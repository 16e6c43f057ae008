"""Guarantees and full payment: circles of calls, draws in any argument, amounts of any size, when the rounds end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.capital import clearing
from rechenmacht.domains.capital.clearing import Guarantees, clear_guaranteed, full_payment

DUES = np.array([[0.0, 10.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
CASH = np.array([4.0, 0.0, 8.0])


def promise(ceiling: object, guarantor: tuple[int, ...] = (2,)) -> Guarantees:
    """Promises to 1 of what 0 owes."""
    n = len(guarantor)
    return Guarantees(np.array(guarantor), np.zeros(n, dtype=np.intp), np.ones(n, dtype=np.intp), np.asarray(ceiling))


@pytest.mark.parametrize("carrier", ["dues", "cash", "ceiling", "alpha"])
def test_draws_may_stand_in_any_one_argument(carrier: str) -> None:
    # 0 owes 10 and has 4: six are missing, of which the ceiling of five is called. Per draw one argument changes.
    given = {"dues": DUES, "cash": CASH, "ceiling": np.array([5.0]), "alpha": np.array(1.0)}
    varied = {
        "dues": (np.stack([DUES, DUES * 0.8]), (5.0, 4.0)),  # 8 - 4 = 4 are missing
        "cash": (np.stack([CASH, CASH + np.array([2.0, 0.0, 0.0])]), (5.0, 4.0)),  # 10 - 6 = 4 are missing
        "ceiling": (np.array([[5.0], [3.0]]), (5.0, 3.0)),
        "alpha": (np.array([1.0, 0.5]), (5.0, 5.0)),  # half of 4 reaches the creditor: 8 are missing, 5 are called
    }[carrier]
    given[carrier] = varied[0]
    found, called = clear_guaranteed(given["dues"], given["cash"], promise(given["ceiling"]), 0.0, given["alpha"], 1.0)
    assert called == pytest.approx(np.array(varied[1])[:, None])
    assert found.paid[:, 2] == pytest.approx(varied[1])  # the guarantor pays what is called


@given(st.floats(1e-20, 1e20))
@settings(max_examples=30, deadline=None)
def test_calls_scale_with_the_currency(unit: float) -> None:
    found, called = clear_guaranteed(DUES * unit, CASH * unit, promise([5.0 * unit]))
    assert called / unit == pytest.approx([5.0])
    assert found.paid / unit == pytest.approx([4.0, 0.0, 5.0])


def test_calls_that_would_swing_for_ever_stand_once_they_have_been_made() -> None:
    # 0 and 1 owe each other 10, 1 owes outsiders 5, a failed node pays nothing, 2 guarantees 0's debt to 1. Without a
    # call both fail, so 10 are called; with it 1 can pay, so 0 can, so nothing would be called: calls may only rise.
    dues = np.array([[0.0, 10.0, 0.0], [10.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    found, called = clear_guaranteed(dues, np.array([0.0, 0.0, 50.0]), promise([10.0]), np.array([0.0, 5.0, 0.0]), 0, 0)
    assert called == pytest.approx([10.0])
    assert found.shortfall == pytest.approx([0.0, 0.0, 0.0])
    assert found.paid == pytest.approx([10.0, 15.0, 10.0])


def test_rounds_end_as_soon_as_calls_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[int] = []
    clear = clearing.clear

    def counted(*given: Any) -> clearing.Clearing:
        rounds.append(1)
        return clear(*given)

    monkeypatch.setattr(clearing, "clear", counted)
    clear_guaranteed(DUES, CASH, promise([5.0]))
    assert len(rounds) == 2  # one finds the call, the next that it does not move
    clear_guaranteed(DUES, np.array([10.0, 0.0, 8.0]), promise([5.0]))
    assert len(rounds) == 3  # nothing is missing


def test_what_is_called_is_part_of_what_the_guarantor_owes() -> None:
    found, called = clear_guaranteed(DUES, np.array([4.0, 0.0, 2.0]), promise([2.0, 6.0], (2, 2)))
    # six are missing, shared 2 : 6 by ceilings: 1.5 and 4.5; the guarantor has two
    assert called == pytest.approx([1.5, 4.5])
    assert found.owed == pytest.approx([10.0, 0.0, 6.0])
    assert found.paid == pytest.approx([4.0, 0.0, 2.0])


def test_whoever_has_exactly_what_is_due_pays() -> None:
    # 0 has the 3 it owes 1, so 1 has the 3 that it owes outsiders; 2 lacks 4 of 5.
    dues = np.array([[0.0, 3.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    short = full_payment(dues, np.array([3.0, 0.0, 1.0]), np.array([0.0, 3.0, 5.0]))
    assert short == pytest.approx([0.0, 0.0, 4.0])
    within_rounding = full_payment(np.zeros((1, 1)), np.array([1.0 - 1e-15]), np.array([1.0]))
    assert within_rounding == pytest.approx([0.0], abs=0)


def test_results_cannot_be_changed_afterwards() -> None:
    found, _ = clear_guaranteed(DUES, CASH, promise([5.0]))
    with pytest.raises(AttributeError):
        found.paid = np.zeros(3)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        promise([5.0]).ceiling = np.zeros(1)  # type: ignore[misc]
