"""The commands on uncertainty: what they print, what they write, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rechenmacht.answers.kinds import Kind
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words
from rechenmacht.outputs.cli.app import app

CAPEX = "capex_ai@us@2030"
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
    # 514 assumptions: each may exceed with 1 - 0.95^(1/514) = 1.0e-4, two-sided 3.891 / sqrt(299) = 0.2250.
    assert "300 draws; a rank correlation below 0.23 is noise" in text
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
    row = one["outcomes"][0]
    assert (row["higher"], row["lower"], row["same"], row["higher_unpaired"]) == (0, 0, 1, 0.5)
    assert set(row["difference"].values()) == {0.0}
    assert set(row["ratio"].values()) == {1.0}
    text = run("compare", "reference", "reference", "--outcome", CHINA, "--draws", "100")
    assert text.count("none of 100 draws") == 2
    assert "50%" not in text


@pytest.mark.parametrize(
    ("share", "english", "german"),
    [
        (0.0, "none of 1,000 draws", "keiner von 1.000 Ziehungen"),
        (0.001, "1 of 1,000 draws", "1 von 1.000 Ziehungen"),
        (0.996, "996 of 1,000 draws", "996 von 1.000 Ziehungen"),
        (1.0, "1,000 of 1,000 draws", "1.000 von 1.000 Ziehungen"),
        (0.5, "50%", "50 %"),
        (0.994, "99%", "99 %"),
    ],
)
def test_no_share_of_draws_is_printed_as_certain(base: Base, share: float, english: str, german: str) -> None:
    for code, expected in (("en", english), ("de", german)):
        assert Words(language(code), base).cell(share, Kind("drawn"), {"draws": 1000}) == expected


def test_an_outcome_without_a_ratio_does_not_stop_the_others() -> None:
    odd = ("bust|capex_30@World@2030", "frontier_gap@us", "frontier_gap@cn")
    words = ["compare", "reference", "tight_controls", *(part for one in odd for part in ("--outcome", one))]
    bust, none, gap = json.loads(run(*words, "--draws", "200", "--json"))["outcomes"]
    assert (none["ratio"], none["relative"]) == (None, None)
    assert (bust["difference"], bust["ratio"]) == (None, None)
    assert 0 <= bust["share_a"] <= 1
    assert gap["difference"]["q50"] > 0
    text = run(*words, "--draws", "200")
    assert "United States, gap to the frontier, end of 2030: no ratio" in text
    assert "in 200 of 200 draws" in text


def test_compare_takes_what_a_run_takes() -> None:
    words = ["compare", "reference", "reference", "--outcome", "capex_ai@World@2030", "--draws", "100", "--json"]
    moved = {
        "off": ["--off", "chance"], "set": ["--set", "capital.stop=0.3@2027Q1"],
        "shift": ["--shift", "export_controls.smuggled_share=0.2"],
    }  # fmt: skip
    for name, more in moved.items():
        document = json.loads(run(*words, *more))
        assert document["asked"][name] == more[1:]
        assert document["outcomes"][0]["same"] < 1, name
    late, early = (json.loads(run(*words, *more)) for more in ((), ("--until", "2024Q4")))
    assert (late["conditioned_to"], early["conditioned_to"]) == ("2026-Q2", "2024-Q4")


def test_a_bar_in_compare_is_on_the_ratio() -> None:
    # Half of the draws' ratios lie above their median.
    words = ["compare", "reference", "tight_controls", "--draws", "100", "--json", "--outcome"]
    middle = json.loads(run(*words, f"end {CHINA}"))["outcomes"][0]["ratio"]["q50"]
    assert json.loads(run(*words, f"end {CHINA} > {middle:.9f}"))["outcomes"][0]["holds"] == pytest.approx(
        0.5, abs=0.01
    )


def test_sensitivity_takes_levers_and_says_where_nothing_stands_out() -> None:
    words = ["sensitivity", "--outcome", "frontier_gap@us", "--outcome", CHINA, "--draws", "100", "--off", "chance"]
    text = run(*words, "--set", "capital.stop=0.3@2027Q1")
    assert "gap to the frontier, end of 2030: no assumption stands out from noise" in text
    assert "Mechanisms switched off: chance" in text
    assert "Levers set beside the scenario: capital.stop=0.3@2027Q1" in text


def test_regions_have_their_names_in_either_language() -> None:
    words = ["compare", "reference", "tight_controls", "--draws", "100", "--json", "--lang", "de", "--outcome"]
    found = [json.loads(run(*words, f"capex_ai@{name}@2030"))["outcomes"] for name in ("Welt", "World", "world")]
    assert found[0] == found[1] == found[2]
    for name in ("Vereinigte Staaten", "Golfstaaten", "Übrige Welt", "europa"):
        assert run(*words, f"capex_ai@{name}@2030Q4")
    assert run("discover", "--case", "frontier_gap@China < 12", "--draws", "500", "--lang", "de")


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
        (["sensitivity", "--method", "gradient", "--outcome", "gain delivered|chips|amd@us@2030"], "a run has no"),
        (["sensitivity", "--method", "gradient", "--outcome", f"mean {CAPEX}"], "gradient is of outcomes at a quarter"),
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
