"""A column of numbers follows one convention: proved by a cell, said by the table, or refused with both readings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.engine import tablefile
from rechenmacht.domains.engine.counts import chips_in
from rechenmacht.domains.rules import ruleset
from rechenmacht.domains.rules.cases import table_of
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.numberform import convention, plain, said


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["15.824", "0.5"], "en"), (["15,824", "1,234.5"], "en"), (["15.824", "1.234,5"], "de"), (["15,824", "12,5"], "de"),
        (["1.234.567", "15.824"], "de"), (["1,234,567", "15,824"], "en"), (["4800", "1e5", ""], "en"), (["12.75"], "en"),
        (["1024.125", "15.824"], "en"),
    ],
)  # fmt: skip
def test_a_cell_that_can_be_read_one_way_decides_for_its_column(cells: list[str], found: str) -> None:
    assert convention(cells, "t.csv, column tpp") == found


@pytest.mark.parametrize(("cell", "english", "german"), [("15.824", "15.824", "15824"), ("15,824", "15824", "15.824")])
def test_what_can_be_read_both_ways_is_refused_with_both(cell: str, english: str, german: str) -> None:
    with pytest.raises(BadInput, match=r"t\.csv, column tpp") as caught:
        convention([cell, "4800"], "t.csv, column tpp")
    assert f"{english} (en) or {german} (de)" in str(caught.value)
    assert convention([cell], "t.csv", "de") == "de"


def test_two_conventions_in_one_column_are_refused() -> None:
    with pytest.raises(BadInput, match=r"12\.75 is written as in English, 12,75 as in German"):
        convention(["12.75", "12,75"], "t.csv, column tpp")


@given(st.integers(0, 10**9), st.integers(0, 999))
def test_a_number_written_in_a_convention_reads_back(whole: int, part: int) -> None:
    english = f"{whole:,}.{part:03d}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert float(plain(english, "en")) == float(plain(german, "de")) == float(f"{whole}.{part:03d}")


def test_a_table_says_its_convention_in_its_first_line() -> None:
    assert said("# numbers: de\na,b\n") == ("de", "\na,b\n")
    assert said("a,b\n") == (None, "a,b\n")


CASES = "case_id,subject,date,dest,vendor,role,chip,datacenter,tpp\nc1,chip,2024-06-01,CN,NVIDIA,vendor,Mine,1,{tpp}\n"


def test_a_table_of_cases_is_read_by_one_rule(base: Base) -> None:
    places = ruleset.load(base).places
    with pytest.raises(BadInput, match=r"t\.csv, column tpp: 15\.824 is 15\.824 \(en\) or 15824 \(de\)"):
        table_of(CASES.format(tpp="15.824"), "t.csv", places)
    german, _ = table_of("# numbers: de\n" + CASES.format(tpp="15.824"), "t.csv", places)
    english, _ = table_of("# numbers: en\n" + CASES.format(tpp="15.824"), "t.csv", places)
    plainly, _ = table_of(CASES.format(tpp="15824"), "t.csv", places)
    assert german.columns.numbers["tpp"][0] == plainly.columns.numbers["tpp"][0] == 15824
    assert english.columns.numbers["tpp"][0] == 15.824


def test_a_second_reading_of_an_engine_table_changes_nothing() -> None:
    rows = [{"params_B": "15,824", "n_chips": "1,024"}, {"params_B": "70,5", "n_chips": "8"}]
    once = tablefile.settled(rows, "t.csv")
    assert [float(row["params_B"]) for row in once] == [15.824, 70.5]
    assert [row["n_chips"] for row in once] == ["1024", "8"]
    assert tablefile.settled(once, "t.csv") == once


@pytest.mark.parametrize("text", ["-8", "1024.7", "nan", "0", "inf", "many", "0.5", "8/16", "--", "1.024"])
def test_a_count_of_chips_is_a_positive_whole_number(text: str) -> None:
    with pytest.raises(BadInput):
        for row in tablefile.settled([{"n_chips": text}], "t.csv"):
            chips_in(row["n_chips"])


@pytest.mark.parametrize(
    ("text", "many"),
    [("8", 8), ("8 GPUs", 8), ("1,024", 1024), ("~64", 64), ("<=112 (30 providers)", 112), ("10k", 10_000), ("", None),
     ("~17-20 peers", 17), ("1.5k", 1500)],
)  # fmt: skip
def test_counts_may_stand_among_words(text: str, many: int | None) -> None:
    assert chips_in(text) == many
