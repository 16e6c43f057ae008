"""German is German: no English word from a list stands in what a question prints, outside names and quotations."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

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
         "race.run", "uncertainty.discover")  # fmt: skip


def _names(base: Base) -> set[str]:
    return {word for one in base.entities.values() for word in one.name_de.split()}


@pytest.mark.parametrize("name", PLAIN)
def test_a_german_answer_holds_no_english_word(base: Base, name: str) -> None:
    question = registry.everything()[name]
    few = {"draws": 400 if name == "uncertainty.discover" else 100} if "draws" in question.model_fields else {}
    answer = answered(settled(question, few, base), base)
    words = Words(language("de"), base)
    text = "\n".join([terminal.text(answer, words), *words.notes(answer)])
    text = re.sub(r"\([\w.]+\)|[\w]+\.[\w.]+", "", text)  # ids of parameters are the same in both languages
    found = {match[0] for match in ENGLISH.finditer(text)} - SHARED - _names(base)
    assert found == set()


@pytest.mark.parametrize(
    "words", [["capital", "exposure", "nobody"], ["run", "nowhere"], ["capital", "stress", "--draws", "0"]]
)
def test_errors_of_questions_are_german(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main([*words, "--lang", "de"]) == 2
    _, told = capsys.readouterr()
    assert len(told.strip().splitlines()) == 1


def _inline(path: Path) -> list[int]:
    """Return the lines where both languages stand side by side in code: {"en": "...", "de": "..."}."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Dict):
            keys = {
                key.value: value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            told = [
                value
                for key, value in keys.items()
                if key in {"en", "de"}
                and isinstance(value, ast.Constant | ast.JoinedStr | ast.BinOp | ast.Dict | ast.Tuple)
            ]
            if {"en", "de"} <= keys.keys() and told:
                found.append(node.lineno)
    return found


# Files with texts in code, and how many are left: numbers may only fall.
LEFT: dict[str, int] = {}


def test_texts_in_code_only_become_fewer() -> None:
    counted = {path.relative_to(PACKAGE).as_posix(): len(_inline(path)) for path in sorted(PACKAGE.rglob("*.py"))}
    more = {name: number for name, number in counted.items() if number > LEFT.get(name, 0)}
    assert more == {}, "texts belong into faces/locales"
    assert {name: number for name, number in LEFT.items() if counted.get(name, 0) < number} == {}, "lower the count"
