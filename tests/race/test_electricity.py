"""Electricity: worked cases of need, queues and headroom; properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import electricity
from rechenmacht.domains.race.axes import BLOCS, CHIP_POWER, US
from tests.race.cases import parameters, policy, state


def told(p: dict, mw: float = 1000.0, **changed: object) -> dict:
    installed = np.zeros((5, len(BLOCS), 1))
    installed[CHIP_POWER] = mw
    begun = state(p, **({"installed": installed, "connected": np.zeros((5, 1)), "load": np.zeros((5, 1))} | changed))
    return {name: begun[name] for name in electricity.READS}


def test_worked_case_needed_power() -> None:
    p = parameters(electricity__server_overhead=1.5, electricity__pue__us=1.2)
    # 1,000 MW of chips * 1.5 * 1.2 / 1000 = 1.8 GW at the site
    assert electricity.load_gw(told(p)["installed"], p, np)[US] == pytest.approx([1.8])


def test_worked_case_the_grid_connects_no_more_than_its_headroom() -> None:
    p = parameters(electricity__lead__grid__us=0.25, electricity__firm_growth__us=4, electricity__on_time=1)
    queued = np.zeros((3, len(BLOCS), 1))
    queued[electricity.GRID, US] = 10.0
    begun = told(p, mw=0.0, queued=queued, headroom=np.full((5, 1), 2.0))
    found = electricity.step(begun, p, policy(), np)
    # ready 10 * (1 - exp(-1)) = 6.32 GW, but headroom is 2 + 4 * 0.25 = 3 GW
    assert found["connected"][US] == pytest.approx([3.0])
    assert found["headroom"][US] == pytest.approx([0.0])
    assert found["queued"][electricity.GRID, US] == pytest.approx([7.0])
    assert found["added_gw"][US] == pytest.approx([12.0])  # 3 GW in a quarter are 12 a year


def test_worked_case_chips_wait_for_power() -> None:
    p = parameters(electricity__server_overhead=1.5, electricity__pue__us=1.2, electricity__utilisation=0.7)
    found = electricity.step(told(p, connected=np.full((5, 1), 0.9), load=np.full((5, 1), 1.8)), p, policy(), np)
    # 0.9 of 1.8 GW: half of the chips run; 0.9 GW * 0.7 * 8.76 = 5.52 TWh a year
    assert found["power_served"][US] == pytest.approx([0.5], abs=0.02)
    assert found["electricity_twh"][US] == pytest.approx([5.52], rel=0.04)


def test_worked_case_chips_that_are_not_in_place_need_no_power_yet() -> None:
    p = parameters(electricity__server_overhead=1.5, electricity__pue__us=1.2)
    waiting = np.zeros((5, len(BLOCS), 1))
    waiting[CHIP_POWER] = 1000.0
    begun = told(p, waiting=waiting, connected=np.full((5, 1), 1.8), remote=np.full((5, 1), -50.0))
    begun["installed"][1] = 300.0
    found = electricity.step(begun, p, policy(), np)
    # 1.8 GW run what is installed, 300 H100e, of which 50 are rented out; 3.6 GW are planned for
    assert found["power_served"][US] == pytest.approx([1.0])
    assert found["powered"][US] == pytest.approx([300.0])
    assert found["accessible"][US] == pytest.approx([250.0])
    assert found["load"][US] == pytest.approx([3.6])


def test_worked_case_the_first_quarter_goes_on_from_the_last_observed() -> None:
    p = parameters(electricity__spare_2025=0.0, electricity__on_time=0.5, electricity__server_overhead=1.5,
                   electricity__pue__us=1.2)  # fmt: skip
    plenty = {"headroom": np.full((5, 1), 1e3)}
    seen = electricity.step(told(p, connected=np.full((5, 1), 1.0), **plenty), p, policy(after=0.0), np)
    # 1.8 GW were needed and 1 GW stood: 0.8 GW came, so 0.8 / 0.5 = 1.6 GW must have been due of the queues
    ready = seen["queued"] * (1 - np.exp(-0.25 / electricity.lead_times(p, np)))
    assert ready[:, US].sum() >= 1.6 - 1e-9


def test_worked_case_an_outage_darkens_chips() -> None:
    p = parameters(electricity__outage__us=0.25, electricity__server_overhead=1.5, electricity__pue__us=1.2)
    found = electricity.step(told(p, connected=np.full((5, 1), 1.8), load=np.full((5, 1), 1.8)), p, policy(), np)
    assert found["power_served"][US] == pytest.approx([0.75], abs=0.02)  # 1.8 * (1 - 0.25) = 1.35 of 1.8 GW


def test_worked_case_what_running_costs() -> None:
    p = parameters(electricity__server_overhead=1.5, electricity__pue__us=1.2, electricity__utilisation=0.5,
                   electricity__price__us=100.0)  # fmt: skip
    begun = told(p, connected=np.full((5, 1), 9.0))
    begun["installed"][1] = 1e6
    found = electricity.step(begun, p, policy(), np)["power_cost"]
    # 1.8 GW / 1e6 H100e * 8.76e6 h*1000 * 0.5 * 100 USD/MWh = 788.4 USD a year
    assert found[US] == pytest.approx([788.4])


def test_in_observed_quarters_what_runs_was_connected() -> None:
    p = parameters()
    found = electricity.step(told(p), p, policy(after=0.0), np)
    assert found["power_served"] == pytest.approx(np.ones((5, 1)))


def test_the_worlds_turbines_are_shared() -> None:
    p = parameters(electricity__lead__turbine=0.1, electricity__on_time=1, electricity__turbine_growth=0)
    queued = np.zeros((3, len(BLOCS), 1))
    queued[electricity.TURBINE] = 1000.0
    found = electricity.step(told(p, mw=0.0, queued=queued), p, policy(), np)
    most = p["electricity.turbine_output"] * p["electricity.turbine_share"] / 4
    assert found["connected"].sum() == pytest.approx(most)


@given(firm=st.floats(0, 50), mw=st.floats(0, 1e5), queued=st.floats(0, 100), headroom=st.floats(0, 100))
def test_less_grid_never_connects_more_and_nothing_is_negative(
    firm: float, mw: float, queued: float, headroom: float
) -> None:
    found = []
    for growth in (firm, firm * 0.5):
        p = parameters(electricity__firm_growth__us=growth)
        start = {"queued": np.full((3, 5, 1), queued), "headroom": np.full((5, 1), headroom)}
        found.append(electricity.step(told(p, mw, **start), p, policy(), np))
    assert found[1]["connected"][US] <= found[0]["connected"][US] + 1e-9
    for name, value in found[0].items():
        assert (np.asarray(value) >= -1e-9).all(), name
    assert (found[0]["power_served"] <= 1).all()


def test_switched_off_power_is_never_short() -> None:
    p = parameters()
    assert (electricity.none(told(p, mw=1e6), p, policy(), np)["power_served"] == 1).all()


def test_what_stood_at_the_beginning_had_its_power_and_left_no_queue_behind() -> None:
    """If all power of 2021 had been connected in the first step, its queue would have to have been many times as long."""
    p = parameters()
    begun = state(p)
    needed = electricity.load_gw(begun["installed"], p, np)
    assert begun["connected"] == pytest.approx(needed * (1 + p["electricity.spare_2025"]))
    found = electricity.step({name: begun[name] for name in electricity.READS}, p, policy(after=0.0), np)
    assert found["connected"] == pytest.approx(begun["connected"])
    assert found["queued"].sum(0)[US] < needed[US]
