"""Scarcity: worked cases of margin and building."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import scarcity
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    begun = state(p, **changed)
    return {name: begun[name] for name in scarcity.READS}


def test_worked_case_unfilled_orders_raise_the_margin_and_it_fades() -> None:
    p = parameters(scarcity__answer=0.8, scarcity__fade=0.4)
    # ln 1.1 = 0.095310; + 0.8 * 0.5 * 0.25 = 0.1; / (1 + 0.4 * 0.25) = 0.195310 / 1.1 = 0.177555; exp = 1.194292
    found = scarcity.step(told(p, margin=[1.1], unfilled=[0.5]), p, policy(), np)
    assert found["margin"] == pytest.approx([1.194292], rel=1e-5)


def test_worked_case_a_backlog_builds() -> None:
    p = parameters(scarcity__build=0.5, scarcity__lead_time=1.0)
    found = scarcity.step(told(p, over=[0.4]), p, policy(), np)
    # 0.4 * (1 - exp(-0.25)) = 0.4 * 0.221199 = 0.088480; 0.5 * 0.088480 = 0.044240 a year
    assert found["building"] == pytest.approx([0.044240], rel=1e-4)


@given(unfilled=st.floats(0, 1), margin=st.floats(0.5, 5), over=st.floats(-5, 5))
def test_margins_rise_with_shortage_and_building_stays_bounded(unfilled: float, margin: float, over: float) -> None:
    p = parameters()
    less, more = (
        scarcity.step(told(p, unfilled=[u], margin=[margin], over=[over]), p, policy(), np) for u in (unfilled, 1.0)
    )
    assert more["margin"] >= less["margin"]
    assert abs(less["building"][0]) <= p["scarcity.build"][0] * 0.8 + 1e-12


def test_switched_off_margins_and_building_stand_still() -> None:
    p = parameters()
    found = scarcity.none(told(p, margin=[2.0], backlog=[1.0]), p, policy(), np)
    assert (found["margin"], found["building"]) == (pytest.approx([1.0]), pytest.approx([0.0]))
