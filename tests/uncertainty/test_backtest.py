"""Scores against closed forms, baselines by hand, and a cut-off that lets nothing through."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from typer.testing import CliRunner

from rechenmacht.domains.uncertainty import backtest, baselines, known_facts, scores, targets
from rechenmacht.errors import BadInput
from rechenmacht.evidence.asof import asof
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app


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


def test_the_last_value_walks_as_it_did() -> None:
    times, values = np.arange(5.0), np.exp(np.array([0.0, 1.0, 0.0, 1.0, 0.0]))
    draws = baselines.last_value(times, values, np.array([5.0, 8.0]), 4001)
    # steps +1, -1, +1, -1: standard deviation sqrt(4 / 3) = 1.155; after 4 steps twice as wide
    assert np.median(draws, axis=1) == pytest.approx([1.0, 1.0], rel=1e-3)
    assert np.log(draws).std(axis=1) == pytest.approx([1.155, 2.309], rel=5e-3)
    few = baselines.last_value(times[:2], values[:2], np.array([2.0]), 4001)
    assert np.log(few).std() == pytest.approx(0.2, rel=5e-3)


def test_the_trend_goes_on() -> None:
    times = np.arange(6.0)
    values = 3 * np.exp(0.5 * times)
    draws = baselines.trend(times, values, np.array([6.0, 7.0]), 101)
    assert draws.mean(axis=1) == pytest.approx(3 * np.exp(0.5 * np.array([6.0, 7.0])))
    two = baselines.trend(times[:2], values[:2], np.array([2.0]), 101)
    assert np.median(two) == pytest.approx(3 * np.e)
    assert baselines.trend(times[:1], values[:1], np.array([1.0]), 11).shape == (1, 11)


def test_irregularity_is_the_scatter_around_the_trend() -> None:
    times = np.arange(8.0)
    assert baselines.irregularity(times, np.exp(times)) == pytest.approx(0.0, abs=1e-9)
    assert baselines.irregularity(times[:3], np.exp(times[:3])) == 0.1
    noisy = np.exp(times + np.array([0.1, -0.1] * 4))
    assert 0.08 < baselines.irregularity(times, noisy) < 0.13


def planted(base: Base) -> Base:
    """Return the base with later rows changed a hundredfold, and with rows for later times put in."""
    late = lambda period: period > "2023-Q4"  # noqa: E731
    history = [
        replace(row, low=None, high=None, value=row.value * 100) if late(row.period) else row
        for row in base.tables.history
    ]
    first = history[0]
    history.append(
        replace(first, subject="org:nvidia", quantity="chips_delivered_cumulative", period="2026-Q3", value=9e9)
    )
    claims = [
        replace(row, value=row.value * 100)
        if row.value and row.as_of > "2023" and "data_centre" in row.quantity
        else row
        for row in base.tables.claims
    ]
    return Base(replace(base.tables, history=history, claims=claims), base.workspace)


def test_a_cut_off_sees_nothing_later(base: Base) -> None:
    _, cutoffs = targets.read()
    ours = backtest.forecast(base, cutoffs["2023-Q4"], 20, 1)
    theirs = backtest.forecast(planted(base), cutoffs["2023-Q4"], 20, 1)
    assert ours.tobytes() == theirs.tobytes()
    target = next(t for t in targets.read()[0] if t.id == "nvidia_h100e_2023")
    one, other = (backtest.score(b, target, ours) for b in (base, planted(base)))
    for name in ("draws", "last_value", "trend"):
        assert np.array_equal(getattr(one.points[0], name), getattr(other.points[0], name)), name
    assert not np.array_equal(one.points[0].observed, other.points[0].observed)  # only what came differs


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


def test_every_target_is_known_and_cited(base: Base) -> None:
    found, cutoffs = targets.read()
    assert len(found) >= 8
    for target in found:
        for one in target.series:
            known = targets.observed(base, target, one)
            assert any(quarter > target.until for quarter in known.quarters), target.id
            assert known.sources, target.id
            assert set(known.sources) <= set(base.sources)
    assert set(cutoffs) == {"2023-Q4", "2024-Q4", "2025-Q4"}


@pytest.fixture(scope="module")
def scored(base: Base) -> list[backtest.Scored]:
    return backtest.backtest(base, 1000, 1)


@pytest.mark.validation
def test_bands_hold_what_they_promise(scored: list[backtest.Scored]) -> None:
    assert 0.80 <= backtest.overall(scored)["coverage90"] <= 0.97


@pytest.mark.validation
def test_two_thirds_of_the_targets_beat_both_naive_forecasts(scored: list[backtest.Scored]) -> None:
    assert backtest.overall(scored)["beats_both"] >= 2 / 3 - 1e-9


def test_the_command_prints_its_json_form() -> None:
    done = CliRunner().invoke(app, ["backtest", "--draws", "100", "--json"])
    document = json.loads(done.stdout)
    for row in document["targets"]:
        assert {"id", "cutoff", "n", "crps", "crps_last_value", "crps_trend", "coverage50", "coverage90"} <= set(row)
    ids = {row["id"] for row in document["facts"]}
    assert {f"cn_share_nvidia_{m}_{y}" for m in ("units", "h100e") for y in range(2022, 2026)} <= ids
    assert all({"id", "observed", "median", "low90", "high90"} <= set(row) for row in document["facts"])


def test_the_command_in_german_writes_its_figures(tmp_path: Path) -> None:
    out = tmp_path / "back"
    words = ["backtest", "--draws", "100", "--lang", "de", "--until", "2024Q4", "--out", str(out)]
    text = CliRunner().invoke(app, words).stdout
    assert "Eine naive Prognose ist besser" in text
    assert "2023-Q4" not in text
    assert {"calibration.svg", "fan-capex_2024.png", "targets.csv", "facts.csv"} <= {p.name for p in out.iterdir()}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target", "nvidia"], "no backtest 'nvidia'"),
        (["--until", "2020"], "no backtest with the cut-off 2020-Q4; known: 2023-Q4, 2024-Q4, 2025-Q4"),
        (["--until", "soon"], "--until soon: write a quarter"),
        (["--until", "2023", "--target", "ascend_2025"], "no target ascend_2025 has the cut-off 2023"),
    ],
)
def test_bad_input_is_refused(words: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["backtest", "--draws", "100", *words])
    assert isinstance(done.exception, BadInput)
    assert message in str(done.exception)


def test_a_bad_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "backtests.toml"
    path.write_text('[[cutoff]]\nuntil = "2023-Q4"\nprior = {}\n[[target]]\nid = "x"\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"backtests.toml: target.0.until: field required"):
        targets.read(path)


def test_facts_mark_what_the_run_is_conditioned_on(base: Base) -> None:
    from rechenmacht import runs, scenario
    from rechenmacht.domains.uncertainty.ensemble import whole

    found = known_facts.facts(base, whole(runs.model_of(base, scenario.find(base, "reference")), 50, 1))
    assert not any(one.given for one in found if one.id.startswith("cn_share"))
    assert all(one.given for one in found if one.id.startswith("delivered"))
