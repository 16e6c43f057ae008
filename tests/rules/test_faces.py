"""No face says what the rules say without saying what was looked at and to which day: JSON, CSV, HTML, text, Python."""

from pathlib import Path

import pytest

import rechenmacht as rm
from rechenmacht.domains.rules import questions
from rechenmacht.domains.rules.scope import known_to
from rechenmacht.faces import html, machine, terminal
from rechenmacht.faces.language import language
from rechenmacht.faces.words import Words

CSV = "case_id,subject,date,dest,tpp,datacenter\n1,chip,2031-01-01,DE,9000,1\n2,chip,2024-01-01,DE,9000,1\n"
PROPOSED = "id,condition,outcome,dest_groups\nX,tpp>=100,LIC,DE\n"
ASKED = [
    questions.Classify(chip="H100", to="DE", on="2026-03-01"),
    questions.Classify(table=questions.CsvText(text=CSV)),
    questions.Timeline(chip="H100", to="DE"),
    questions.Best(to="DE"),
    questions.Propose(own=questions.CsvText(text=PROPOSED), to="DE"),
    questions.Listing(),
    questions.Plane(to="DE"),
    questions.Changes(),
    questions.Regimes(chip="H20"),
    questions.Reach(chip="H100", us_technology=True),
]


def test_every_question_with_an_outcome_is_tried() -> None:
    assert {type(one) for one in ASKED} == {*questions.QUESTIONS} - {questions.Party}


@pytest.mark.parametrize("asked", ASKED, ids=lambda one: one.name)
def test_no_face_of_an_answer_goes_without_scope_and_horizon(facts, rules, asked) -> None:
    answer, until = asked.answer(facts), known_to(rules)
    document = machine.document(answer, facts)
    assert document["known_to"] == until
    assert "us-parties" in str(document.get("scope") or document["not_looked_at"])
    for table in answer.tables:
        if table.machine and table.rows and table.name != "bases":
            heads, rows = machine.flat(table)
            assert {"known_to", "not_looked_at"} <= {*heads}
            assert {row[heads.index("known_to")] for row in rows} == {until}
    for lang, word in (("en", "clearance"), ("de", "Freigabe")):
        words = Words(language(lang), facts)
        for told in (terminal.text(answer, words), html.html(answer, words)):
            assert word in told and until in told


def test_python_prints_scope_and_horizon(rules, tmp_path: Path) -> None:
    found = rm.rules.classify("H20", to="CN", on="2025-05-01")
    assert found.outcome == "LIC" and known_to(rules) in repr(found) and "clearance" in found._repr_html_()
    path = tmp_path / "cases.csv"
    path.write_text(CSV)
    frame = rm.rules.classify(table=str(path)).frame()
    assert list(frame["after_horizon"]) == [True, False] and set(frame["known_to"]) == {known_to(rules)}


def test_equal_tables_are_equal_questions_and_others_are_not(facts) -> None:
    one, same, other = (questions.Classify(table=questions.CsvText(text=text)) for text in (CSV, CSV, PROPOSED))
    assert one.key(facts, "1") == same.key(facts, "1") != other.key(facts, "1")
