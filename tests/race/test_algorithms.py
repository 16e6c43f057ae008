"""Algorithms: worked cases of progress, catching up and the gap; properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.race import algorithms
from rechenmacht.domains.race.axes import BLOCS, CN, US
from tests.race.cases import parameters, policy, state


def told(p: dict, behind: float = 1.0, **changed: object) -> dict:
    knowledge = np.zeros((len(BLOCS), 1))
    knowledge[CN] = -behind
    usual = {
        "knowledge": knowledge,
        "run_flop": np.full((5, 1), 1e26),
        "frontier_flop": [1e26],
        "frontier_growth": [2.0],
    }
    begun = state(p, **(usual | changed))
    return {name: begun[name] for name in algorithms.READS}


def test_worked_case_progress_and_catching_up() -> None:
    p = parameters(
        algorithms__progress=1.0, algorithms__talent__us=1, algorithms__talent__cn=0.9, algorithms__scarcity_effect=0,
        algorithms__openness=1, algorithms__diffusion_lag=0.5,
    )  # fmt: skip
    found = algorithms.step(told(p), p, policy(), np)["knowledge"]
    # the leader: 0 + 1 * 0.25; China: -1 + 0.9 * 0.25 + 1 * (1 - exp(-0.25 / 0.5)) = -1 + 0.225 + 0.39347 = -0.38153
    assert found[US] == pytest.approx([0.25])
    assert found[CN] == pytest.approx([-0.38153], rel=1e-4)


def test_worked_case_the_gap_in_months() -> None:
    p = parameters(algorithms__progress=0)
    run = np.full((5, 1), 1e26)
    run[CN] = 1e26 / np.e
    begun = told(p, behind=0.0, run_flop=run, frontier_growth=[2.0])
    found = algorithms.step(begun, p, policy(dt=1e-9), np)
    # a factor e behind at a growth of 2 a year: 1 / 2 years = 6 months
    assert found["gap_months"][CN] == pytest.approx([6.0], rel=1e-3)
    assert found["gap_months"][US] == pytest.approx([0.0])


def test_worked_case_scarcity_pushes_up_to_its_limit() -> None:
    p = parameters(algorithms__progress=1, algorithms__scarcity_effect=0.1, algorithms__scarcity_limit=0.15,
                   algorithms__talent__cn=1, algorithms__openness=0,
                   research__structure=0.0, research__weight_rival=0.2)  # fmt: skip
    rich = np.full((5, 1), np.exp(1.0) * 1e6)
    rich[CN] = 1e6
    once = algorithms.step(told(p, behind=0.0, accessible=rich), p, policy(), np)["knowledge"]
    assert once[CN] == pytest.approx([0.275])  # one e-fold less: 1 * (1 + 0.1) * 0.25
    rich[US] = np.exp(9.0) * 1e6
    far = algorithms.step(told(p, behind=0.0, accessible=rich), p, policy(), np)["knowledge"]
    assert far[CN] == pytest.approx([0.2875])  # at most 1 * (1 + 0.15) * 0.25


@given(behind=st.floats(0, 10), openness=st.floats(0, 2), lag=st.floats(0.1, 5))
def test_learning_never_overtakes_and_openness_never_slows_it(behind: float, openness: float, lag: float) -> None:
    found = []
    for open_ in (openness, openness + 0.1):
        p = parameters(algorithms__progress=0, algorithms__openness=open_, algorithms__diffusion_lag=lag)
        found.append(algorithms.step(told(p, behind), p, policy(), np)["knowledge"][CN, 0])
    assert -behind - 1e-12 <= found[0] <= found[1] + 1e-12
    assert found[1] <= 1e-12


def test_switched_off_knowledge_stands_still() -> None:
    p = parameters()
    begun = told(p)
    assert algorithms.none(begun, p, policy(), np)["knowledge"] is begun["knowledge"]
