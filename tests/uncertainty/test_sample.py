"""Draws: each parameter from its own stream, one draw in each stratum, quantiles as stated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw, strata, values


def parameter(name: str, distribution: str = "normal", low: float = 1, mid: float = 2, high: float = 4) -> Parameter:
    return Parameter(name, "race", "", low, mid, high, "1", distribution, "judgement", (), "")


ONE, TWO, THREE = parameter("race.one"), parameter("race.two"), parameter("race.three")


def test_another_parameter_moves_no_draw() -> None:
    few, more = draw([ONE, TWO], 64, 1), draw([THREE, TWO, ONE], 64, 1)
    assert np.array_equal(few["race.one"], more["race.one"])
    assert np.array_equal(few["race.two"], more["race.two"])


def test_renaming_one_moves_only_its_own_draws() -> None:
    before, after = draw([ONE, TWO], 64, 1), draw([replace(ONE, name="race.new"), TWO], 64, 1)
    assert np.array_equal(before["race.two"], after["race.two"])
    assert not np.array_equal(before["race.one"], after["race.new"])


def test_another_prior_keeps_the_same_ranks() -> None:
    """Two scenarios share their draws: a draw that is high in one is high in the other."""
    narrow, wide = draw([ONE], 64, 1)["race.one"], draw([replace(ONE, high=9.0)], 64, 1)["race.one"]
    assert np.array_equal(np.argsort(narrow), np.argsort(wide))


def test_the_seed_decides_everything() -> None:
    assert np.array_equal(draw([ONE], 64, 7)["race.one"], draw([ONE], 64, 7)["race.one"])
    assert not np.array_equal(draw([ONE], 64, 7)["race.one"], draw([ONE], 64, 8)["race.one"])
    assert np.array_equal(draw([ONE], 64, -3)["race.one"], draw([ONE], 64, -3)["race.one"])


def test_the_stream_is_the_same_on_every_machine() -> None:
    # Keyed by blake2b("1:race.one"): written down once, so that a change of the stream cannot pass unseen.
    written = [0.8403971302608528, 0.2340006965098244, 0.33507297550407084, 0.5182359810189573]
    assert strata("race.one", 4, 1).tolist() == written


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=20), st.integers(1, 300), st.integers())
def test_exactly_one_draw_lies_in_each_stratum(name: str, draws: int, seed: int) -> None:
    u = strata(name, draws, seed)
    assert sorted(np.floor(u * draws).astype(int).tolist()) == list(range(draws))
    assert u.min() > 0
    assert u.max() < 1


def test_names_are_drawn_independently() -> None:
    columns = np.stack([strata(f"race.{index}", 2000, 1) for index in range(20)])
    correlation = np.corrcoef(columns) - np.eye(20)
    assert np.abs(correlation).max() < 4 / np.sqrt(2000)  # four standard errors


# Where the 5, 50 and 95 % points must lie, for priors with low, mid, high of 1, 2, 4 (or 0.1, 0.2, 0.6).
# Triangular on 1..4 with its peak at 2: F(2) = 1/3; 5 %: 1 + sqrt(0.05 * 3 * 1) = 1.3873;
# 50 %: 4 - sqrt(0.5 * 3 * 2) = 2.2679; 95 %: 4 - sqrt(0.05 * 3 * 2) = 3.4523.
POINTS = {
    "normal": (1, 2, 4),
    "lognormal": (1, 2, 4),
    "logitnormal": (0.1, 0.2, 0.6),
    "uniform": (1.15, 2.5, 3.85),  # 1 + 3 * 0.05, 1 + 3 * 0.5, 1 + 3 * 0.95
    "triangular": (1.3873, 2.2679, 3.4523),
    "fixed": (2, 2, 2),
}


@pytest.mark.parametrize("distribution", POINTS)
def test_quantiles_are_met(distribution: str) -> None:
    low, mid, high = (0.1, 0.2, 0.6) if distribution == "logitnormal" else (1, 2, 4)
    prior = parameter("race.x", distribution, low, mid, high)
    exact = values(prior, np.array([0.05, 0.5, 0.95]))
    assert exact == pytest.approx(POINTS[distribution], abs=1e-4)
    sample = draw([prior], 4000, 1)["race.x"]
    assert np.quantile(sample, [0.05, 0.5, 0.95]) == pytest.approx(exact, rel=2e-3)


@pytest.mark.parametrize("distribution", POINTS)
def test_a_prior_of_no_width_is_its_value(distribution: str) -> None:
    assert draw([parameter("race.x", distribution, 0.5, 0.5, 0.5)], 8, 1)["race.x"] == pytest.approx(0.5)


@settings(deadline=None, max_examples=50)
@given(st.sampled_from(sorted(POINTS)), st.lists(st.floats(0.01, 0.99), min_size=3, max_size=3).map(sorted))
def test_quantiles_rise_with_the_probability_and_stay_in_range(distribution: str, band: list[float]) -> None:
    prior = parameter("race.x", distribution, *band)
    found = values(prior, np.linspace(0.001, 0.999, 50))
    assert np.isfinite(found).all()
    assert (np.diff(found) >= -1e-12).all()
    if distribution in {"triangular", "uniform"}:
        assert band[0] - 1e-9 <= found.min() <= found.max() <= band[2] + 1e-9
    if distribution == "logitnormal":
        assert 0 < found.min() <= found.max() < 1


def test_every_shipped_prior_can_be_drawn(base: Base) -> None:
    found = draw(base.tables.parameters, 200, 1)
    assert len(found) == len(base.tables.parameters)
    for prior in base.tables.parameters:
        sample = found[prior.name]
        assert sample.shape == (200,)
        assert np.isfinite(sample).all()
        assert prior.low <= np.median(sample) <= prior.high


def test_no_draws_are_refused() -> None:
    with pytest.raises(BadInput, match="draws must be at least 1, not 0"):
        draw([ONE], 0, 1)
