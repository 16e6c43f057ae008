"""Market: worked cases of the price, what is served and what is earned; properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.domains.race import market
from rechenmacht.domains.race.axes import BLOCS, US
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    usual = {
        "spend": np.full((5, 1), 1e11), "accessible": np.full((5, 1), 1e6), "fleet_runs": [0.0],
        "spend_then": np.array([[4e11], [1e11]]), "knowledge": np.zeros((5, 1)),
    }  # fmt: skip
    begun = state(p, **(usual | changed))
    begun["supply_then"] = market.supply(begun, p, np) if "supply_then" not in changed else begun["supply_then"]
    return {name: begun[name] for name in market.READS}


def test_worked_case_the_price_answers_scarcity() -> None:
    p = parameters(market__adjustment=1.0, market__elasticity=1.5, market__most_sold=1.0)
    wanted, ceiling = np.array([2.0e11]), np.array([1.0e11])
    # ln(2e11 / (0.95 * 1e11)) = 0.744440; 0.25 * 0.744440 / (1 + 0.25 * 1 * 1.5) = 0.135353; exp = 1.144941
    assert market.clear(np.array([1.0]), wanted, ceiling, p, 0.25, np) == pytest.approx([1.144941], rel=1e-5)


def test_worked_case_revenue_is_what_is_served_at_its_price() -> None:
    p = parameters(
        market__utilisation_then=0.8, market__most_sold=0.9, market__elasticity=1.0, market__price_limit=1.0,
        market__capability=0.0, market__output_share=1.0, electricity__price__us=0.0,
    )  # fmt: skip
    begun = told(p, spend=np.full((5, 1), 3e11))
    found = market.step(begun, p, policy(), np)
    # three times what was wanted: 4 * 3e11 = 1.2e12; most that can be served 4e11 / 0.8 * 0.9 = 4.5e11 at a price of 1
    abroad = found["revenue"][[0, 2, 3, 4]].sum()
    assert abroad == pytest.approx(4.5e11, rel=1e-3)
    assert found["utilisation"][0] == pytest.approx([1.0], rel=1e-3)
    assert found["earned"].sum() == pytest.approx(found["revenue"].sum())
    assert found["earned"][US] > found["revenue"][US]


def test_worked_case_no_bloc_spends_more_than_a_share_of_its_output() -> None:
    p = parameters(market__output_share=0.01, market__output__us=1e12, market__price_limit=1.0, market__capability=0)
    found = market.step(told(p), p, policy(), np)
    assert found["revenue"][US] <= 1e10  # 0.01 * 1e12, though 1e11 is wanted


@settings(max_examples=20, deadline=None)
@given(elasticity=st.floats(0.3, 0.8) | st.floats(1.3, 2.5), more=st.floats(1.2, 3))
def test_more_supply_raises_revenue_where_demand_is_elastic_and_lowers_it_where_it_is_not(
    elasticity: float, more: float
) -> None:
    p = parameters(market__elasticity=elasticity, market__price_limit=5.0, market__output_share=1.0,
                   market__adjustment=50.0, market__capability=0, electricity__price__us=0.0)  # fmt: skip
    tight = told(p)
    roomy = {**tight, "accessible": tight["accessible"] * more}
    revenue = []
    for begun in (tight, roomy):
        price = begun["work_price"]
        for _ in range(30):  # until the price has settled
            found = market.step({**begun, "work_price": price}, p, policy(dt=1.0), np)
            price = found["work_price"]
        revenue.append(found["revenue"].sum())
    assert (revenue[1] > revenue[0]) == (elasticity > 1)


@given(supply=st.floats(1, 1e12), spend=st.floats(1e3, 1e14), step_=st.floats(0.01, 2))
def test_any_step_is_stable_and_nobody_gets_more_than_there_is(supply: float, spend: float, step_: float) -> None:
    p = parameters()
    begun = told(p, supply_then=np.full((2, 1), 1e6)) | {"accessible": np.full((len(BLOCS), 1), supply)}
    begun["spend"] = np.full((len(BLOCS), 1), spend)
    found = market.step(begun, p, policy(dt=step_), np)
    assert (found["utilisation"] <= 1).all()
    assert all(np.isfinite(v).all() and (np.asarray(v) >= 0).all() for k, v in found.items() if k != "knowledge_then")


def test_in_observed_quarters_what_is_wanted_is_paid() -> None:
    p = parameters()
    found = market.step(told(p), p, policy(after=0.0), np)
    assert found["revenue"] == pytest.approx(np.full((5, 1), 1e11))
    assert found["work_price"] == pytest.approx(np.ones((2, 1)))


def test_switched_off_revenue_needs_no_compute() -> None:
    p = parameters(market__elasticity=0.5)
    begun = told(p, price_index=[0.25], price_then=[1.0], accessible=np.zeros((5, 1)))
    found = market.none(begun, p, policy(), np)
    assert found["revenue"][US] == pytest.approx([1e11 * 0.25**0.5])  # 0.25 ** (1 - 0.5) = 0.5
