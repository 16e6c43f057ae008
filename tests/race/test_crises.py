"""Crises: worked cases of the hazard and the clocks."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import crises
from rechenmacht.domains.race.axes import US
from rechenmacht.domains.race.dice import CRISIS, LINES
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    usual = {"debt": np.full((5, 1), 2e11), "earned": np.full((5, 1), 1e11), "leverage_then": [2.0],
             "utilisation": np.full((2, 1), float(p["market.utilisation_then"][0]))}  # fmt: skip
    begun = state(p, **(usual | changed))
    return {name: begun[name] for name in crises.READS}


def at(number: float) -> np.ndarray:
    """Return multipliers with which a seed of 0.5 throws a number of 0 to 1."""
    dice = np.full(LINES, 2e4)
    dice[CRISIS] = 2 * (1e4 + number - 0.5)
    return dice


def test_worked_case_the_hazard_of_a_year() -> None:
    p = parameters(crises__base=0.1, crises__leverage=1.0, crises__idle=0, crises__disappointment=0, crises__length=1.5)
    debt = np.full((5, 1), 4e11)
    # debt over revenue 4 against 2: hazard 0.1 * exp(1 * ln 2) = 0.2; in a year 1 - exp(-0.2) = 0.181269
    below, above = (
        crises.step(told(p, debt=debt), p, policy(dt=1.0, dice=at(x)), np) for x in (0.181, 0.1815)
    )  # fmt: skip
    assert (below["stopped"], above["stopped"]) == (pytest.approx([1.0]), pytest.approx([0.0]))
    assert below["stop_left"] == pytest.approx([1.5])
    assert below["calm_left"] == pytest.approx([3.5])  # 1.5 + 2


def test_worked_case_disappointment_and_idle_compute() -> None:
    p = parameters(crises__base=0.1, crises__leverage=0, crises__idle=1.0, crises__disappointment=2.0,
                   market__utilisation_then=0.8)  # fmt: skip
    hopes = np.ones((5, 1))
    hopes[US] = 0.5
    begun = told(p, expectation=hopes, utilisation=np.full((2, 1), 0.4))
    # 0.1 * exp(1 * ln(0.8 / 0.4) + 2 * (1 - 0.5)) = 0.1 * 2 * 2.718282 = 0.543656; 1 - exp(-0.543656 / 4) = 0.127098
    one, other = (crises.step(begun, p, policy(dice=at(x)), np)["stopped"] for x in (0.127, 0.1272))
    assert (one, other) == (pytest.approx([1.0]), pytest.approx([0.0]))


def test_a_stop_ends_and_leaves_some_calm() -> None:
    p = parameters(crises__base=2.0)
    found = crises.step(told(p, stop_left=[0.5], calm_left=[2.5]), p, policy(dice=at(1e-6)), np)
    assert found["stop_left"] == pytest.approx([0.25])
    assert found["stopped"] == pytest.approx([1.0])
    later = crises.step(told(p, stop_left=[0.0], calm_left=[1.0]), p, policy(dice=at(1e-6)), np)
    assert later["stopped"] == pytest.approx([0.0])


def test_switched_off_lenders_never_stop() -> None:
    p = parameters()
    assert not crises.none(told(p, stopped=[1.0]), p, policy(), np)["stopped"].any()
