"""Sensitivity and discovery against known answers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rechenmacht.domains.uncertainty import discovery, pairs, ranks, sobol
from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Parameter


def uniform(number: int, low: float, high: float) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(f"x{i}", "test", "", low, (low + high) / 2, high, "1", "uniform", "judgement", (), "")
        for i in range(number)
    )


def ishigami(x: np.ndarray) -> np.ndarray:
    return (np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))[None]


def g_function(a: np.ndarray) -> object:
    return lambda x: np.prod((np.abs(4 * x - 2) + a[:, None]) / (1 + a[:, None]), axis=0)[None]


def test_ishigami_within_two_percent_of_theory() -> None:
    # With a = 7, b = 0.1: V = a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2; V1 = (1 + b pi^4/5)^2 / 2; V2 = a^2/8; V13 = 8 b^2 pi^8/225.
    pi4 = np.pi**4
    v = 49 / 8 + 0.1 * pi4 / 5 + 0.01 * pi4**2 / 18 + 0.5
    v1, v2, v13 = (1 + 0.1 * pi4 / 5) ** 2 / 2, 49 / 8, 8 * 0.01 * pi4**2 / 225
    y, uncertain = sobol.evaluate(ishigami, uniform(3, -np.pi, np.pi), 16_384, 1, None)
    found = sobol.analyse(y, sobol.resamples(16_384, 50, 1))
    assert uncertain == [0, 1, 2]
    assert found.first[0] == pytest.approx([v1 / v, v2 / v, 0], abs=0.02 * v1 / v)
    assert found.total[0] == pytest.approx([(v1 + v13) / v, v2 / v, v13 / v], rel=0.02)


def test_g_function_within_two_percent_of_theory() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
    part = 1 / (3 * (1 + a) ** 2)  # V_i
    whole = np.prod(1 + part) - 1
    total = part * np.prod(1 + part) / (1 + part) / whole
    y, _ = sobol.evaluate(g_function(a), uniform(5, 0, 1), 16_384, 2, None)  # type: ignore[arg-type]
    found = sobol.analyse(y, sobol.resamples(16_384, 50, 1))
    assert found.first[0] == pytest.approx(part / whole, abs=0.02 * part[0] / whole)
    assert found.total[0] == pytest.approx(total, rel=0.02, abs=1e-4)


def test_equal_to_salib() -> None:
    salib = pytest.importorskip("SALib.analyze.sobol")
    base, d = 256, 6
    rng = np.random.default_rng(4)
    y = rng.normal(size=(3, d + 2, base)) + rng.normal(size=(3, 1, base)) * 3 + 100
    found = sobol.analyse(y, sobol.resamples(base, 100, 7))
    problem = {"num_vars": d, "names": [f"x{i}" for i in range(d)], "bounds": [[0, 1]] * d}
    for k in range(3):
        # SALib's order: for each base point A, the columns, B.
        theirs = salib.analyze(problem, y[k].T.ravel(), calc_second_order=False, num_resamples=100, seed=7)
        for ours, name in (
            (found.first, "S1"),
            (found.first_half, "S1_conf"),
            (found.total, "ST"),
            (found.total_half, "ST_conf"),
        ):
            assert ours[k] == pytest.approx(theirs[name], rel=1e-12, abs=1e-12), name


def test_a_constant_outcome_and_a_fixed_parameter_have_no_index() -> None:
    fixed = Parameter("f", "test", "", 2, 2, 2, "1", "fixed", "judgement", (), "")
    y, uncertain = sobol.evaluate(
        lambda x: np.stack([x[0] * x[1], x[0] * 0 + 3]), (*uniform(1, 0, 1), fixed), 64, 1, None
    )
    found = sobol.analyse(y, sobol.resamples(64, 10, 1))
    assert uncertain == [0]
    assert found.total[0] == pytest.approx([1.0], abs=0.1)
    assert found.total[1] == [0.0]
    assert found.first_half[1] == [0.0]


@pytest.mark.parametrize("base", [0, 7, 100, 32_768])
def test_a_base_that_is_no_power_of_two_is_refused(base: int) -> None:
    with pytest.raises(BadInput, match="--base must be a power of two between 8 and 16,384"):
        sobol.base_points(3, base, 1)


def test_rank_correlations_are_spearmans() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(4, 200)), rng.integers(0, 5, size=(2, 200)).astype(float)
    found = ranks.rank_correlations(x, y)
    for k in range(2):
        for i in range(4):
            assert found[k, i] == pytest.approx(stats.spearmanr(x[i], y[k]).statistic, abs=1e-12)
    assert ranks.rank_correlations(np.ones((1, 9)), np.arange(9.0)[None])[0, 0] == 0


def test_conditional_medians_by_hand() -> None:
    x = np.arange(10.0)[None]
    # lowest fifth: draws 0 and 1 -> outcomes 0 and 10; highest fifth: 8 and 9 -> 80 and 90
    assert ranks.conditional_medians(x, np.arange(10.0) * 10, 0.2)[0] == pytest.approx([5.0, 85.0])


def test_a_pair_by_hand() -> None:
    a, b = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 3.0, 3.0, 3.5])
    found = pairs.differ(a, b)
    # differences 1, 1, 0, -0.5: two of four higher, one lower, one the same; ratios 2, 1.5, 1, 0.875
    assert (found.higher, found.lower, found.same) == (0.5, 0.25, 0.25)
    assert found.ratios is not None
    assert found.ratios[2] == pytest.approx(1.25)
    assert found.quantiles[2] == pytest.approx(0.5)
    assert found.relative == pytest.approx(0.5 / 2.5)
    # of 16 unpaired comparisons b beats a in 1 + 2 + 2 + 3 = 8, ties 1 + 1 + 1 = 3: (8 + 1.5) / 16
    assert found.unpaired == pytest.approx(9.5 / 16)


def test_a_pair_without_a_ratio() -> None:
    found = pairs.differ(np.array([0.0, 1.0, -1.0]), np.array([1.0, 1.0, 1.0]))
    assert (found.ratios, found.without) == (None, 2)
    assert pairs.differ(np.zeros(3), np.ones(3)).relative is None


def test_prim_finds_a_planted_box() -> None:
    rng = np.random.default_rng(5)
    u = rng.random((12, 6000))
    cases = (u[2] > 0.6) & (u[7] < 0.5) & (rng.random(6000) < 0.95)
    box = discovery.discover(u, cases, 0.8)
    limited = np.flatnonzero((box.limits[:, 0] > 0) | (box.limits[:, 1] < 1))
    assert set(limited) == {2, 7}
    assert box.limits[2] == pytest.approx([0.6, 1.0], abs=0.05)
    assert box.limits[7] == pytest.approx([0.0, 0.5], abs=0.05)
    assert box.density > 0.9
    assert box.coverage >= 0.8
    assert (box.by_chance[limited] < 1e-6).all()


def test_the_tree_finds_the_planted_conditions() -> None:
    rng = np.random.default_rng(6)
    u = rng.random((4, 4000))
    text = discovery.tree(u, (u[1] > 0.7) & (u[3] < 0.4), ["a", "b", "c", "d"])
    assert "b <= q70" in text
    assert "d <= q40" in text
    assert "100% of" in text


def test_a_planted_box_is_found_among_hundreds_of_parameters_and_few_draws() -> None:
    """Without a choice beforehand the best of 800 ends of every peel is one of chance."""
    rng = np.random.default_rng(7)
    u = rng.random((400, 500))
    cases = rng.random(500) < np.where((u[3] > 0.5) & (u[90] < 0.6), 0.8, 0.2)
    assert set(np.flatnonzero(discovery.telling(u, cases))) == {3, 90}
    box = discovery.discover(u, cases)
    assert set(np.flatnonzero((box.limits[:, 0] > 0) | (box.limits[:, 1] < 1))) == {3, 90}
    assert box.density > cases.mean() + 0.2


def test_a_case_in_the_middle_of_a_parameter_tells_too() -> None:
    rng = np.random.default_rng(9)
    u = discovery.uniform_ranks(rng.random((100, 1000)))
    assert discovery.telling(u, np.abs(u[5] - 0.5) < 0.2).tolist() == [k == 5 for k in range(100)]


def test_no_box_in_noise() -> None:
    rng = np.random.default_rng(8)
    box = discovery.discover(rng.random((50, 2000)), rng.random(2000) < 0.3)
    assert (box.density, box.mass) == (pytest.approx(0.3, abs=0.03), 1.0)


@pytest.mark.parametrize("inside", [0, 29, 971])
def test_too_few_cases_are_refused(inside: int) -> None:
    cases = np.arange(1000) < inside
    with pytest.raises(BadInput, match=f"the case occurs in {inside} of 1,000 draws; at least 30"):
        discovery.discover(np.random.default_rng(1).random((2, 1000)), cases)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.9))
def test_boxes_shrink_and_their_numbers_agree(seed: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    u = rng.random((3, 400))
    cases = (u[0] > 1 - rate) | (rng.random(400) < 0.1)
    if min(cases.sum(), 400 - cases.sum()) < 30:
        return
    boxes = discovery.peel(u, cases)
    for before, after in pairwise(boxes):
        assert (after[:, 0] >= before[:, 0]).all()
        assert (after[:, 1] <= before[:, 1]).all()
        assert cases[discovery.within(u, after)].mean() > cases[discovery.within(u, before)].mean()
    box = discovery.discover(u, cases)
    assert box.coverage >= 0.5
    assert box.density * box.mass * 400 == pytest.approx(box.coverage * cases.sum())


def test_the_limit_of_noise_is_that_of_all_that_are_tried() -> None:
    # One parameter: the usual 1.96 / sqrt(n - 1). Of 400, each may exceed with 1 - 0.95^(1/400) = 1.28e-4: 3.83.
    assert ranks.noise(101, 1) == pytest.approx(1.96 / 10, abs=1e-3)
    assert ranks.noise(101, 400) == pytest.approx(3.83 / 10, abs=2e-3)


def test_unrelated_parameters_seldom_exceed_the_limit() -> None:
    # 200 families of 300 unrelated parameters: 10 should hold one above the limit, give or take three deviations.
    generator = np.random.default_rng(5)
    limit, above = ranks.noise(100, 300), 0
    for _ in range(200):
        found = ranks.rank_correlations(generator.random((300, 100)), generator.random((1, 100)))
        above += bool((np.abs(found) > limit).any())
    assert above <= 10 + 3 * 3.1
