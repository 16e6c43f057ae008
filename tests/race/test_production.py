"""Production: worked cases of what is observed, ordered and limited; properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import production, supply
from rechenmacht.domains.race.axes import BLOCS, CHIPS, CN, H100E_8BIT, HUAWEI, MEASURES, NVIDIA, REST, US, VENDORS
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    made = np.full((len(MEASURES), len(VENDORS), 1), 1e6)
    usual = {"made": made, "capacity": np.full((6, 1), 1e12), "budget": np.zeros((5, 1)),
             "line": np.full((len(VENDORS), 1), 4e6)}  # fmt: skip
    begun = state(p, **(usual | changed))
    return {name: begun[name] for name in production.READS}


def orders(bloc: int, vendor: int, usd: float) -> dict:
    """Return a state in which one bloc spends `usd` a year on one vendor's chips."""
    budget, share = np.zeros((len(BLOCS), 1)), np.zeros((len(BLOCS), len(VENDORS), 1))
    budget[bloc], share[bloc, vendor] = usd, 1.0
    return {"budget": budget, "share": share}


def test_worked_case_observed_quarters_follow_the_published_band() -> None:
    p = parameters(production__level__nvidia=1)
    seen = policy(after=0.0, running_mid=np.log(np.full((5, 8), 100.0)), running_high=np.full((5, 8), np.log(1.2)))
    begun = told(p, delivered=np.full((5, 8, 1), 90.0))
    found = production.step(begun, p, seen, np)
    # At the upper end of the band the running total is 100 * 1.2 = 120; 120 - 90 = 30 were made.
    assert found["made"][:, NVIDIA] == pytest.approx(np.full((5, 1), 30.0))
    assert found["delivered"][:, NVIDIA] == pytest.approx(np.full((5, 1), 120.0))


def test_worked_case_orders() -> None:
    p = parameters(production__price_growth=0)
    price = np.full((8, 1), 2e4)
    begun = told(p, **orders(US, NVIDIA, 8e10))
    abroad, home, _ = production.ordered(begun, p, price, 0.25, np)
    # 8e10 USD a year / 20,000 USD * a quarter = 1,000,000 chips; none of them for China
    assert abroad[NVIDIA] == pytest.approx([1e6])
    assert home[NVIDIA] == 0


def test_worked_case_china_orders_at_home_what_it_cannot_buy_abroad() -> None:
    p = parameters(production__china__displaced=0.5)
    price = np.full((8, 1), 2e4)
    begun = told(p, **orders(CN, HUAWEI, 1e10), china_usd=[4e9])
    abroad, home, planned = production.ordered(begun, p, price, 0.25, np)
    # 1e10 a year, less half of the 4e9 spent abroad: 8e9 / 20,000 * 0.25 = 100,000 chips at home
    assert home[HUAWEI] == pytest.approx([100_000.0])
    assert planned[HUAWEI] == pytest.approx([125_000.0])  # 1e10 / 20,000 * 0.25, if it bought nothing abroad
    assert abroad[HUAWEI] == 0


def test_worked_case_what_foreign_chips_free_is_not_exported() -> None:
    china = {
        "production__china__wafers_per_month": 1000.0, "production__china__wafer_growth": 0.0,
        "production__china__ascend_allocation": 1.0, "production__china__gross_dies": 80.0,
        "production__china__yield": 0.5, "production__china__breach": 0.0, "production__china__dies_per_chip": 2.0,
        "production__china__bank_time": 1e-9, "production__china__tool_service": 1.0,
        "production__china__displaced": 1.0, "production__price__huawei": 2e4, "production__price_growth": 0.0,
    }  # fmt: skip
    p = parameters(**china)
    at_home, elsewhere = (orders(b, HUAWEI, usd) for b, usd in ((CN, 1.2e10), (REST, 4e9)))
    asked = {name: at_home[name] + elsewhere[name] for name in at_home}
    bank = {"die_bank": [0.0], "hbm_bank": [1e9]}
    some, none = (production.step(told(p, **asked, **bank, china_usd=[usd]), p, policy(), np) for usd in (6e9, 0.0))
    # New dies make 60,000 chips a quarter (12 * 1,000 * 80 * 0.5 / 4 / 2). Orders: abroad 4e9 / 20,000 / 4 = 50,000,
    # at home 1.2e10 / 20,000 / 4 = 150,000; so 60 / 200 of those abroad are served: 15,000, and 45,000 at home.
    assert none["made"][CHIPS, HUAWEI] == pytest.approx([60_000.0])
    assert none["home_share"][HUAWEI] == pytest.approx([0.75])
    # 6e9 of foreign chips halve the orders at home to 75,000: still 45,000 are served, and 15,000 leave, no more.
    assert some["made"][CHIPS, HUAWEI] * (1 - some["home_share"][HUAWEI]) == pytest.approx([15_000.0])


def test_worked_case_huawei_is_limited_by_memory_then_by_dies() -> None:
    china = {
        "production__china__wafers_per_month": 1000.0, "production__china__wafer_growth": 0.0,
        "production__china__ascend_allocation": 1.0, "production__china__gross_dies": 80.0,
        "production__china__yield": 0.5, "production__china__breach": 0.0, "production__china__dies_per_chip": 2.0,
        "production__china__stacks_per_chip": 8.0, "production__china__hbm_2026": 3.2e5, "production__ramp": 50.0,
        "production__china__hbm_abroad": 0.0, "production__china__bank_time": 1e-9, "production__china__tool_service": 1.0,
    }  # fmt: skip
    p = parameters(**china)
    bank = {"die_bank": [1e9], "hbm_bank": [0.0]}
    found = production.step(told(p, **orders(CN, HUAWEI, 1e13), **bank), p, policy(), np)
    # stacks: 320,000 / 4 = 80,000 a quarter / 8 = 10,000 chips
    assert found["made"][CHIPS, HUAWEI] == pytest.approx([10_000.0])
    assert found["hbm_bank"] == pytest.approx([0.0], abs=1e-6)
    bank = {"die_bank": [0.0], "hbm_bank": [1e9]}
    found = production.step(told(p, **orders(CN, HUAWEI, 1e13), **bank), p, policy(), np)
    # dies: 12 * 1,000 * 80 * 0.5 / 4 = 120,000 a quarter / 2 = 60,000 chips
    assert found["made"][CHIPS, HUAWEI] == pytest.approx([60_000.0])


def test_worked_case_packaging_rations_everyone_alike() -> None:
    p = parameters(production__ramp=50.0, production__capacity_growth_long=0.0, production__price_growth=0.0)
    p |= {f"production.capacity_growth.{r}": np.array([0.0]) for r in supply.RESOURCES}
    p["production.capacity_common"] = np.array([0.0])
    free = production.step(told(p, **orders(US, NVIDIA, 4e10)), p, policy(), np)["made"][CHIPS, NVIDIA, 0]
    worth = state(p)["worth"] * np.exp(
        production._per_chip_growth(p, np) * 2 ** (-0.25 / p["production.per_chip_half_life"]) / 4
    )
    chips = np.zeros((8, 1))
    chips[NVIDIA] = free
    needed = supply.needs(chips, worth, p, np.array([0.25]), np)[2, 0]
    tight = np.full((6, 1), 1e12)
    tight[supply.PACKAGING] = needed / 2
    half = production.step(told(p, **orders(US, NVIDIA, 4e10), capacity=tight), p, policy(), np)
    assert half["made"][CHIPS, NVIDIA] == pytest.approx([free / 2])  # half the packaging: 1 / 2 of the chips
    assert half["unfilled"] == pytest.approx([0.5])
    assert half["over"] == pytest.approx([np.log(2)])


def test_worked_case_a_shortage_leaves_the_line() -> None:
    p = parameters(production__ramp=0.8)
    short = told(p, **orders(US, NVIDIA, 1e14), made=np.full((5, 8, 1), 1e5))
    found = production.step(short, p, policy(), np)
    # a line of 4e6 a year may make 4e6 / 4 * exp(0.8 / 4), whatever the last quarter's shortage left: 100,000
    assert found["made"][CHIPS, NVIDIA] == pytest.approx(1e6 * np.exp([0.2]))


def test_worked_case_luck_of_vendors_sums_to_nothing() -> None:
    share = np.full((5, 8, 1), 1 / 8)
    luck = np.zeros((8, 1))
    luck[NVIDIA] = np.log(2)
    found = production.tilted(share, luck, np)
    # NVIDIA 2 / 8 of 9 / 8: 2 / 9, the others 1 / 9 each; together still 1
    assert found[0, NVIDIA] == pytest.approx([2 / 9])
    assert found.sum(1) == pytest.approx(np.ones((5, 1)))


def test_worked_case_chips_for_china_are_made_at_their_own_strength() -> None:
    p = parameters()
    due = np.zeros((5, 8, 1))
    due[CHIPS, NVIDIA], due[H100E_8BIT, NVIDIA] = 1000.0, 200.0
    found = production.step(told(p, china_due=due), p, policy(), np)
    assert found["for_china"] == pytest.approx(due)
    assert found["made"][H100E_8BIT, NVIDIA] == pytest.approx([200.0])  # 1,000 chips of 0.2, nothing grossed up


def test_worked_case_an_outage_of_wafers() -> None:
    p = parameters(production__outage__wafers_n3=1.0, production__outage__wafers_n4=0.5)
    found = supply.usable(np.full((6, 1), 10.0), p, np.array([0.0]), np)
    assert found[:, 0] == pytest.approx([5.0, 30.0, 10.0])  # 10 * 0.5 + 10 * 0 of wafers; memory and packaging whole


def test_worked_case_fabs_without_service_wear_out() -> None:
    p = parameters(production__china__tool_service=0.0, production__china__tool_decay=0.2)
    assert supply.fabs(np.array([1.0]), p, policy(), np) == pytest.approx([np.exp(-0.05)])  # exp(-0.2 / 4)


def test_output_cannot_jump() -> None:
    p = parameters(production__ramp=0.8)
    found = production.step(told(p, **orders(US, NVIDIA, 1e14)), p, policy(), np)
    assert found["made"][CHIPS, NVIDIA] == pytest.approx(1e6 * np.exp([0.2]))  # exp(0.8 / 4) on the quarter before


@given(hbm=st.floats(0, 1e7), dies=st.floats(0, 1e7), usd=st.floats(0, 1e13), memory=st.floats(1e3, 1e9))
def test_banks_never_go_below_zero_and_more_memory_never_makes_fewer_chips(
    hbm: float, dies: float, usd: float, memory: float
) -> None:
    p, q = (parameters(production__china__hbm_2026=m, production__ramp=50.0) for m in (memory, memory * 1.5))
    begun = {"die_bank": [dies], "hbm_bank": [hbm], **orders(CN, HUAWEI, usd)}
    less, more = (production.step(told(r, **begun), r, policy(), np) for r in (p, q))
    assert min(less["die_bank"][0], less["hbm_bank"][0]) >= -1e-6 * max(1.0, dies, hbm)
    assert more["made"][CHIPS, HUAWEI] >= less["made"][CHIPS, HUAWEI]


def test_a_chip_keeps_its_proportions() -> None:
    p = parameters()
    found = production.step(told(p, **orders(US, NVIDIA, 4e10)), p, policy(), np)
    per_chip = found["made"][H100E_8BIT, NVIDIA] / found["made"][CHIPS, NVIDIA]
    assert per_chip == pytest.approx(found["worth"][H100E_8BIT, NVIDIA])


def test_switched_off_nothing_is_made_after_the_observed_quarters() -> None:
    p = parameters()
    found = production.none(told(p), p, policy(), np)
    assert not found["made"].any()
    assert production.none(told(p), p, policy(after=0.0, running_mid=np.full((5, 8), 20.0)), np)["made"].any()


def test_worked_case_who_smuggles_orders_too() -> None:
    p = parameters(production__price_growth=0)
    moved = np.zeros((len(MEASURES), 1))
    moved[CHIPS] = 60_000.0
    abroad, _, _ = production.ordered(
        told(p, **orders(US, NVIDIA, 8e10), smuggled=moved), p, np.full((8, 1), 2e4), 0.25, np
    )
    assert abroad[NVIDIA] == pytest.approx([1e6 + 60_000.0])  # the buyers' own orders, and what was moved a step before


def test_worked_case_chinese_makers_cannot_leap_to_what_fabs_would_allow() -> None:
    p = parameters(production__ramp=0.8)
    line = np.full((len(VENDORS), 1), 4e4)
    found = production.step(
        told(p, **orders(CN, HUAWEI, 1e13), line=line, die_bank=[1e9], hbm_bank=[1e9]), p, policy(), np
    )
    # a line of 40,000 a year makes 10,000 * exp(0.8 / 4) in a quarter, whatever dies and memory there are
    assert found["made"][CHIPS, HUAWEI] == pytest.approx(1e4 * np.exp([0.2]))


def test_worked_case_banks_are_drawn_on_in_observed_quarters_since_2026() -> None:
    china = {
        "production__china__wafers_per_month": 1000.0, "production__china__wafer_growth": 0.0,
        "production__china__ascend_allocation": 1.0, "production__china__gross_dies": 80.0,
        "production__china__yield": 0.5, "production__china__breach": 0.0, "production__china__dies_per_chip": 2.0,
        "production__china__stacks_per_chip": 8.0, "production__china__hbm_2026": 3.2e5,
        "production__china__hbm_abroad": 0.0, "production__china__bank_time": 1e-9,
        "production__china__tool_service": 1.0, "production__history__huawei__2026": 400_000.0,
    }  # fmt: skip
    p, banks = parameters(**china), {"die_bank": [1e6], "hbm_bank": [2e6]}
    seen = {"after": 0.0, "year": 2026.25}
    found = production.step(told(p, **banks), p, policy(**seen), np)
    # 400,000 / 4 = 100,000 chips: 120,000 new dies less 200,000 used, 80,000 new stacks less 800,000 used
    assert found["made"][CHIPS, HUAWEI] == pytest.approx([100_000.0])
    assert found["die_bank"] == pytest.approx([1e6 + 120_000 - 200_000])
    assert found["hbm_bank"] == pytest.approx([2e6 + 80_000 - 800_000])
    short = production.step(told(p, die_bank=[1e6], hbm_bank=[320_000.0]), p, policy(**seen), np)
    # 320,000 + 80,000 stacks are enough for 50,000 chips, so no more were delivered
    assert short["made"][CHIPS, HUAWEI] == pytest.approx([50_000.0])
    assert short["hbm_bank"] == pytest.approx([0.0], abs=1e-6)
    before = production.step(told(p, **banks), p, policy(**seen | {"year": 2025.75}), np)
    assert (before["die_bank"], before["hbm_bank"]) == (pytest.approx([1e6]), pytest.approx([2e6]))


def test_worked_case_memory_of_a_year_stands_in_its_middle() -> None:
    p = parameters(production__china__hbm_2026=1e6, production__china__hbm_2027=4e6, production__china__hbm_growth=0.4)
    when = (2026.0, 2026.5, 2027.0, 2027.5, 2028.5)
    found = [float(supply.memory(p, np.array([x]), np)[0]) for x in when]
    assert found == pytest.approx([1e6, 1e6, 2.5e6, 4e6, 4e6 * np.exp(0.4)])
