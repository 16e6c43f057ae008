"""`run`: it prints what is asked for, keeps the observed past as it was, and says where it does not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import rechenmacht as rm
from rechenmacht import runs, scenario
from rechenmacht.domains.race.answers.common import REWRITING
from rechenmacht.domains.race.axes import LAST_OBSERVED, OBSERVED
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.outputs.cli.app import app, main

FEW = ("--draws", "100")


def run(*words: str) -> str:
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(list(words)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize("at", ["2025Q1", "2022-Q1", "2026Q2", "2025", "2026-06"])
@pytest.mark.parametrize("option", ["--set", "--shift"])
def test_no_lever_rewrites_what_was_observed(capsys: pytest.CaptureFixture[str], at: str, option: str) -> None:
    said = refused(capsys, "run", option, f"export_controls.smuggled_share=0.5@{at}")
    assert said.startswith("error: export_controls.smuggled_share from 20")
    assert f"contradict what was observed to {LAST_OBSERVED}" in said


def test_a_lever_in_the_past_needs_a_run_that_ends_its_history_before(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("run", "--set", "adoption.fall.us=0.5@2025Q1", "--outcome", "ai_revenue@us@2025Q4", "--json", *FEW)
    free = json.loads(run(*words[:1], "--until", "2024Q4", *words[3:]))
    dated = json.loads(run(*words, "--until", "2024Q4"))
    assert dated["quantities"][0]["value"]["q50"] < 0.9 * free["quantities"][0]["value"]["q50"]
    assert (dated["conditioned_to"], dated["contradicts"]) == ("2024-Q4", [])
    assert "observed to 2025-Q1" in refused(capsys, *words, "--until", "2025Q1")


@pytest.mark.parametrize("command", [("compare", "reference", "tight_controls"), ("sensitivity",)])
def test_other_commands_keep_the_past_too(capsys: pytest.CaptureFixture[str], command: tuple[str, ...]) -> None:
    assert "contradict what was observed" in refused(capsys, *command, "--set", "capital.stop=0.5@2025Q1")


def test_mechanisms_that_rewrite_the_past_are_those_said_to(base: Base) -> None:
    reference = scenario.find(base, "reference")

    def past(*off: str) -> Any:
        model = runs.model_of(base, runs.replace_off(reference, off))
        return whole(model, 2, 1, "numpy")[:, : len(OBSERVED)]

    usual = past()
    other = {name for name in NAMES if not np.allclose(past(name), usual, rtol=1e-4, atol=1e-9, equal_nan=True)}
    assert other == REWRITING


@pytest.mark.parametrize(("code", "said"), [("en", "Counterfactual past: deployment"), ("de", "Kontrafaktische")])
def test_a_run_whose_past_is_another_says_so_first(code: str, said: str) -> None:
    text = run("run", "--off", "deployment", "--lang", code, "--draws", "3")
    assert text.split("\n\n")[1].startswith(said)
    assert "Counterfactual" not in run("run", "--off", "production", "--draws", "3")
    assert json.loads(run("run", "--off", "deployment", "--draws", "3", "--json"))["contradicts"] == ["deployment"]
    assert json.loads(run("run", "ai_plus_met", "--draws", "3", "--json"))["contradicts"][0].endswith("@2026-Q1")


def test_the_outcomes_asked_for_are_printed() -> None:
    text = run("run", "--outcome", "capex_ai", "--outcome", "power_connected", *FEW)
    assert "capital spending on AI" in text
    assert "connected power" in text
    assert "Installed compute" not in text
    german = run("run", "--outcome", "capex_ai", "--lang", "de", *FEW)
    assert "Investitionen in KI" in german
    assert "Golfstaaten" in german


def test_what_is_a_probability_is_printed_as_one() -> None:
    text = run("run", "--outcome", "bust|capex_30", "--outcome", "ahead|stack", *FEW)
    (world,) = (line for line in text.splitlines() if line.startswith("World"))
    assert world.endswith("%")
    assert "none of 100 draws" in text  # and never 0 %
    assert "100 of 100 draws" in text  # and never 100 %
    assert " 0%" not in text
    assert "100%" not in text


def test_a_quantity_in_words_is_printed_with_its_share_of_draws() -> None:
    words = ("run", "--outcome", "gain delivered|chips|amd@Welt@2030 / gain delivered|chips|nvidia@world@2030 > 0.2")
    document = json.loads(run(*words, *FEW, "--json"))
    (row,) = document["quantities"]
    assert row["quantity"].startswith("gain delivered|chips|amd@World@2030 / gain")
    assert row["unit"] == "1"
    assert 0 <= row["holds"] <= 1
    assert "Zuwachs in 2030 / " in run(*words, *FEW, "--lang", "de")


def test_one_draw_has_no_range() -> None:
    text = run("run", "--draws", "1")
    assert "90" not in text.split("What the headline")[0]
    assert "–" not in text
    assert "one draw, without a range" in text
    assert "single draws" in run("run", "--draws", "5")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "capital.stp=1"), "Fehler: Szenario reference: kein Parameter 'capital.stp'; gemeint vielleicht"),
        (("--set", "capital.stop"), "Fehler: --set capital.stop: NAME=WERT"),
        (("--set", "capital.stop=x"), "Fehler: --set capital.stop=x: der Wert ist keine endliche Zahl"),
        (("--set", "capital.stop=9"), "liegt außerhalb von"),
        (("--outcome", "capex_a"), "Fehler: kein Ergebnis 'capex_a'; gemeint vielleicht capex_ai"),
        (("--outcome", "mean capex_ai@Mars@2030"), "Fehler: outcome: ein Lauf hat kein capex_ai in Mars"),
        (("--off", "chanc"), "kein Mechanismus 'chanc'; gemeint vielleicht chance?; bekannt: chance"),
        (("--until", "2031Q1"), "Fehler: until: '2031Q1' ist kein Quartal"),
        (("--off", "ecosystem", "--set", "ecosystem.beta=3"), "weil sein Mechanismus ecosystem abgeschaltet ist"),
        (("--set", "capital.stop=0.3", "--shift", "capital.stop=0.4"), "capital.stop ist gesetzt und verschoben"),
    ],
)
def test_what_is_refused_is_said_in_the_language(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    for language in (("--lang", "de"), ("--lang=de",)):
        assert said in refused(capsys, "run", *words, *language)


def test_python_takes_levers_as_the_command_line_writes_them() -> None:
    mapped = rm.run(set={"capital.stop": {"2027Q1": 0.5}}, draws=3)
    listed = rm.run(set=["capital.stop=0.5@2027Q1"], draws=3)
    assert listed.frame("capex_ai").equals(mapped.frame("capex_ai"))
    with pytest.raises(BadInput, match="no parameter 'a'"):
        rm.run(set=["a=2"], draws=3)


def test_all_draws_see_what_the_run_saw() -> None:
    early = rm.run(draws=3, until="2024Q4")
    drawn = early.draws("capex_ai").sel(region="World", quarter="2025-Q4")
    told = early.frame("capex_ai").query("region == 'World' and quarter == '2025-Q4'")["q50"].item()
    assert float(drawn.median()) == pytest.approx(told, rel=1e-5)
