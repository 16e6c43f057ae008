"""The forecast register: written once, sealed, scored by what comes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from rechenmacht.domains.uncertainty import register, scores
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.app import app


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["forecast", *words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("register") / "made.json"
    run("register", "--out", str(path), "--draws", "200")
    return path


def test_the_shipped_register_is_sealed_and_names_public_quantities() -> None:
    path = max(register.FOLDER.glob("*.json"))
    document = register.read(path)
    assert document["draws"] >= 10_000
    ids = {row["id"] for row in document["forecasts"]}
    assert {
        "h100e_sold_nvidia",
        "data_centre_twh_world",
        "capex_ai_us",
        "adoption_eurostat_firms",
        "cn_share_nvidia_units",
    } <= ids
    for row in document["forecasts"]:
        assert row["quantiles"] == sorted(row["quantiles"])


def test_a_register_is_never_overwritten_and_altering_it_shows(made: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="exists already; a file is never overwritten"):
        run("register", "--out", str(made), "--draws", "10")
    document = json.loads(made.read_text(encoding="utf-8"))
    document["forecasts"][0]["quantiles"][3] += 1
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(BadInput, match="the checksum does not fit"):
        register.read(changed)


def test_scoring(made: Path, tmp_path: Path) -> None:
    document = register.read(made)
    row = next(r for r in document["forecasts"] if r["id"] == "data_centre_twh_world" and r["year"] == "2026")
    observed = tmp_path / "observed.csv"
    middle, beyond = row["quantiles"][9], row["quantiles"][-1] * 2
    observed.write_text(f"id,year,value\ndata_centre_twh_world,2026,{middle}\ndata_centre_twh_world,2027,{beyond}\n")
    found = json.loads(run("score", str(observed), "--edition", str(made), "--json"))["scores"]
    assert [one["in90"] for one in found] == [True, False]
    assert found[0]["in50"] is True
    assert found[1]["crps"] > found[0]["crps"]
    said = run("score", str(observed), "--edition", str(made))
    assert "1 of 2 observations lie in the 90% bands" in said
    assert "other facts" not in said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("chips_sold_nvidia,2026,-3", "chips_sold_nvidia for 2026: -3 count is below nothing"),
        ("capex_ai_us,2027,-1e9", "is below nothing, which it cannot be"),
        ("adoption_cnnic_users,2026,43", "a share of 43 is more than the whole"),
        ("cn_frontier_gap,2026,-2", ""),  # who lies behind may come to be ahead
    ],
)
def test_a_value_that_cannot_be_is_refused(made: Path, tmp_path: Path, row: str, said: str) -> None:
    observed = tmp_path / "observed.csv"
    observed.write_text(f"id,year,value\n{row}\n", encoding="utf-8")
    if not said:
        assert run("score", str(observed), "--edition", str(made))
        return
    with pytest.raises(BadInput, match=re.escape(said)):
        run("score", str(observed), "--edition", str(made))
    with pytest.raises(BadInput, match=r"unter null|mehr als das Ganze"):
        run("score", str(observed), "--edition", str(made), "--lang", "de")


def test_a_register_of_other_facts_says_so(made: Path, tmp_path: Path) -> None:
    """Registers are kept as they were sealed; facts move on, and then today's run cannot give their numbers again."""
    body = {**register.read(made), "data_checksum": "0" * 64}
    body["sha256"] = register._checksum(body)
    older, observed = tmp_path / "older.json", tmp_path / "observed.csv"
    older.write_text(json.dumps(body), encoding="utf-8")
    observed.write_text("id,year,value\ndata_centre_twh_world,2026,600\n")
    found = json.loads(run("score", str(observed), "--edition", str(older), "--json"))
    assert found["same_data"] is False
    assert found["sealed_data_checksum"] == "0" * 64
    assert found["edition"] == "older.json"
    assert "was made from other facts than today's (checksum 000000000000" in run(
        "score", str(observed), "--edition", str(older)
    )


def test_values_are_scored_by_what_was_sealed_before_they_were_known(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "editions"
    folder.mkdir()
    monkeypatch.setattr(register, "FOLDER", folder)
    document = register.read(made)
    for day in ("2026-11-27", "2026-11-30"):
        body = {**document, "made": day}
        body["sha256"] = register._checksum(body)
        (folder / f"{day}.json").write_text(json.dumps(body), encoding="utf-8")
    observed = tmp_path / "observed.csv"

    def used(known: str, *words: str) -> str:
        observed.write_text(f"id,year,value,known\ndata_centre_twh_world,2026,600,{known}\n", encoding="utf-8")
        return str(json.loads(run("score", str(observed), *words, "--json"))["made"])

    assert used("") == "2026-11-30"
    assert used("2026-11-30") == "2026-11-27"  # not the one that was sealed on the day on which it was known
    assert used("2027-02-01") == "2026-11-30"
    assert used("2027-02-01", "--edition", "2026-11-27") == "2026-11-27"
    with pytest.raises(BadInput, match="no register was sealed before 2026-11-27"):
        used("2026-11-27")
    with pytest.raises(BadInput, match=r"no register 2026-11-28; did you mean 2026-11-27"):
        used("", "--edition", "2026-11-28")


def test_the_quantile_score_is_the_crps_of_many_quantiles() -> None:
    draws = np.random.default_rng(1).gamma(2.0, 3.0, 50_000)
    levels = (np.arange(999) + 1) / 1000
    ours = register.quantile_score(np.quantile(draws, levels).tolist(), levels.tolist(), 4.0)
    assert ours == pytest.approx(scores.crps(draws[None], np.array([4.0]))[0], rel=0.01)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,year\na,2026\n", "observed.csv: no column value"),
        ("id,year,value\nh100e_sold_nvidia,2026,many\n", "observed.csv, row 2: 'many' is no finite number"),
        ("id,year,value\nnone,2026,1\n", "no forecast 'none' for 2026"),
        ("id,year,value\n", "observed.csv: no rows"),
        ("id,year,value\n" + "h100e_sold_nvidia,2026,2e7\n" * 2, "h100e_sold_nvidia for 2026 is given 2 times"),
        ("id,year,value,known\nh100e_sold_nvidia,2026,2e7,2027-02-30\n", "2027-02-30 is no date"),
    ],
)
def test_bad_observations_are_refused(made: Path, tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "observed.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as found:
        run("score", str(path), "--edition", str(made))
    assert message in str(found.value)
