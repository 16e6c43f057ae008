"""The rolling origin: nothing later is kept, naive forecasts and scores by hand, and what the issue of it is."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from rechenmacht.dates import span
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.domains.uncertainty.rolling import files, naive, origins, priors, scoring, targets
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app

AT = "2023-Q4"


def known(base: Base) -> dict[str, targets.Known]:
    return {one.id: targets.observed(base, one) for one in targets.read()}


def planted(base: Base) -> Base:
    """Return the base with everything that came later changed: history, claims, and what rests on later claims."""
    last = span(AT)[1]
    history = [
        replace(row, low=None, high=None, value=row.value * 100) if span(row.period)[1] > last else row
        for row in base.tables.history
    ]
    first = base.tables.claims[0]
    source = next(row for row in base.tables.sources if row.id == first.source)
    late = replace(source, id="planted", published="2024-05-01")
    plant = replace(first, id="planted.claim.2023.1", source="planted", as_of="2023", low=None, high=None, value=9e9)
    parameters = [
        replace(one, low=one.low * 3, mid=one.mid * 3, high=one.high * 3, claims=(*one.claims, plant.id))
        if one.distribution != "fixed" and one.low < one.high and not one.name.startswith(("chance.", "production.level"))
        and one.name not in {"capital.structure"} and not priors.published(base, one, AT) else one
        for one in base.tables.parameters
    ]  # fmt: skip
    tables = replace(
        base.tables, history=history, editions=history, claims=[*base.tables.claims, plant],
        sources=[*base.tables.sources, late], parameters=parameters,
    )  # fmt: skip
    return Base(tables, base.workspace)


def test_a_later_claim_moves_no_prior_and_no_draw(base: Base) -> None:
    later = planted(base)
    assert later.parameters["capital.cash_growth"].mid == pytest.approx(3 * base.parameters["capital.cash_growth"].mid)
    runs = []
    for one in (base, later):
        model, found = origins.model_at(one, AT, priors.Seen(known(one), AT))
        runs.append((whole(model, 8, 1, "numpy")[:, : model.given.steps], found))
    (ours, mine), (theirs, other) = runs
    for a, b in zip(mine, other, strict=True):
        assert (a.parameter.low, a.parameter.mid, a.parameter.high) == (
            b.parameter.low,
            b.parameter.mid,
            b.parameter.high,
        )
        assert a.origin == b.origin
    assert ours.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("at", ["2022-Q4", "2024-Q2", "2026-Q1"])
def test_what_is_kept_had_been_published(base: Base, at: str) -> None:
    found = priors.priors(base, at, priors.Seen(known(base), at), NAMES)
    kept = [one.parameter for one in found if one.origin == "kept"]
    for parameter in kept:
        for claim in parameter.claims:
            source = base.sources[base.claims[claim].source]
            assert source.published
            assert span(source.published)[1] <= span(at)[1]
    written = priors.defaults()
    for one in found:
        if one.origin == "default":
            assert (one.parameter.low, one.parameter.mid, one.parameter.high) == written[one.parameter.name]


def test_a_claim_that_had_been_published_is_kept(base: Base) -> None:
    counts = [
        sum(one.origin == "kept" for one in priors.priors(base, at, priors.Seen(known(base), at), NAMES))
        for at in ("2023-Q4", "2026-Q1")
    ]
    assert counts[0] < counts[1]


def test_the_rule_of_growth_by_hand(base: Base) -> None:
    # NVIDIA's data-centre revenue 3.62 bn in 2022-Q4 and 18.4 bn in 2023-Q4: g = ln(18.4 / 3.62) = 1.626
    found = {one.parameter.name: one for one in priors.priors(base, AT, priors.Seen(known(base), AT), NAMES)}
    prior = found["capital.growth_now.us"]
    low, mid, high, more = priors.MONEY
    assert prior.origin == "rule"
    assert prior.parameter.mid == pytest.approx(mid * 1.626, abs=1e-3)
    assert prior.parameter.high == pytest.approx(high * 1.626 + more, abs=1e-3)
    assert prior.parameter.low == low


def test_every_parameter_has_a_default(base: Base) -> None:
    for at in origins.origins():
        priors.priors(base, at, priors.Seen(known(base), at), NAMES)  # refuses a parameter without one


def test_a_parameter_without_a_default_is_refused_by_name(base: Base) -> None:
    one = replace(base.parameters["capital.cash_growth"], name="capital.unheard_of")
    with pytest.raises(BadInput, match=r"no default for capital\.unheard_of"):
        priors.prior(base, one, AT, {})


def test_targets_are_many_and_every_one_is_cited(base: Base) -> None:
    found = targets.read()
    assert len({one.id for one in found}) == len(found) >= 20
    for one in found:
        series = targets.observed(base, one)
        assert set(series.sources) <= set(base.sources)
        assert list(series.quarters) == sorted(series.quarters)
        assert not series.quarters or series.quarters[-1] <= LAST_OBSERVED


def test_fiscal_quarters_stand_where_most_of_them_lies(base: Base) -> None:
    # NVIDIA's quarter to 26 April 2026 is the first of 2026, as the history has the one to 1 May 2022 in 2022-Q1
    revenue = known(base)["nvidia_revenue"]
    assert revenue.values[revenue.quarters.index("2026-Q1")] == pytest.approx(75.246e9)
    assert revenue.values[0] == pytest.approx(3.75e9)
    assert revenue.quarters[0] == "2022-Q1"


def test_records_never_fall(base: Base) -> None:
    for name in ("frontier_compute", "cn_compute"):
        assert (np.diff(known(base)[name].values) >= 0).all()


def test_naive_forecasts_by_hand() -> None:
    quarters, values = QUARTERS[:5], np.exp([0.0, 1.0, 0.0, 1.0, 2.0])
    ahead = np.array([5.0, 8.0])
    found = naive.forecasts(quarters, values, ahead, 4001)
    middle = np.median(found, axis=-1)
    # drift: (2 - 0) / 4 = 0.5 a quarter; damped: 0.5 * (0.8 + 0.64 + ...)
    assert middle[0] == pytest.approx([2, 2], abs=1e-3)
    assert middle[1] == pytest.approx([2.5, 4.0], abs=1e-3)
    assert middle[2] == pytest.approx([2.4, 2 + 0.5 * (0.8 + 0.64 + 0.512 + 0.4096)], abs=1e-3)
    # line through 0, 1, 0, 1, 2: slope 0.4, mean 0.8 at 2: 2.0 at 5, 3.2 at 8
    assert middle[3] == pytest.approx([2.0, 3.2], abs=1e-3)
    # steps 1, -1, 1, 1: standard deviation 1; after 4 quarters twice as wide
    assert found[0].std(axis=-1) == pytest.approx([1.0, 2.0], rel=5e-3)


def forecast(origin: str, horizon: int, draws: np.ndarray, observed: float, other: np.ndarray) -> origins.Forecast:
    target = targets.read()[0]
    return origins.Forecast(target, origin, horizon, draws, np.stack([other] * 4), observed)


def test_the_weighted_interval_score_by_hand() -> None:
    # all quantiles 0, observed 1: twice the mean of level = 1; observed -1: twice the mean of 1 - level = 1
    zero = np.zeros((2, len(scoring.LEVELS)))
    assert scoring.weighted_interval_score(zero, np.array([1.0, -1.0])) == pytest.approx([1.0, 1.0])


def test_skill_of_a_forecast_that_errs_half_as_much() -> None:
    rng = np.random.default_rng(3)
    every = [
        forecast(origin, 1, np.full(50, 0.5 * error), 0.0, np.full(50, error))
        for origin, error in zip(origins.origins(), rng.uniform(0.5, 2, len(origins.origins())), strict=True)
    ]
    found = scoring.score(every)
    skill = scoring.skill(found.crps, scoring.best(found), [one.origin for one in every])
    assert (skill.value, skill.low, skill.high) == pytest.approx((0.5, 0.5, 0.5))


def test_few_origins_have_no_interval() -> None:
    every = [forecast(origin, 1, np.zeros(9), 1.0, np.zeros(9)) for origin in origins.origins()[:3]]
    found = scoring.score(every)
    skill = scoring.skill(found.crps, scoring.best(found), [one.origin for one in every])
    assert skill.value == pytest.approx(0.0)
    assert np.isnan(skill.low)


def test_the_histogram_counts_every_observation() -> None:
    assert scoring.histogram(np.array([0.0, 0.05, 0.55, 1.0])) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 1]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("back") / "out"
    done = CliRunner().invoke(app, ["backtest", "--draws", "200", "--json", "--out", str(out)])
    found: dict[str, Any] = json.loads(done.stdout) | {"folder": out}
    return found


def test_the_command_gives_targets_horizons_and_pooled(document: dict[str, Any]) -> None:
    wanted = {"id", "n", "coverage50", "coverage90", "crps", "crps_best_baseline", "skill", "skill_low", "skill_high"}
    assert len(document["targets"]) >= 20
    assert all(wanted <= set(row) for row in document["targets"])
    assert [row["quarters"] for row in document["horizons"]] == [1, 2, 4, 8]
    assert sum(row["n"] for row in document["horizons"]) == document["pooled"]["n"] >= 400
    assert {"skill", "skill_low", "skill_high"} <= set(document["pooled"])
    ids = {row["id"] for row in document["facts"]}
    assert {f"cn_share_nvidia_{m}_{y}" for m in ("units", "h100e") for y in range(2022, 2026)} <= ids


def test_each_forecast_is_written_and_can_be_scored_again(document: dict[str, Any]) -> None:
    with (document["folder"] / files.CSV).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == document["pooled"]["n"]
    assert (document["folder"] / files.PARQUET).stat().st_size > 1000
    inside = [float(row["q05"]) <= float(row["observed"]) <= float(row["q95"]) for row in rows]
    assert np.mean(inside) == pytest.approx(document["pooled"]["coverage90"], abs=0.02)
    assert np.mean([float(row["crps"]) for row in rows]) == pytest.approx(document["pooled"]["crps"], rel=1e-3)


@pytest.mark.validation
def test_bands_hold_what_they_promise(document: dict[str, Any]) -> None:
    for row in document["horizons"][:3]:
        assert 0.80 <= row["coverage90"] <= 0.97, row["quarters"]
        assert 0.38 <= row["coverage50"] <= 0.60, row["quarters"]


@pytest.mark.validation
def test_the_model_beats_the_best_naive_forecast(document: dict[str, Any]) -> None:
    assert document["pooled"]["skill_low"] > 0


@pytest.mark.validation
def test_no_target_is_significantly_worse_unexplained(document: dict[str, Any]) -> None:
    worse = {row["id"] for row in document["targets"] if row["skill_high"] is not None and row["skill_high"] < 0}
    text = (Path(__file__).parents[2] / "docs" / "backtest.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in worse), worse


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target", "nvidia"], "no target nvidia"),
        (["--until", "2020"], "no origin 2020: write a quarter from 2022-Q4 to 2026-Q1"),
        (["--until", "soon"], "no origin soon"),
    ],
)
def test_bad_input_is_refused(words: list[str], message: str) -> None:
    done = CliRunner().invoke(app, ["backtest", "--draws", "100", *words])
    assert isinstance(done.exception, BadInput)
    assert message in str(done.exception)


def test_a_bad_row_is_refused_by_name(tmp_path: Path) -> None:
    lines = targets.FILE.read_text(encoding="utf-8").splitlines()
    path = tmp_path / "rolling_targets.csv"
    path.write_text("\n".join([lines[0], lines[1].replace("delivered|h100e_8bit|nvidia", "delivered|nothing")]))
    with pytest.raises(BadInput, match=r"rolling_targets.csv, row 2: a run has no delivered\|nothing@World"):
        targets.read(path)
