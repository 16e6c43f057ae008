"""`facts sources`, `facts stale`, `facts diff`: the questions, in both languages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rechenmacht.domains.facts.questions import Diff, Sources, Stale
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.release import read_edition
from rechenmacht.outputs.cli.app import app

run = CliRunner()


def told(*words: str) -> str:
    result = run.invoke(app, ["facts", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_weak_sources_by_machine() -> None:
    found = json.loads(told("sources", "--weak", "--json"))
    assert 100 < found["claims_used"] < 5000
    assert 0.5 <= found["primary_or_serious_share"] <= 1
    assert found["parameters_weak_only"] == len(found["parameters"])
    assert found["headlines_weak"] == sum(row["weak"] for row in found["headlines"])
    assert found["primary_or_serious_share"] == pytest.approx(1 - len(found["weak_claims"]) / found["claims_used"])
    assert all(row["weak"] for row in found["publications"])


def test_all_publications_are_listed(base: Base) -> None:
    answer = Sources().answer(base)
    table = next(one for one in answer.tables if one.name == "publications")
    assert {row["id"] for row in table.rows} == set(base.sources)
    assert sum(row["claims"] for row in table.rows) == len(base.tables.claims)


def test_ages_are_counted_from_the_day_asked_for(base: Base) -> None:
    early, late = (
        {row["id"]: row for row in Stale(on=day).answer(base).tables[0].rows} for day in ("2026-10-01", "2026-11-30")
    )
    same = [name for name in late if early[name]["source"] == late[name]["source"] and late[name]["days"] is not None]
    assert same
    assert all(late[name]["days"] - early[name]["days"] == 60 for name in same)  # 31 days of October, 29 of November
    assert all(row["data_to"] <= "2026-11-30" for row in late.values())
    assert Stale().settled(base).on


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30"])
def test_no_day_of_the_calendar(base: Base, day: str) -> None:
    with pytest.raises(BadInput, match="no day of the calendar"):
        Stale(on=day).answer(base)


def test_both_languages() -> None:
    english, german = (told("stale", "--on", "2026-11-30", "--lang", lang) for lang in ("en", "de"))
    assert "data to" in english
    assert "Chips made and delivered" in english
    assert "Daten bis" in german
    assert "Gebaute und gelieferte Chips" in german
    assert "Parameter nur auf schwachen Quellen" in told("sources", "--weak", "--lang", "de")


def edited(folder: Path) -> Path:
    shutil.copytree(SHIPPED / "claims", folder / "claims")
    path = folder / "claims" / "macro.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace(",USD,", ",USD,", 1).replace("1.10615726186e+13", "1e+13")
    path.write_text("".join([*lines[:2], *lines[3:]]), encoding="utf-8")
    return folder


def test_what_changed_since_an_edition(tmp_path: Path) -> None:
    before = edited(tmp_path / "old")
    found = json.loads(told("diff", str(before), "--json"))
    assert (found["added"], found["corrected"], found["withdrawn"]) == (1, 1, 0)
    assert {row["change"]: row["claim"] for row in found["changes"]} == {
        "added": "bloc.cn.gdp.2016.1",
        "corrected": "bloc.cn.gdp.2015.1",
    }
    back = json.loads(told("diff", str(SHIPPED), str(before), "--json"))
    assert (back["added"], back["corrected"], back["withdrawn"]) == (0, 1, 1)
    assert "zurückgezogen" in told("diff", str(SHIPPED), str(before), "--lang", "de")
    assert "No claim differs." in told("diff", str(SHIPPED))


def test_editions_in_the_question_itself(base: Base) -> None:
    old = {"version": "1", "claims": {"a.b.1": {"value": "1", "unit": "MW"}}}
    new = {"version": "2", "claims": {"a.b.1": {"value": "2", "unit": "MW"}}}
    answer = Diff.asked({"old": old, "new": new}).answer(base)
    assert answer.values == {"before": "1", "after": "2", "added": 0, "corrected": 1, "withdrawn": 0}
    with pytest.raises(BadInput, match="the earlier edition is needed"):
        Diff().answer(base)


def test_no_edition_is_one_clear_sentence(tmp_path: Path) -> None:
    result = run.invoke(app, ["facts", "diff", str(tmp_path / "none")])
    assert result.exit_code == 2 or isinstance(result.exception, BadInput)
    assert read_edition(SHIPPED)["version"]
