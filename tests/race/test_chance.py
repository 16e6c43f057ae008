"""Chance: worked cases of noise and dice, their spread and independence."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht.domains.race import chance
from rechenmacht.domains.race.dice import LINES, multipliers, normal, throw
from rechenmacht.sample import strata
from tests.race.cases import parameters, policy, state


def told(p: dict, **changed: object) -> dict:
    begun = state(p, **changed)
    return {name: begun[name] for name in chance.READS}


def test_worked_case_a_level_returns_to_its_mean() -> None:
    # kept exp(-0.25 / 0.5) = 0.60653; 0.2 * 0.60653 + 0.1 * sqrt(1 - 0.60653 ** 2) * 1 = 0.121306 + 0.079506 = 0.200812
    found = chance.drift(np.array([0.2]), np.array([0.1]), np.array([0.5]), np.array([1.0]), 0.25, np)
    assert found == pytest.approx([0.200812], rel=1e-5)


def test_worked_case_a_throw() -> None:
    # 0.3 * 12345.4 = 3703.62: nearest whole number 3704, so 3703.62 - 3704 = -0.38
    assert throw(np.array([0.3]), 12345.4, np) == pytest.approx([-0.38], abs=1e-9)
    # ln((0.5 - 0.38) / (0.5 + 0.38)) * 0.551329 = -1.992430 * 0.551329 = -1.0985
    assert normal(np.array([-0.38]), np) == pytest.approx([-1.0985], rel=1e-4)


def test_numbers_are_even_independent_and_the_same_in_every_run() -> None:
    lines = multipliers(56)
    assert lines.shape == (56, LINES)
    assert np.array_equal(lines[:10], multipliers(10))
    seed = strata("chance.seed", 20_000, 1)
    thrown = np.stack([throw(seed, m, np) for m in lines[20:24].ravel()])
    assert np.abs(thrown.mean(1)).max() < 0.01
    assert thrown.std(1) == pytest.approx(np.full(len(thrown), 12**-0.5), rel=0.02)
    apart = np.corrcoef(thrown)[np.triu_indices(len(thrown), 1)]
    assert np.abs(apart).max() < 0.05
    assert normal(thrown, np).std() == pytest.approx(1, rel=0.02)


def test_the_step_does_not_decide_the_spread() -> None:
    z = np.random.default_rng(2).standard_normal((12, 50_000))
    found = []
    for steps, dt in ((4, 0.25), (12, 1 / 12)):
        level = np.zeros(50_000)
        for k in range(steps):
            level = chance.drift(level, 0.2, 0.8, z[k], dt, np)
        found.append(level.std())
    assert found[0] == pytest.approx(found[1], rel=0.02)


def test_nothing_happens_before_the_history_ends_nor_switched_off() -> None:
    p = parameters()
    seen = chance.step(told(p), p, policy(after=0.0), np)
    assert not any(np.any(value) for value in seen.values())
    assert not chance.none(told(p), p, policy(), np)["luck_money"].any()
