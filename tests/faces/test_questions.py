"""Every question, whatever its domain: light to import, worded in both languages, the same behind every face."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rechenmacht.answers.question import Question
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.faces import charts, drawn, html, machine, python, registry, schemas, terminal
from rechenmacht.faces.asking import answered, settled
from rechenmacht.faces.console import plain
from rechenmacht.faces.fields import about, fields
from rechenmacht.faces.language import LANGUAGES, language
from rechenmacht.faces.words import Words

ALL = registry.everything()
# Questions of which one of two fields must be given, so that neither is needed by itself, and one that takes long.
EITHER: dict[str, dict[str, Any]] = {
    "engine.decentral": {"workers": 8},
    "reader.check": {"text": "The NVIDIA H100 has 80 GB of memory."},
    "rules.classify": {"chip": "H20", "to": "CN"},
    "rules.propose": {"proposal": "BILL-GAIN"},
    "uncertainty.calibrate": {"parameter": ["electricity.other_2025.us"], "steps": 1500},  # all of them take minutes
}
PACKAGE = Path(python.__file__).parent.parent
HEAVY = {"numpy", "scipy", "pandas", "xarray", "altair", "duckdb", "fastapi", "networkx"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_fields_columns_and_charts_have_texts(name: str, lang: str) -> None:
    question, words = ALL[name], language(lang)
    assert about(question, words)
    assert all(field.help for field in fields(question, words))


@pytest.mark.parametrize("name", ALL)
def test_every_answer_shows_itself_in_both_languages(base: Base, name: str) -> None:
    """The example of each question, from few draws: as text, HTML, CSV, JSON and chart, each word in the locales."""
    question, given = ALL[name], _without(ALL[name])
    few = {"draws": 400} if "draws" in question.model_fields else {}
    answer = answered(settled(question, {**given, **few}, base), base)
    for lang in LANGUAGES:
        words = Words(language(lang), base)
        assert terminal.text(answer, words)
        assert html.html(answer, words)
        assert [
            words.notes(answer),
            drawn.specs(answer, words, charts.WIDE),
            [drawn.title(answer, c, words) for c in answer.charts],
        ]
    said = plain(machine.document(answer, base))
    assert said["schema"] == machine.schema_name(question)
    named = {table.name for table in answer.tables if table.machine}
    assert named <= set(question.tables), "a table that the question does not name"
    assert set(answer.values) <= set(question.values), "a value that the question does not name"
    machine.model(question).model_validate(said)
    assert all(machine.csv_text(table) for table in answer.tables)


@pytest.mark.parametrize("domain", registry.DOMAINS)
def test_questions_load_nothing_heavy(domain: str) -> None:
    code = f"import rechenmacht.domains.{domain}.questions, sys; print(*{HEAVY!r} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("domain", registry.DOMAINS)
def test_the_functions_of_python_are_current(domain: str) -> None:
    written = (PACKAGE / f"{domain}.py").read_text(encoding="utf-8")
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(python.source(domain))), (
        "python -m rechenmacht.faces.python"
    )


def test_keys_change_only_with_the_schema_number() -> None:
    assert schemas.changed() == [], "raise schema_number"
    assert schemas.current().keys() <= schemas.committed().keys(), "python -m rechenmacht.faces.schemas"


def _without(question: type[Question]) -> dict[str, Any]:
    """Return the needed fields of a question, from their examples."""
    needed = {
        name: info
        for name, info in question.model_fields.items()
        if info.is_required() or isinstance((info.examples or [None])[0], dict)
    }
    assert all(info.examples for info in needed.values()), f"{question.name}: a needed field has no example"
    return {name: (info.examples or [None])[0] for name, info in needed.items()} | EITHER.get(question.name, {})


@pytest.mark.parametrize("name", ALL)
def test_equal_questions_are_equal_and_faults_are_told_in_german(base: Base, name: str) -> None:
    question, given = ALL[name], _without(ALL[name])
    one, other = settled(question, given, base), settled(question, dict(given), base)
    assert one.key(base, "1") == other.key(base, "1")
    assert one.settled(base) == one
    with pytest.raises(BadInput, match="kein solches Feld"):
        settled(question, {**given, "nonsense": 1}, base, "de")


@pytest.mark.parametrize("name", ALL)
def test_no_field_from_afar_opens_a_file(base: Base, tmp_path: Path, name: str) -> None:
    """A path in any text field is refused or read as a name: what the file says never comes back."""
    secret = tmp_path / "secret.toml"
    secret.write_text('id = "swordfish"\n', encoding="utf-8")
    question = ALL[name]
    texts = [field for field in fields(question, language("en")) if "str" in str(field.type) or field.file]
    for field in texts:
        try:
            asked = settled(question, {**_without(question), field.name: str(secret)}, base)
        except BadInput as error:
            assert "swordfish" not in str(error)
        else:
            assert "swordfish" not in asked.model_dump_json()


@pytest.mark.parametrize(
    "name",
    ["capital.circularity", "capital.coverage", "capital.path", "capital.roundtrip", "capital.stress", "race.run"],
)
def test_a_single_draw_is_answered_too(base: Base, name: str) -> None:
    """One draw has no spread: what divides by it, or by how many parameters move, must not."""
    asked = settled(ALL[name], {"draws": 1}, base)
    answer = answered(asked, base)
    assert machine.document(answer, base)["asked"]["draws"] == 1
    for code in ("en", "de"):
        assert html.html(answer, Words(language(code), base))
