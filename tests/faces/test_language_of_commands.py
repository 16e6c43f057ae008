"""German is German: no English word from a list stands in what a question prints, outside names and quotations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rechenmacht.answers.answer import Answer
from rechenmacht.evidence.base import Base
from rechenmacht.faces import registry, terminal
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words
from rechenmacht.outputs.cli import main

PACKAGE = Path(registry.__file__).parent.parent
ENGLISH = re.compile(
    r"\b(?:the|and|of|with|without|from|which|who|whose|is|are|not|nothing|all|each|every|unknown|value|source|claims?|"
    r"company|scenario|question|title|date|status|outcome|share|range|median|draws?|seed|chips?|price|cost|power|year|"
    r"quarter|region|United States|Rest of the world|judgement|estimated|reported|measured|specified|primary|secondary|"
    r"billion|million|trillion|months?|days?|hours?|at least|at most|yes|no)\b"
)
# Words of both languages, and names that are English in German texts too.
SHARED = {"Median", "Chip", "Chips"}
PLAIN = ("capital.circularity", "capital.coverage", "capital.concentration", "capital.history", "capital.stress",
         "race.run", "race.scenarios", "uncertainty.discover", "facts.listing", "facts.show", "facts.claims", "facts.fact",
         "facts.conflicts", "facts.sources", "facts.stale", "facts.diff", "facts.query", "facts.validate",
         "capital.deals", "capital.exposure", "capital.roundtrip", "rules.changes", "rules.regimes", "rules.party",
         "rules.reach", "engine.train", "engine.serve", "engine.frontier")  # fmt: skip
NAMED = (
    "title",
    "publisher",
    "source",
    "claim",
    "topic",
    "chip",
    "locator",
    "note",
    "origin",
    "read_at",
    "citation",
    "what",
    "id",
)
"""What the data say in their own words: quotations, and names."""


def _quoted(answer: Answer) -> Iterator[str]:
    """Yield the texts of an answer that are quotations or names."""
    rows = [dict(answer.values), *(row for table in answer.tables for row in table.rows)]
    rows += [
        one for row in rows for cell in row.values() if isinstance(cell, list) for one in cell if isinstance(one, dict)
    ]
    yield from (str(row[key]) for row in rows for key in NAMED if row.get(key) and isinstance(row[key], str))


def _names(base: Base) -> set[str]:
    return {word for one in base.entities.values() for word in one.name_de.split()}


@pytest.mark.parametrize("name", PLAIN)
def test_a_german_answer_holds_no_english_word(base: Base, name: str) -> None:
    question = registry.everything()[name]
    few = {"draws": 400 if name == "uncertainty.discover" else 100} if "draws" in question.model_fields else {}
    for field, info in question.model_fields.items():
        if info.is_required() or isinstance((info.examples or [None])[0], dict):
            few[field] = (info.examples or [None])[0]
    answer = answered(settled(question, few, base), base)
    words = Words(language("de"), base)
    text = "\n".join([terminal.text(answer, words), *words.notes(answer)])
    for quoted in sorted({" ".join(one.split()) for one in _quoted(answer)}, key=len, reverse=True):
        text = text.replace(quoted, "")
    text = re.sub(
        r"https?://\S+|\([\w.]+\)|[\w]+\.[\w.]+", "", text
    )  # ids of parameters are the same in both languages
    found = {match[0] for match in ENGLISH.finditer(text)} - SHARED - _names(base)
    assert found == set()


@pytest.mark.parametrize(
    "words", [["capital", "exposure", "nobody"], ["run", "nowhere"], ["capital", "stress", "--draws", "0"]]
)
def test_errors_of_questions_are_german(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main([*words, "--lang", "de"]) == 2
    _, told = capsys.readouterr()
    assert len(told.strip().splitlines()) == 1


def _told(node: ast.AST) -> bool:
    """Return whether this is text of a program's own, not a file's name or a code."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(
        re.search(r"[a-zäöüß]{3}", text) and not re.search(r"[/.]\w|^[a-z]{2}-[A-Z]{2}$", text) for text in texts
    )


def _inline(path: Path) -> list[int]:
    """Return the lines where both languages stand side by side in code: by a dictionary, or chosen by a condition."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            keys = {key.value: value for key, value in pairs if isinstance(key, ast.Constant)}
            if {"en", "de"} <= keys.keys() and _told(keys["de"]) and _told(keys["en"]):
                found.append(node.lineno)
        elif isinstance(node, ast.IfExp) and re.search(r"== '(en|de)'", ast.unparse(node.test)):
            sides = (node.body, node.orelse)
            if all(isinstance(side, ast.Constant | ast.JoinedStr) and _told(side) for side in sides):
                found.append(node.lineno)
    return found


def test_no_text_stands_in_code() -> None:
    counted = {path.relative_to(PACKAGE).as_posix(): _inline(path) for path in sorted(PACKAGE.rglob("*.py"))}
    assert {name: lines for name, lines in counted.items() if lines} == {}, "texts belong into faces/locales"
