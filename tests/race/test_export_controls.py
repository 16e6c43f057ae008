"""Export controls: worked cases of offers, orders, smuggling and renting; the rules' dates; properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import export_controls
from rechenmacht.domains.race.axes import CHIPS, CN, H100E_8BIT, H100E_BANDWIDTH, HUAWEI, MEASURES, NVIDIA, US, VENDORS
from rechenmacht.domains.race.ruled import CHIPS_FOR_CHINA, ruled
from rechenmacht.evidence.base import Base
from tests.race.cases import parameters, policy, state

A100, A800, H100, H200, H800, H20 = range(len(CHIPS_FOR_CHINA))


def told(p: dict, **changed: object) -> dict:
    made = np.zeros((len(MEASURES), len(VENDORS), 1))
    made[CHIPS, NVIDIA], made[H100E_8BIT, NVIDIA] = 1e6, 2e6
    begun = state(p, **({"made": made, "price": np.full((8, 1), 3e4), "budget": np.full((5, 1), 1e13)} | changed))
    return {name: begun[name] for name in export_controls.READS}


def _smuggled_usd(found: dict, p: dict) -> np.ndarray:
    return found["smuggled"][CHIPS] * 3e4 * (1 + p["export_controls.smuggling_premium"]) / 0.25


def only(*chips: int) -> np.ndarray:
    return np.isin(np.arange(len(CHIPS_FOR_CHINA)), chips).astype(float)


def test_worked_case_a_cut_down_chip_comes_a_lag_after_the_ban() -> None:
    p = parameters(export_controls__redesign_lag=0.2)
    dated = policy(year=2023.25, free=only(A800), since=only(A800) * 2022.9)
    # ready (2023.25 - 2022.9 - 0.2) / 0.25 = 0.6 of the quarter
    assert export_controls.offered(p, dated, np)[A800] == pytest.approx([0.6])


def test_worked_case_the_stronger_chip_comes_first() -> None:
    p = parameters(export_controls__licensed=0.5, export_controls__acceptance=0.2)
    dated = policy(free=only(H20), case_by_case=only(H200), case_by_case_refused=only(H200))
    found = export_controls.offered(p, dated, np)
    # H200: licensed 0.5 * accepted (1 - 1 * (1 - 0.2)) = 0.2 -> 0.1; the H20 serves the rest, 1 - 0.1 = 0.9
    assert (found[H200], found[H20]) == (pytest.approx([0.1]), pytest.approx([0.9]))


def test_worked_case_a_licence_lets_a_share_of_the_demand_through_not_a_share_for_each_chip() -> None:
    p = parameters(export_controls__licensed=0.3, export_controls__acceptance=0.5)
    dated = policy(free=only(), case_by_case=only(H200, H100, H800, H20), case_by_case_refused=only(H200) * 0.4)
    found = export_controls.offered(p, dated, np)
    # H200: 0.3 - 0.3 * 0.4 * (1 - 0.5) = 0.24; the H100, which nobody refuses, may serve 0.3 and so 0.06 more
    assert (found[H200], found[H100]) == (pytest.approx([0.24]), pytest.approx([0.06]))
    assert (found[H800], found[H20]) == (pytest.approx([0.0]), pytest.approx([0.0]))


def test_worked_case_a_published_count_of_nothing_ends_orders_too() -> None:
    p = parameters(export_controls__delivery_lag=0.5)
    pipe = np.array([[30_000.0], [2_000.0]])
    dated = policy(free=only(H20), after=0.0, none_sold=1.0)
    found = export_controls.step(told(p, china_pipe=pipe), p, dated, np)
    assert not found["to_china"][:, NVIDIA].any()
    assert found["china_pipe"][0] == 0  # NVIDIA's; AMD's goes on
    assert found["china_pipe"][1] > 0


def test_deliveries_of_unchanged_orders_go_on_when_the_history_ends() -> None:
    """What is booked in the last observed step is what a step delivers, not what the delivery lag leaves over."""
    p = parameters(export_controls__delivery_lag=0.15)
    begun, sold = told(p), []
    for _ in range(12):
        found = export_controls.step(begun, p, policy(free=only(H20), after=0.0), np)
        begun |= {name: found[name] for name in ("china_pipe", "china_due", "china_generation")}
        sold.append(float(found["to_china"][CHIPS, NVIDIA, 0]))
    assert sold[-1] == pytest.approx(sold[-2], rel=1e-3)
    assert float(found["china_due"][CHIPS, NVIDIA, 0]) == pytest.approx(sold[-1], rel=1e-3)
    for _ in range(3):
        found = export_controls.step(begun | {"for_china": found["china_due"]}, p, policy(free=only(H20)), np)
        begun |= {name: found[name] for name in ("china_pipe", "china_due", "china_generation")}
        assert float(found["to_china"][CHIPS, NVIDIA, 0]) == pytest.approx(sold[-1], rel=1e-3)


def test_worked_case_a_cheap_weak_chip_sells_in_many_units_and_few_h100_equivalents() -> None:
    p = parameters(
        export_controls__demand=0.15, export_controls__hoarding=0.2, export_controls__quality_elasticity=0.5,
        export_controls__price__h20=12e3, export_controls__delivery_lag=1e-6, export_controls__software_premium=1e6,
    )  # fmt: skip
    worth = np.ones((5, 6))
    worth[H100E_8BIT, H20] = 0.2
    dated = policy(free=only(H20), controlled=1.0, china_worth=worth)
    found = export_controls.step(told(p), p, dated, np)
    assert not found["to_china"].any()  # nothing was made for it yet: what is ordered is booked
    # revenue 1e6 * 30,000 = 3e10; the world gets 2 H100e per 30,000 USD, the H20 0.2 per 12,000: quality 0.25
    # spent 0.15 * 1.2 * 0.25 ** 0.5 = 0.09 of revenue = 2.7e9 USD / 12,000 = 225,000 chips of 0.2 H100e; with no lag
    # the next step delivers these and as many again
    assert found["china_due"][CHIPS, NVIDIA] == pytest.approx([450_000.0])
    assert found["china_due"][H100E_8BIT, NVIDIA] == pytest.approx([90_000.0])
    made = export_controls.step(told(p, for_china=found["china_due"]), p, dated, np)
    assert made["to_china"] == pytest.approx(found["china_due"])  # a step later, each chip at its own strength
    assert made["china_usd"] == pytest.approx(450_000 * 12_000 / 0.25 + _smuggled_usd(made, p))
    assert found["legal_quality"] == pytest.approx([0.25])


def test_worked_case_nobody_pays_more_for_bandwidth_abroad_than_at_home() -> None:
    weak = {"export_controls__quality_elasticity": 0.3, "export_controls__delivery_lag": 1e-6,
            "export_controls__demand": 0.07}  # fmt: skip
    p, free = (parameters(**weak, export_controls__software_premium=x) for x in (1.5, 1e6))
    worth = np.ones((5, 8, 1))
    price = np.full((8, 1), 3e4)
    price[HUAWEI] = 1e4
    worth[H100E_BANDWIDTH, HUAWEI] = 0.8
    dated = policy(free=only(H20))  # one unit of bandwidth for the H20's price
    found, all_ = (export_controls.step(told(q, worth=worth, price=price), q, dated, np) for q in (p, free))
    # abroad 1 / price of an H20, at home 0.8 / 10,000: 1.5 * (1 / 12,166) / 8e-5 = 1.541 -> 1 at a premium of 1.5;
    # with twice the bandwidth at home 0.771 of the demand is left
    assert found["china_due"][CHIPS, NVIDIA] == pytest.approx(all_["china_due"][CHIPS, NVIDIA])
    worth[H100E_BANDWIDTH, HUAWEI] = 1.6
    less = export_controls.step(told(p, worth=worth, price=price), p, dated, np)["china_due"][CHIPS, NVIDIA]
    share = 1.5 / p["export_controls.price.h20"] / (1.6 / 1e4)
    assert less == pytest.approx(share * all_["china_due"][CHIPS, NVIDIA])


def test_worked_case_smuggling_saturates_at_unmet_demand() -> None:
    p = parameters(
        export_controls__demand=0.15, export_controls__smuggled_share=0.05, export_controls__enforcement=0.2,
        export_controls__scarcity_2024=0.5, export_controls__premium_elasticity=1.0, export_controls__acceptance=0.0,
    )  # fmt: skip
    dated = policy(free=only(), controlled=1.0)
    found = export_controls.step(told(p), p, dated, np)
    # nothing legal: scarcity 1, unmet 0.15 * 1e6 = 150,000; pressure 1 / 0.5 = 2; 0.05 * 0.8 * 2 * 1e6 = 80,000
    # 150,000 * (1 - exp(-80,000 / 150,000)) = 150,000 * 0.413359 = 62,004
    assert found["smuggled"][CHIPS] == pytest.approx([62_004.0], rel=1e-4)


def test_worked_case_renting_moves_compute_and_makes_none() -> None:
    p = parameters(export_controls__remote_share=0.03, export_controls__remote_rule=0.5, export_controls__rent_limit=1,
                   allocation__cost_per_h100e=10_000)  # fmt: skip
    installed = np.zeros((5, 5, 1))
    installed[H100E_8BIT, US] = 1e7
    found = export_controls.step(told(p, installed=installed), p, policy(controlled=1.0), np)
    rent, found = found["rent_usd"], found["remote"]
    # 1e7 * 0.03 * (1 - 0.5) = 150,000 go from the United States to China's use
    assert (found[US], found[CN]) == (pytest.approx([-150_000.0]), pytest.approx([150_000.0]))
    assert found.sum() == pytest.approx(0)
    assert rent[CN] == pytest.approx([1.5e9])  # 150,000 * 10,000 USD a year
    assert rent.sum() == pytest.approx(0)


def test_the_rule_engine_dates_the_switches(base: Base) -> None:
    """A100 until August 2022, A800 to October 2023, H20 to April 2025; what Chinese buyers refuse from January 2026."""
    ends = [2022.25 + 0.25 * k for k in range(20)]  # 2022-Q1 to 2026-Q4
    found = ruled(base, ends, 0.25)
    assert found.free[:2, A100].tolist() == [1, 1]
    assert 0.5 < found.free[2, A100] < 0.7  # 26 August lies 57 of 92 days into the quarter
    assert not found.free[3:, A100].any()
    assert found.free[6, A800] == 1
    assert 0.2 < found.free[7, A800] < 0.3  # 23 October 2023
    assert found.free[8:13, H20].tolist() == [1] * 5  # 2024-Q1 to 2025-Q1
    assert 0 < found.free[13, H20] < 0.1  # 9 April 2025
    assert found.case_by_case[-1, H200] == 1
    assert found.case_by_case_refused[-1, [H200, H800, H20]].tolist() == [1, 1, 1]
    # January 2026: Beijing refuses from before the day on which licences begin, so no day is open
    assert found.case_by_case_refused[16, H200] == pytest.approx(found.case_by_case[16, H200])
    assert 0.5 < found.case_by_case[16, H200] < 1
    assert 2022.6 < found.since[A800] < 2022.7
    assert 2023.75 < found.since[H20] < 2023.9


@given(enforcement=st.floats(0, 0.9), share=st.floats(0.001, 0.3), demand=st.floats(0.05, 0.3))
def test_more_enforcement_never_lets_more_through_and_nothing_exceeds_what_is_made(
    enforcement: float, share: float, demand: float
) -> None:
    found = []
    for more in (enforcement, enforcement + 0.1):
        p = parameters(
            export_controls__enforcement=more, export_controls__smuggled_share=share, export_controls__demand=demand
        )
        found.append(export_controls.step(told(p), p, policy(free=only(), controlled=1.0), np))
    assert found[1]["smuggled"][CHIPS] <= found[0]["smuggled"][CHIPS]
    made = told(p)["made"]
    assert (found[0]["to_china"] + 0 <= made + 1e-6).all()
    assert (found[0]["smuggled"] <= made[:, NVIDIA] - found[0]["to_china"][:, NVIDIA] + 1e-6).all()


def test_without_controls_china_buys_its_share_of_the_worlds_chips() -> None:
    p = parameters(export_controls__demand=0.15)
    found = export_controls.none(told(p), p, policy(), np)
    assert found["to_china"][CHIPS, NVIDIA] == pytest.approx([150_000.0])
    assert not found["smuggled"].any()
