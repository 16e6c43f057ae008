"""Capital: worked cases, the stop, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import capital
from rechenmacht.domains.race.axes import BLOCS, NVIDIA, US, VENDORS
from tests.race.cases import parameters, policy, state


def told(p: dict, sales: float = 1e11, **changed: object) -> dict:
    usd = np.zeros((len(BLOCS), len(VENDORS), 1))
    usd[:, NVIDIA] = sales
    begun = state(p, sales_usd=usd, **changed)
    return {name: begun[name] for name in capital.READS}


def test_worked_case_a_minimum_without_a_kink() -> None:
    # Equal: 1 / 2 ** (1 / 8) = 0.917; far apart: 1 / (1 + 0.1 ** 8) ** 0.125 = 1.0
    assert capital.softer_minimum(np.array([1.0]), np.array([1.0]), np) == pytest.approx([0.917004])
    assert capital.softer_minimum(np.array([1.0]), np.array([10.0]), np) == pytest.approx([1.0])


def test_worked_case_growth_that_fades() -> None:
    p = parameters(capital__growth_now__us=0.5, capital__growth_long=0.1, capital__half_life=2)
    # Two years on, half of the gap is left: 0.1 + (0.5 - 0.1) / 2 = 0.3
    assert capital.momentum(p, np.array([2.0]), np)[US] == pytest.approx([0.3])


def test_worked_case_money_is_not_short() -> None:
    p = parameters(
        capital__growth_now__us=0.4, capital__growth_long=0.4, capital__response=0, capital__cash_2025__us=1e13
    )
    p["capital.programme.us"] = np.array([0.0])
    found = capital.step(told(p, wanted=np.full((5, 1), 1e11)), p, policy(), np)
    # 1e11 * exp(0.4 / 4) = 1.10517e11, far below what can be funded
    assert found["budget"][US] == pytest.approx([1.10517e11], rel=1e-4)
    # spent is what was bought: 1e11 over the share of chips
    assert found["capex"][US] == pytest.approx(1e11 / p["capital.chip_share"])


def test_observed_quarters_follow_what_was_sold() -> None:
    p = parameters()
    found = capital.step(told(p, sales=3e10), p, policy(after=0.0, ahead=0.0), np)
    assert found["budget"] == pytest.approx(np.full((5, 1), 3e10))
    assert found["circular"] == 0


def test_a_stop_closes_credit_and_vendor_finance() -> None:
    quiet, stopped = parameters(capital__stop=0), parameters(capital__stop=1)
    rich = {"wanted": np.full((5, 1), 1e13)}
    open_, closed = (capital.step(told(p, **rich), p, policy(), np) for p in (quiet, stopped))
    assert closed["credit"] == pytest.approx(np.zeros((5, 1)))
    assert closed["circular"] == 0
    assert (closed["budget"] < open_["budget"]).all()


@given(stop=st.floats(0, 1), debt=st.floats(0, 1e13), sales=st.floats(1e6, 1e13), earned=st.floats(0, 1e13))
def test_money_is_never_negative_and_more_stop_never_means_more(
    stop: float, debt: float, sales: float, earned: float
) -> None:
    state_ = {"debt": np.full((5, 1), debt), "earned": np.full((5, 1), earned), "wanted": np.full((5, 1), 1e12)}
    p, more = parameters(capital__stop=stop), parameters(capital__stop=min(1.0, stop + 0.1))
    found = capital.step(told(p, sales, **state_), p, policy(), np)
    less = capital.step(told(more, sales, **state_), more, policy(), np)
    assert all((np.asarray(value) >= 0).all() for value in found.values())
    assert (less["budget"] <= found["budget"] * (1 + 1e-12)).all()


def test_switched_off_budgets_stay() -> None:
    p = parameters()
    found = capital.none(told(p, budget=np.full((5, 1), 7.0)), p, policy(), np)
    assert found["budget"] == pytest.approx(np.full((5, 1), 7.0))
    assert not {"cash", "debt"} & set(found)
