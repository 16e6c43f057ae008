"""Scores against closed forms, the base as of a date, and the published facts beside a run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rechenmacht.domains.uncertainty import known_facts, scores
from rechenmacht.evidence.asof import asof
from rechenmacht.evidence.base import Base


def even(draws: int) -> np.ndarray:
    return (np.arange(draws) + 0.5) / draws


@pytest.mark.parametrize("y", [-1.0, 0.0, 0.3, 2.5])
def test_crps_of_a_normal_is_the_closed_form(y: float) -> None:
    # sigma [z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)] (Gneiting and Raftery 2007), here mean 1, sigma 2
    z = (y - 1) / 2
    closed = 2 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    draws = 1 + 2 * stats.norm.ppf(even(20_000))
    assert scores.crps(draws[None], np.array([y]))[0] == pytest.approx(closed, rel=2e-3)


@pytest.mark.parametrize("y", [0.4, 1.0, 3.0])
def test_crps_of_a_lognormal_is_the_closed_form(y: float) -> None:
    # y (2 F(y) - 1) - 2 e^(mu + s^2/2) [Phi((ln y - mu - s^2) / s) + Phi(s / sqrt 2) - 1] (Baran and Lerch 2015)
    mu, s = 0.2, 0.5
    below, moved = stats.norm.cdf((np.log(y) - mu) / s), stats.norm.cdf((np.log(y) - mu - s**2) / s)
    closed = y * (2 * below - 1) - 2 * np.exp(mu + s**2 / 2) * (moved + stats.norm.cdf(s / np.sqrt(2)) - 1)
    draws = np.exp(mu + s * stats.norm.ppf(even(20_000)))
    assert scores.crps(draws[None], np.array([y]))[0] == pytest.approx(closed, rel=5e-3)


def test_crps_by_hand_and_of_a_certain_forecast() -> None:
    # draws 1 and 3, observed 2: mean error 1, mean difference of pairs (0 + 2 + 2 + 0) / 4 = 1, half of it 0.5
    assert scores.crps(np.array([[3.0, 1.0], [5.0, 5.0]]), np.array([2.0, 7.0])) == pytest.approx([0.5, 2.0])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20), st.floats(-100, 100))
def test_crps_is_the_mean_over_pairs_and_never_negative(draws: list[float], y: float) -> None:
    x = np.array(draws)
    pairs = np.abs(x - y).mean() - np.abs(x[:, None] - x[None]).mean() / 2
    found = scores.crps(x[None], np.array([y]))[0]
    assert found == pytest.approx(pairs, abs=1e-9)
    assert found >= -1e-9


def test_coverage_places_and_skill() -> None:
    draws = np.tile(np.arange(101.0), (3, 1))
    y = np.array([50.0, 10.0, 99.0])
    assert scores.covered(draws, y, 0.5).tolist() == [True, False, False]
    assert scores.covered(draws, y, 0.9).tolist() == [True, True, False]
    assert scores.places(draws, y) == pytest.approx([0.5, 10.5 / 101, 99.5 / 101])
    assert scores.calibration(scores.places(draws, y), np.array([0.5, 0.9])) == pytest.approx([1 / 3, 2 / 3])
    assert scores.skill(1.0, 4.0) == 0.75
    assert np.isnan(scores.skill(1.0, 0.0))


def test_as_of_takes_away_later_rows_and_editions(base: Base) -> None:
    then = asof(base, "2023-12-31")
    assert max(row.period for row in then.tables.history if "Q" in row.period) == "2023-Q4"
    assert not any(row.as_of > "2023-12-31" and row.quantity == "data_centre_electricity" for row in then.tables.claims)
    assert {row.id for row in asof(base, "2025-12-31").tables.claims if row.source.endswith("2026-05-23")} == {
        row.id
        for row in base.tables.claims
        if row.source.endswith("2026-05-23") and base.quantities[row.quantity].period == "static"
    }
    assert len(base.tables.history) > len(then.tables.history)


def test_facts_mark_what_the_run_is_conditioned_on(base: Base) -> None:
    from rechenmacht import runs, scenario
    from rechenmacht.domains.uncertainty.ensemble import whole

    found = known_facts.facts(base, whole(runs.model_of(base, scenario.find(base, "reference")), 50, 1))
    # China's demand is fitted to three of its shares of NVIDIA; the other five are what the run says by itself.
    assert {one.id for one in found if one.given and one.id.startswith("cn_share")} == {
        f"cn_share_nvidia_units_{year}" for year in (2022, 2023, 2024)
    }
    assert all(one.given for one in found if one.id.startswith("delivered"))
