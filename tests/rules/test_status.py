"""The 56 documented and derived cases, row by row; each row of status_cases.csv names its sources."""

import csv
from pathlib import Path

import pytest

from rechenmacht.domains.rules.casefile import read_table
from rechenmacht.domains.rules.cases import from_rows
from rechenmacht.domains.rules.classify import classify
from rechenmacht.domains.rules.ruleset import RuleSet

FILE = Path(__file__).with_name("status_cases.csv")
with FILE.open(encoding="utf-8") as handle:
    ROWS = list(csv.DictReader(handle))


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['case_id']}-{row['chip']}-{row['date']}" for row in ROWS])
def test_case_comes_out_as_documented(rules: RuleSet, row: dict[str, str]) -> None:
    assert classify(rules, from_rows([row], rules.places)).outcome(0) == row["expected"], row["why"]


def test_there_are_56_and_each_has_sources() -> None:
    assert len(ROWS) == 56
    assert all(row["spec_source"] and row["status_source"] for row in ROWS)


def test_no_answer_hangs_on_the_name_of_the_chip(rules: RuleSet) -> None:
    cases = from_rows([{**row, "chip": ""} for row in ROWS], rules.places)
    result = classify(rules, cases)
    assert [result.outcome(index) for index in range(56)] == [row["expected"] for row in ROWS]


def test_the_table_as_a_file_gives_the_same(rules: RuleSet) -> None:
    cases, ignored = read_table(FILE, rules.places)
    result = classify(rules, cases)
    assert [result.outcome(index) for index in range(56)] == [row["expected"] for row in ROWS]
    assert "tpp_basis" in ignored
    by_id = dict(zip(cases.ids, range(56), strict=True))
    assert result.missing(by_id["C053"]) == ("tpp",)  # TPP not public; with it the density follows from 750 mm2
    assert result.fired(by_id["C072"]) == ("R2025-04-INFORMED-BW",)
    assert result.missing(by_id["C072"]) == () and result.unsettled(by_id["C072"]) == ("pd",)
