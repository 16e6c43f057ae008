"""Uptake: worked cases of price, ability and crowding."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import uptake
from rechenmacht.domains.race.axes import CN, US
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    begun = state(p, **({"knowledge": np.zeros((5, 1)), "utilisation": np.full((2, 1), 0.5)} | changed))
    return {name: begun[name] for name in uptake.READS}


def test_worked_case_price_ability_and_crowding() -> None:
    p = parameters(uptake__price=0.5, uptake__capability=0.1, uptake__crowding=0.4)
    knowledge = np.full((5, 1), 2.0)
    begun = told(p, work_price=np.array([[0.25], [1.0]]), utilisation=np.array([[0.5], [0.95]]), knowledge=knowledge)
    found = uptake.step(begun, p, policy(), np)["uptake"]
    # abroad 0.25 ** -0.5 * exp(0.1 * 2) = 2 * 1.221403 = 2.442806
    assert found[US] == pytest.approx([2.442806], rel=1e-5)
    # China: half crowded, (0.95 - 0.9) / 0.1 = 0.5: (1 - 0.4 * 0.5) * 1.221403 = 0.977122
    assert found[CN] == pytest.approx([0.977122], rel=1e-5)


def test_it_is_one_as_observed_and_switched_off() -> None:
    p = parameters()
    assert uptake.step(told(p), p, policy(after=0.0), np)["uptake"] == pytest.approx(np.ones((5, 1)))
    assert uptake.none(told(p), p, policy(), np)["uptake"] == pytest.approx(np.ones((5, 1)))
