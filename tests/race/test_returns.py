"""Returns: worked cases of expectation and of what stands dark."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import returns
from rechenmacht.domains.race.axes import CN, US
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    usual = {
        "earned": np.full((5, 1), 1e11),
        "stock_usd": np.full((5, 1), 1e12),
        "earned_before": np.array([[4e11], [1e11]]),
    }
    begun = state(p, **(usual | changed))
    return {name: begun[name] for name in returns.READS}


def test_worked_case_half_the_return_halves_the_hope() -> None:
    p = parameters(returns__at_first=1.0, returns__patience=0.25, returns__horizon=1.0, returns__memory=1e9)
    begun = told(p, return_then=np.full((2, 1), 0.2), expectation=np.ones((5, 1)))
    found = returns.step(begun, p, policy(), np)
    # 4e11 / 4e12 = 0.1, half of 0.2; expectation 1 + (0.5 - 1) * (1 - exp(-0.25 / 0.25)) = 1 - 0.5 * 0.632121 = 0.68394
    assert found["expectation"][US] == pytest.approx([0.68394], rel=1e-4)
    assert found["expectation"][CN] == pytest.approx([0.68394], rel=1e-4)


def test_worked_case_growth_raises_it_as_far_as_buyers_look() -> None:
    p = parameters(returns__at_first=1.0, returns__patience=1e-9, returns__horizon=2.0, returns__memory=1e-9)
    begun = told(p, return_then=np.full((2, 1), 0.1), earned_before=np.array([[4e11], [1e11]]) / np.exp(0.025))
    found = returns.step(begun, p, policy(), np)
    # revenue rose by 0.025 in a quarter, 0.1 a year: exp(2 * 0.1) = 1.221403
    assert found["expectation"][US] == pytest.approx([1.221403], rel=1e-5)


def test_worked_case_dark_chips_are_noticed_with_a_lag() -> None:
    p = parameters(returns__dark_patience=0.5)
    found = returns.step(told(p, power_served=np.full((5, 1), 0.6)), p, policy(), np)
    # 0.4 dark: 0.4 * (1 - exp(-0.25 / 0.5)) = 0.4 * 0.393469 = 0.157388
    assert found["dark"][US] == pytest.approx([0.157388], rel=1e-5)


def test_switched_off_everything_goes_as_planned() -> None:
    p = parameters()
    found = returns.none(told(p), p, policy(), np)
    assert (found["expectation"] == 1).all()
    assert not found["dark"].any()
