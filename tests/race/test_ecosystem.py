"""Ecosystem: worked cases of price, effort and switching cost, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import ecosystem
from rechenmacht.domains.race.axes import AMD, BLOCS, NVIDIA, VENDORS
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    even = np.full((len(BLOCS), len(VENDORS), 1), 1 / len(VENDORS))
    begun = state(p, share=even, share_then=even, **changed)
    return {name: begun[name] for name in ecosystem.READS}


def everywhere(value: np.ndarray) -> np.ndarray:
    return np.stack([value] * len(BLOCS))


def neutral(**changed: float) -> dict:
    """Return parameters in which all vendors are alike and nothing but value decides."""
    p = parameters(ecosystem__network=0, ecosystem__beta=1, ecosystem__fresh=0, ecosystem__chip_life=0, **changed)
    alike = {"maturity_max": 1.0, "maturity_speed": 50.0, "maturity_year": 2000.0, "effort": 0.0, "appeal": 0.0}
    for name, value in alike.items():
        p |= {f"ecosystem.{name}.{v}": np.array([value]) for v in VENDORS}
    return p | {f"ecosystem.openness.{name}": np.array([1.0]) for name in ("cn_abroad", "us_in_china", "open")}


def test_worked_case_maturity() -> None:
    p = parameters(
        ecosystem__maturity_max__amd=0.9, ecosystem__maturity_speed__amd=1, ecosystem__maturity_year__amd=2024
    )
    # 0.9 / (1 + exp(1 * (2024 - 2026))) = 0.9 / (1 + 0.135335) = 0.79272
    assert ecosystem.maturity(p, np.array([2026.0]), np)[AMD] == pytest.approx([0.79272], rel=1e-5)


def test_worked_case_a_price_cut_of_40_percent() -> None:
    p = neutral(ecosystem__switching=0, ecosystem__renewal=1e9)
    worth = state(p)["worth"]
    before = everywhere(worth[1] / 1e4)  # value per dollar then, all alike
    price = np.full((len(VENDORS), 1), 1e4)
    price[AMD] = 6e3
    found = ecosystem.step(
        told(p, price=price, value_then=before, base=np.ones((8, 1)), base_then=np.ones((8, 1))),
        p,
        policy(ahead=1.0),
        np,
    )
    # value 1 / 0.6 = 1.667 of what it was; all is chosen anew: share = 1.667 / (7 + 1.667) = 0.1923
    assert found["share"][0, AMD] == pytest.approx([1.6667 / 8.6667], rel=1e-4)


def test_worked_case_a_cheaper_chip_that_costs_more_engineering() -> None:
    p = neutral(ecosystem__switching=0, ecosystem__renewal=1e9)
    p["ecosystem.maturity_speed.amd"], p["ecosystem.maturity_year.amd"] = np.array([0.0]), np.array([0.0])
    p["ecosystem.maturity_max.amd"], p["ecosystem.effort.amd"] = np.array([1.0]), np.array([0.4])
    worth = state(p)["worth"]
    price = np.full((len(VENDORS), 1), 1e4)
    price[AMD] = 6e3
    begun = told(p, price=price, value_then=everywhere(worth[1] / 1e4), base=np.ones((8, 1)), base_then=np.ones((8, 1)))
    found = ecosystem.step(begun, p, policy(ahead=1.0), np)
    # maturity 1 / (1 + 1) = 0.5; effort 0.4 * (1 - 0.5) = 20 %: value 0.5 / (0.6 * 1.2) = 0.6944 of what it was
    assert found["share"][0, AMD] == pytest.approx([0.6944 / 7.6944], rel=1e-4)


def test_worked_case_switching_cost_keeps_the_share() -> None:
    free, bound = (neutral(ecosystem__switching=cost, ecosystem__renewal=1e9) for cost in (0.0, 2.0))
    price = np.full((len(VENDORS), 1), 1e4)
    price[AMD] = 6e3
    worth = state(free)["worth"]
    start = {
        "price": price,
        "value_then": everywhere(worth[1] / 1e4),
        "base": np.ones((8, 1)),
        "base_then": np.ones((8, 1)),
    }
    moved = [
        ecosystem.step(told(p, **start), p, policy(ahead=1.0), np)["share"][0, AMD, 0] - 1 / 8 for p in (free, bound)
    ]
    assert moved[1] == pytest.approx(moved[0] * np.exp(-2))  # a share exp(-2) = 13.5 % of renewals is open to choice


@given(beta=st.floats(0.1, 3), network=st.floats(0, 0.95), price=st.floats(0.05, 20))
def test_shares_sum_to_one_and_a_lower_price_never_loses(beta: float, network: float, price: float) -> None:
    p = parameters(ecosystem__beta=beta, ecosystem__network=network)
    worth = state(p)["worth"]
    base = {"base": np.ones((8, 1)), "base_then": np.ones((8, 1)), "value_then": everywhere(worth[1] / 1e4)}
    found = []
    for factor in (price, price * 1.1):
        cost = np.full((len(VENDORS), 1), 1e4)
        cost[NVIDIA] *= factor
        found.append(ecosystem.step(told(p, price=cost, **base), p, policy(ahead=1.0), np)["share"])
    assert found[0].sum(1) == pytest.approx(np.ones((len(BLOCS), 1)))
    assert (found[0][:, NVIDIA] >= found[1][:, NVIDIA] - 1e-12).all()


def test_worked_case_cheap_power_favours_chips_that_draw_much() -> None:
    p = neutral() | {"ecosystem.chip_life": np.array([4.0])}
    p |= {"electricity.utilisation": np.array([0.5]), "electricity.server_overhead": np.array([1.0])}
    p |= {"electricity.shortage_price": np.array([0.0])}
    begun = told(p, price=np.full((8, 1), 1e4))
    ready = np.ones((8, 1))
    dear = p | {"electricity.price.us": np.array([100.0])}
    cheap = p | {"electricity.price.us": np.array([0.0])}
    with_power, without = (ecosystem.worth_of(begun, q, ready, np)[0, 0] for q in (dear, cheap))
    # 0.3 MW * 8,760 h * 0.5 * 4 years * 100 USD/MWh = 525,600 USD beside a price of 10,000
    assert with_power / without == pytest.approx([1e4 / (1e4 + 525_600)])


def test_third_countries_choose_by_politics_supply_and_worth() -> None:
    p = neutral() | {"ecosystem.fresh": np.array([1.0])}
    begun = told(p, price=np.full((8, 1), 1e4))
    value = ecosystem.worth_of(begun, p, np.ones((8, 1)), np)
    welcome = ecosystem.fresh(begun, p, value, np)
    shut = p | {"ecosystem.politics.cn.gulf": np.array([0.0])}
    closed = ecosystem.fresh(begun, shut, value, np)
    huawei, gulf = VENDORS.index("huawei"), BLOCS.index("gulf")
    assert welcome[gulf, huawei] > 0 == closed[gulf, huawei]
    empty = begun | {"filled": np.where(np.arange(8) == huawei, 0.0, 1.0)[:, None]}
    assert ecosystem.fresh(empty, p, value, np)[gulf, huawei] == 0  # nothing to be had
    assert welcome.sum(1) == pytest.approx(np.ones((len(BLOCS), 1)))


def test_a_closed_market_gives_nothing_to_choose() -> None:
    p = neutral(ecosystem__switching=0, ecosystem__renewal=1e9)
    p["ecosystem.openness.cn_abroad"] = np.array([0.0])
    found = ecosystem.step(told(p), p, policy(ahead=1.0), np)["share"]
    huawei = VENDORS.index("huawei")
    assert found[0, huawei] == 0
    assert found[1, huawei] > 0  # at home


def test_switched_off_shares_stay() -> None:
    p = parameters()
    begun = told(p)
    assert ecosystem.none(begun, p, policy(ahead=1.0), np)["share"] == pytest.approx(begun["share"])
