"""Every command that the page of statements prints, run: it must print the figure that stands beside it."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest
from typer.testing import CliRunner

from rechenmacht import runs, scenario
from rechenmacht.domains.uncertainty import debate
from rechenmacht.domains.uncertainty.ensemble import Outcomes, whole
from rechenmacht.evidence.base import Base, once
from rechenmacht.faces.language import language
from rechenmacht.outputs import claims_page
from rechenmacht.outputs.cli.app import app

DRAWS = 100
FOUND = debate.read()
TOLD = [one for one in FOUND if one.scenario]
BESIDE = [one for one in FOUND if not one.scenario and one.command]
FEWER = {"run": 100, "sensitivity": 100, "discover": 500}


def printed(command: str, *more: str) -> str:
    words = shlex.split(command)
    assert words[0] == "rechenmacht"
    done = CliRunner().invoke(app, [*words[1:], *more])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@once
def _outcomes(base: Base, name: str) -> Outcomes:
    return whole(runs.model_of(base, scenario.find(base, name)), DRAWS, claims_page.SEED)


def answered(base: Base, one: debate.Statement) -> debate.Answered:
    return debate.answer(one, {name: _outcomes(base, name) for name in {debate.REFERENCE, one.scenario}})


@pytest.mark.parametrize("one", TOLD, ids=[one.id for one in TOLD])
def test_the_printed_command_gives_the_printed_figure(base: Base, one: debate.Statement) -> None:
    expected = answered(base, one)
    document: dict[str, Any] = json.loads(printed(one.command, "--draws", str(DRAWS), "--json"))
    row = document["outcomes" if one.relative else "quantities"][0]
    assert expected.band is not None
    if one.holds == debate.CHANCE:
        assert row["holds"] == pytest.approx(expected.share)
        return
    figure = row["ratio" if one.relative else "value"]
    per = debate.PERCENT if one.unit["en"] == "%" else 1
    found = [figure[key] * per for key in ("q05", "q50", "q95")]
    assert found == pytest.approx(list(expected.band), rel=1e-5, abs=1e-9)
    assert row["holds"] == (pytest.approx(expected.share) if one.holds else None)


@pytest.mark.parametrize("one", BESIDE, ids=[one.id for one in BESIDE])
def test_what_is_no_answer_runs_too(one: debate.Statement) -> None:
    draws = FEWER.get(one.command.split()[1])
    assert printed(one.command, *(("--draws", str(draws)) if draws else ()))


@pytest.mark.parametrize("code", ["en", "de"])
def test_a_terminal_prints_the_figure_too(base: Base, code: str) -> None:
    one = next(one for one in TOLD if one.id == "C02")
    lang, text = language(code), printed(one.command, "--draws", str(DRAWS), "--lang", code)
    band = answered(base, one).band
    assert band is not None
    for value in band:
        assert lang.number(value, 3) in text


def test_the_page_prints_these_commands_and_says_which_answer(base: Base) -> None:
    for code, nearest in (("en", "no answer to the statement"), ("de", "keine Antwort auf die Aussage")):
        page = claims_page.text(base, [answered(base, one) if one.scenario else debate.answer(one, {}) for one in FOUND],
                                language(code))  # fmt: skip
        for one in (*TOLD, *BESIDE):
            assert f"`{one.command}`" in page
        assert page.count(nearest) == len(BESIDE)


def test_a_factor_that_is_no_hundred_stands_in_the_command() -> None:
    # 4 quarters in percent: 400 = 4 * 100, and a bar of 10 % is 0.1.
    made = debate.command("reference", False, "sum a@cn@2024..2024 / gain b@cn@2024", 400.0, "> 10")
    assert made == "rechenmacht run reference --outcome 'sum a@cn@2024..2024 / gain b@cn@2024 * 4 > 0.1'"
    assert debate.command("s", True, "end a@cn@2030-Q4", 100.0, "< 0.8").endswith("a@cn@2030-Q4 < 0.8'")
