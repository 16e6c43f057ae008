"""A new question touches its domain's function, one Question and text keys; every face has it then."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated, ClassVar

import pytest
import typer
from pydantic import Field
from typer.testing import CliRunner
from typing_extensions import TypedDict

from rechenmacht.answers.answer import Answer, Note, Ranges, Table
from rechenmacht.answers.kinds import Count, Kind, Org, UsdBand
from rechenmacht.answers.question import Positional, Question
from rechenmacht.evidence.base import Base
from rechenmacht.faces import machine, python
from rechenmacht.faces.command import command
from rechenmacht.faces.language import Language, language


class Row(TypedDict):
    """A payer and what it pays."""

    payer: Org
    paid: UsdBand


class Largest(Question):
    """The largest payer."""

    name = "capital.largest"
    tables: ClassVar = {"payers": Row}
    values: ClassVar = {"total": Count}
    org: Annotated[str, Field(examples=["NVIDIA"]), Positional()]
    most: Annotated[int, Field(ge=1, le=10)] = 3


def largest(asked: Largest, base: Base, told: object) -> Answer:
    """Answer with one row."""
    rows = [{"payer": base.find(asked.org).id, "paid": {"low": 1e9, "median": 2e9, "high": 12.5e9}}]
    notes = (Note("note.capital.largest", {"n": (asked.most, Kind("count"))}),)
    return Answer(
        asked,
        {"total": 1},
        (Table("payers", Row, rows),),
        notes,
        charts=(Ranges("largest", "payers", "payer", "paid"),),
    )


TEXTS = {
    "en": {"ask.capital.largest.about": "Name the largest payer.", "ask.capital.largest.org": "Company.",
           "ask.capital.largest.most": "How many.", "column.capital.paid": "paid", "note.capital.largest": "Of {n}.",
           "drawn.capital.largest": "Payers"},
    "de": {"ask.capital.largest.about": "Den größten Zahler nennen.", "ask.capital.largest.org": "Unternehmen.",
           "ask.capital.largest.most": "Wie viele.", "column.capital.paid": "gezahlt", "note.capital.largest": "Von {n}.",
           "drawn.capital.largest": "Zahler"},
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> type[Question]:
    """The question with its domain function and text keys in place; nothing in any face is touched."""
    module = ModuleType("rechenmacht.domains.capital.answers.largest")
    module.largest = largest  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for code, texts in TEXTS.items():
        known: Language = language(code)
        for key, text in texts.items():
            monkeypatch.setitem(known.texts, key, text)
    return Largest


def test_every_face_has_it(asked: type[Question], base: Base) -> None:
    app = typer.Typer()
    app.command("largest")(command(asked))
    german = CliRunner().invoke(app, ["NVIDIA", "--lang", "de"])
    assert german.exit_code == 0
    lines = german.stdout.splitlines()
    assert lines[0].split() == ["Zahler", "gezahlt,", "Mrd.", "USD"]
    assert lines[1].split() == ["NVIDIA", "1", "/", "2", "/", "12,5"]
    assert "Von 3." in german.stdout
    assert "payer,paid_low,paid_median,paid_high" in CliRunner().invoke(app, ["NVIDIA", "--csv"]).stdout
    assert '"schema": "capital.largest/1"' in CliRunner().invoke(app, ["NVIDIA", "--json"]).stdout
    assert "muss mindestens 1 sein" in str(CliRunner().invoke(app, ["NVIDIA", "--most", "0", "--lang", "de"]).exception)
    given = python.Given(asked.asked({"org": "NVIDIA"}).answer(base), base)
    assert "<table>" in given._repr_html_()
    assert given.frame()["paid_median"][0] == 2e9
    assert given.chart()["datasets"]["rows"]
    assert "def largest(org: str, *, most: int = 3" in python._function("largest", asked)
    assert "paid" in str(machine.model(asked).model_json_schema())
    assert Path(python.__file__).exists()
