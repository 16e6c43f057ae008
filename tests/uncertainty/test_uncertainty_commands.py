"""The commands on uncertainty: what they print, what they write, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.app import app

CHINA = "installed|h100e_8bit@China@2030-Q4"


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_sensitivity_names_the_assumptions_and_what_they_rest_on(tmp_path: Path) -> None:
    out = tmp_path / "found"
    text = run("sensitivity", "--outcome", CHINA, "--draws", "300", "--out", str(out))
    assert "export_controls.smuggled_share" in text
    assert "judgement" in text
    assert "300 draws; a rank correlation below 0.11 is noise" in text
    assert {path.name for path in out.iterdir()} == {
        "answer.json",
        "outcomes.csv",
        "rank-1.svg",
        "rank-1.png",
        "figures.txt",
    }
    lines = (out / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "outcome,unit,name,basis,claims,rank,low_end,high_end"
    assert len(lines) > 400


def test_sensitivity_in_german_and_as_json() -> None:
    assert "Rangkorrelation" in run("sensitivity", "--outcome", CHINA, "--draws", "200", "--lang", "de")
    document = json.loads(run("sensitivity", "--outcome", CHINA, "--draws", "200", "--json"))
    ranks = [abs(row["rank"]) for row in document["outcomes"][0]["parameters"]]
    assert ranks == sorted(ranks, reverse=True)
    assert document["outcomes"][0]["parameters"][0]["claims"] is not None


def test_compare_tells_difference_and_drivers(tmp_path: Path) -> None:
    words = ["compare", "reference", "tight_controls", "--outcome", CHINA, "--draws", "200"]
    document = json.loads(run(*words, "--json"))
    one = document["outcomes"][0]
    assert one["difference"]["q50"] < 0
    assert one["higher"] < 0.1
    assert one["drivers"][0]["name"]
    assert "What the difference depends on" in run(*words, "--out", str(tmp_path / "pair"))
    assert (tmp_path / "pair" / "drivers-1.svg").exists()


def test_a_scenario_does_not_differ_from_itself() -> None:
    one = json.loads(run("compare", "reference", "reference", "--outcome", CHINA, "--draws", "100", "--json"))
    assert one["outcomes"][0]["higher"] == 0.5
    assert set(one["outcomes"][0]["difference"].values()) == {0.0}


def test_discover_finds_conditions(tmp_path: Path) -> None:
    out = tmp_path / "box"
    text = run("discover", "--draws", "600", "--out", str(out))
    assert "China is ahead of United States by the definition Application" in text
    assert "adoption.ceiling_firms.cn" in text
    assert (out / "box.svg").exists()
    document = json.loads(run("discover", "--case", "frontier_gap@China < 12", "--draws", "500", "--json"))
    assert 0.1 < document["rate"] < 0.9
    assert document["box"]["density"] > document["rate"] + 0.05


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sensitivity", "--outcome", "power_connected@Chin"], "no outcome power_connected@Chin; did you mean"),
        (["sensitivity", "--draws", "7"], "draws must be at least 100, not 7"),
        (["sensitivity", "--method", "sobol", "--base", "100"], "--base must be a power of two"),
        (["compare", "reference", "referenz"], "no scenario 'referenz'"),
        (["compare", "reference", "reference", "--set", "x=1"], "no parameter 'x'"),
        (["discover", "--who", "us"], "who and over are both us"),
        (["discover", "--at", "2040-Q1"], "2040-Q1 is not within 2022-Q1 to 2035-Q4"),
        (["discover", "--ahead", "stack", "--draws", "100"], "The case occurs in 0 of 100 draws"),
        (["discover", "--case", "frontier_gap@China = 6"], "write variable@region@quarter, < or >, and a number"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(words: list[str], message: str) -> None:
    with pytest.raises(BadInput) as found:
        run(*words)
    assert message in str(found.value)
