"""Deployment: worked cases of lag, retirement, smuggling and shares; books that balance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import deployment
from rechenmacht.domains.race.axes import BLOCS, CHIPS, CN, HUAWEI, MEASURES, NVIDIA, OWNERS, US, VENDORS
from tests.race.cases import parameters, policy, state


def told(p: dict, made: float = 1000.0, **changed: object) -> dict:
    chips = np.zeros((len(MEASURES), len(VENDORS), 1))
    chips[:, NVIDIA] = made
    share = np.zeros((len(BLOCS), len(VENDORS), 1))
    share[:, NVIDIA] = 1.0
    usual = {"made": chips, "share": share, "budget": np.ones((5, 1)), "installed": np.zeros((5, 5, 1)),
             "stock": np.zeros((8, 5, 1))}  # fmt: skip
    begun = state(p, **(usual | changed))
    return {name: begun[name] for name in deployment.READS}


def dated(**changed: object) -> dict:
    owners = np.zeros((len(VENDORS), len(OWNERS)))
    owners[:, OWNERS.index("meta")] = 0.75
    owners[:, OWNERS.index("europe")] = 0.25
    return policy(owner_share=owners, **changed)


def test_worked_case_waiting_running_and_retiring() -> None:
    p = parameters(deployment__installation_lag=0.25, deployment__retirement=0.2, deployment__retirement_response=0)
    installed = np.zeros((5, 5, 1))
    installed[:, US] = 500.0
    found = deployment.step(told(p, made=0.0, installed=installed, waiting=installed), p, dated(), np)
    # ready 500 * (1 - exp(-0.25 / 0.25)) = 316.06; lost 500 * (1 - exp(-0.2 * 0.25)) = 24.39
    assert found["waiting"][CHIPS, US] == pytest.approx([500 - 316.06], rel=1e-4)
    assert found["installed"][CHIPS, US] == pytest.approx([500 + 316.06 - 24.39], rel=1e-4)
    assert found["retired"][CHIPS] == pytest.approx([24.39], rel=1e-3)


def test_worked_case_what_arrives_does_so_evenly_over_the_step() -> None:
    p = parameters(deployment__installation_lag=0.25, deployment__retirement=1e-12)
    found = deployment.step(told(p), p, dated(), np)
    arrived = found["waiting"][CHIPS] + found["installed"][CHIPS]
    # 1 - (1 - exp(-1)) * 0.25 / 0.25 = 0.367879 of it runs; if it had all come at the step's beginning, 0.632121
    assert found["installed"][CHIPS, US] == pytest.approx(0.367879 * arrived[US], rel=1e-5)


def test_three_months_install_as_much_as_a_quarter() -> None:
    p = parameters(deployment__installation_lag=0.3, deployment__retirement=1e-12)
    quarter = deployment.step(told(p, made=300.0), p, dated(), np)["installed"][CHIPS]
    begun = told(p, made=100.0)
    for _ in range(3):
        months = deployment.step(begun, p, dated(dt=1 / 12), np)
        begun = begun | {name: months[name] for name in begun if name in months}
    assert months["installed"][CHIPS] == pytest.approx(quarter, rel=1e-9)


def test_worked_case_budgets_decide_between_blocs_and_observed_shares_within_one() -> None:
    p = parameters()
    p |= {name: np.array([0.0]) for name in p if name.startswith("deployment.tilt")}
    begun = told(p, budget=np.array([[3.0], [9.0], [1.0], [0.0], [0.0]]))
    found = deployment.step(begun, p, dated(), np)["bought"][CHIPS]
    # outside China 3 / 4 * 1,000 = 750 chips to the United States and 1 / 4 * 1,000 = 250 to Europe; in the United States all go to Meta as observed
    assert found[OWNERS.index("meta")] == pytest.approx([750.0])
    assert found[OWNERS.index("europe")] == pytest.approx([250.0])


def test_worked_case_smuggled_chips_change_hands() -> None:
    p = parameters()
    smuggled = np.full((5, 1), 100.0)
    begun = told(p, budget=np.array([[0.0], [0.0], [0.0], [0.0], [1.0]]), smuggled=smuggled)
    found = deployment.step(begun, p, dated(), np)["bought"][CHIPS]
    # all 1,000 go to the rest of the world; 1,000 - 100 = 900 stay there, 100 go on to China
    assert found[OWNERS.index("rest")] == pytest.approx([900.0])
    assert found[OWNERS.index("china")] == pytest.approx([100.0])


def test_worked_case_smuggled_chips_are_paid_for_with_a_premium() -> None:
    p = parameters(export_controls__smuggling_premium=0.5)
    begun = told(p, budget=np.array([[0.0], [0.0], [0.0], [0.0], [1.0]]), smuggled=np.full((5, 1), 100.0),
                 price=np.full((8, 1), 1e4))  # fmt: skip
    found = deployment.step(begun, p, dated(), np)
    # China 100 * 10,000 * 1.5 / 0.25 = 6e6 a year, of which the premium 2e6; the first buyers 900 * 10,000 / 0.25 = 3.6e7
    assert found["sales_usd"][CN, NVIDIA] == pytest.approx([6e6])
    assert found["premium_usd"] == pytest.approx([2e6])
    assert found["sales_usd"].sum() - 2e6 == pytest.approx(1000 * 1e4 / 0.25)
    assert found["stock"][NVIDIA, CN] == pytest.approx([100.0])
    assert found["smuggled_stock"] == pytest.approx([100.0])


def test_worked_case_ships_that_do_not_sail() -> None:
    free, held = (parameters(deployment__shipping_stop=s, deployment__installation_lag=0.25) for s in (0.0, 0.4))
    a, b = (deployment.step(told(p), p, dated(), np)["installed"].sum() for p in (free, held))
    assert b / a == pytest.approx(0.6)  # 1 - 0.4 of what was ready


def test_chinese_makers_sell_at_home_what_is_ordered_there() -> None:
    p = parameters()
    made = np.zeros((5, 8, 1))
    made[:, HUAWEI] = 100.0
    share = np.zeros((5, 8, 1))
    share[:, HUAWEI] = 1.0
    home = np.ones((8, 1))
    home[HUAWEI] = 0.8
    found = deployment.step(told(p, made=0.0) | {"made": made, "share": share, "home_share": home}, p, dated(), np)
    assert found["bought"][CHIPS, OWNERS.index("china")] == pytest.approx([80.0])
    assert found["stock"][HUAWEI, CN] == pytest.approx([80.0])


@given(made=st.floats(0, 1e7), legal=st.floats(0, 0.5), smuggled=st.floats(0, 1), lag=st.floats(0.05, 2))
def test_owners_sum_to_sales_and_every_chip_is_somewhere(
    made: float, legal: float, smuggled: float, lag: float
) -> None:
    p = parameters(deployment__installation_lag=lag)
    to_china = np.zeros((5, 8, 1))
    to_china[:, NVIDIA] = made * legal
    begun = told(p, made, to_china=to_china, smuggled=np.full((5, 1), made * smuggled))
    for after in (0.0, 1.0):
        found = deployment.step(begun, p, dated(after=after), np)
        assert found["bought"].sum(1) == pytest.approx(np.full((5, 1), made), rel=1e-9)
        held = found["waiting"].sum(1) + found["installed"].sum(1) + found["retired"]
        assert held == pytest.approx(np.full((5, 1), made), rel=1e-9)
        assert min(float(np.min(found[n])) for n in ("waiting", "installed", "bought", "stock")) >= 0


def test_switched_off_stocks_stay() -> None:
    p = parameters()
    assert not {"installed", "waiting", "bought"} & set(deployment.none(told(p), p, dated(), np))
