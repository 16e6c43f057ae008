"""Research: worked cases of compute, people, difficulty and data."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import research
from rechenmacht.domains.race.axes import RESEARCH, US
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    use = np.zeros((4, 5, 1))
    use[RESEARCH] = 0.2
    used = {"people": np.full((5, 1), 0.25), "firms": np.full((5, 1), 0.25)}
    usual = {"accessible": np.full((5, 1), 1e6), "use_share": use, "knowledge": np.zeros((5, 1)),
             "research_then": np.full((5, 1), 2e5), "use_then": np.full((5, 1), 0.25), **used}  # fmt: skip
    begun = state(p, **(usual | changed))
    return {name: begun[name] for name in research.READS}


def test_worked_case_a_tenth_of_the_research_compute() -> None:
    p = parameters(research__compute=0.3, research__people_growth__us=0)
    found = research.step(told(p, accessible=np.full((5, 1), 1e5)), p, policy(), np)["effort"]
    # 1e5 * 0.2 = 20,000 of 200,000: (1 / 10) ** 0.3 = 0.501187
    assert found[US] == pytest.approx([0.501187], rel=1e-5)


def test_worked_case_people_difficulty_and_data() -> None:
    p = parameters(research__compute=0.4, research__harder=0.5, research__data=0.1, research__people_growth__us=0.05)
    begun = told(p, knowledge=np.full((5, 1), 2.0), people=np.full((5, 1), 1.0))
    found = research.step(begun, p, policy(ahead=4.0), np)["effort"]
    # people exp(0.05 * 4) ** 0.6 = 1.127497; harder exp(-0.5 * 0.4 * 2) = 0.670320; use sqrt(1 * 0.25) / 0.25 = 2 ** 0.1
    assert found[US] == pytest.approx([1.127497 * 0.670320 * 2**0.1], rel=1e-5)


def test_then_is_the_last_observed_quarter() -> None:
    p = parameters()
    seen = research.step(told(p, accessible=np.full((5, 1), 3e6)), p, policy(after=0.0), np)
    assert seen["research_then"] == pytest.approx(np.full((5, 1), 6e5))
    assert (seen["effort"] == 1).all()


def test_switched_off_methods_improve_by_themselves() -> None:
    p = parameters()
    assert (research.none(told(p), p, policy(), np)["effort"] == 1).all()
