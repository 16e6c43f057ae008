"""Capital: worked cases, the stop, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import capital
from rechenmacht.domains.race.arrays import softer_minimum
from rechenmacht.domains.race.axes import BLOCS, CN, NVIDIA, US, VENDORS
from tests.race.cases import parameters, policy, state


def told(p: dict, sales: float = 1e11, **changed: object) -> dict:
    usd = np.zeros((len(BLOCS), len(VENDORS), 1))
    usd[:, NVIDIA] = sales
    begun = state(p, sales_usd=usd, **changed)
    return {name: begun[name] for name in capital.READS}


def test_worked_case_a_minimum_without_a_kink() -> None:
    # Equal: 1 / 2 ** (1 / 8) = 0.917; far apart: 1 / (1 + 0.1 ** 8) ** 0.125 = 1.0
    assert softer_minimum(np.array([1.0]), np.array([1.0]), np) == pytest.approx([0.917004])
    assert softer_minimum(np.array([1.0]), np.array([10.0]), np) == pytest.approx([1.0])


def test_worked_case_growth_that_fades() -> None:
    p = parameters(
        capital__growth_now__us=0.5, capital__growth_long=0.1, capital__half_life=2, capital__growth_common=0
    )
    # Two years on, half of the gap is left: 0.1 + (0.5 - 0.1) / 2 = 0.3
    assert capital.momentum(p, np.array([2.0]), np)[US] == pytest.approx([0.3])


def test_worked_case_money_is_not_short() -> None:
    p = parameters(
        capital__growth_now__us=0.4, capital__growth_long=0.4, capital__response=0, capital__growth_common=0,
        capital__structure=0.9, capital__weight_trend=0.25, capital__weight_return=0.4,
    )  # fmt: skip
    p["capital.programme.us"] = np.array([0.0])
    rich = {"cash": np.full((5, 1), 1e13)}
    found = capital.step(told(p, wanted=np.full((5, 1), 1e11), **rich), p, policy(ahead=1.0), np)
    # 1e11 * exp(0.4 / 4) = 1.10517e11, far below what can be funded
    assert found["budget"][US] == pytest.approx([1.10517e11], rel=1e-4)


def test_worked_case_structures() -> None:
    p = parameters(capital__structure=0.3, capital__weight_trend=0.25, capital__weight_return=0.4)
    plan, answer = capital.structure(p, np)
    # 0.25 < 0.3 < 0.25 + 0.4: returns decide
    assert (plan, answer) == (pytest.approx([0.9]), pytest.approx([1.0]))


def test_worked_case_dark_chips_and_a_fall_cut_orders() -> None:
    p, cut = (parameters(returns__dark_response=2, capital__fall__us=f) for f in (0.0, 0.3))
    rich = {"cash": np.full((5, 1), 1e13), "wanted": np.full((5, 1), 1e11)}
    bright, dim = (
        capital.step(told(p, dark=np.full((5, 1), d), **rich), p, policy(ahead=1.0), np) for d in (0.0, 0.12)
    )
    # a tenth beyond the 2 % that nobody minds: exp(-2 * (0.12 - 0.02)) = 0.8187
    without = p["capital.programme.us"]
    assert (dim["budget"][US] - without) / (bright["budget"][US] - without) == pytest.approx([np.exp(-0.2)])
    fallen = capital.step(told(cut, **rich), cut, policy(ahead=1.0), np)
    assert fallen["budget"][US] - without == pytest.approx((bright["budget"][US] - without) * 0.7)  # 1 - 0.3 = 0.7


def test_observed_quarters_follow_what_was_sold() -> None:
    p = parameters(capital__unmet_2025__cn=0.5)
    found = capital.step(told(p, sales=3e10), p, policy(after=0.0, ahead=0.0), np)
    assert np.delete(found["budget"], CN, 0) == pytest.approx(np.full((4, 1), 3e10))
    assert found["budget"][CN] == pytest.approx([4.5e10])  # what China wanted beyond it counts: 3e10 * 1.5


def test_a_stop_closes_credit_and_vendor_finance() -> None:
    quiet, stopped = parameters(capital__stop=0), parameters(capital__stop=1)
    rich = {"wanted": np.full((5, 1), 1e13)}
    open_, closed = (capital.step(told(p, **rich), p, policy(ahead=1.0), np) for p in (quiet, stopped))
    assert closed["credit"] == pytest.approx(np.zeros((5, 1)))
    assert closed["fundable"][1:].sum() == 0
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
