import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.domains.rules.cases import from_rows
from rechenmacht.domains.rules.grammar import (
    And,
    Compare,
    ConditionError,
    Flag,
    NameIn,
    Not,
    Number,
    Or,
    Spec,
    parse,
    uses,
)
from rechenmacht.domains.rules.logic import Truth, both, either, evaluate, negate


def test_tree() -> None:
    assert parse("datacenter and not tpp>=4800") == And(
        (Flag("datacenter"), Not(Compare(">=", Spec("tpp"), Number(4800.0), "TPP")))
    )
    chain = parse("1600<=tpp<4800")
    assert isinstance(chain, And) and [one.sign for one in chain.items] == ["<=", "<"]  # type: ignore[union-attr]
    assert isinstance(parse("tpp>=1 or pd>=1 and datacenter"), Or)  # and binds closer
    assert parse("chip_name in ('H20', 'MI308X')") == NameIn("chip_name", ("h20", "mi308x"))
    assert parse("not not datacenter") == Flag("datacenter")


def test_units_are_converted_and_checked() -> None:
    node = parse("dram_bw >= 1.4 [TB/s]")
    assert isinstance(node, Compare) and node.right == Number(1400.0, (("GBps", 1),))
    assert isinstance(parse("tpp/die_mm2 >= pd"), Compare)
    assert uses(parse("(dram_bw+io_bw)>=1700 and datacenter")) == {"dram_bw", "io_bw", "datacenter"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tpp >= 4800 and", "'the end' stands where a name"),
        ("tpp >= pd", "TPP meets TPP/mm2"),
        ("tpp + io_bw >= 3", "TPP meets GB/s"),
        ("dram_bw >= 3 [mm2]", "GB/s meets mm2"),
        ("dram_bw >= 3 [kelvin]", "unit 'kelvin' fits no specification"),
        ("tppp >= 3", "no specification 'tppp' at character 1; did you mean tpp"),
        ("tpp", "tpp stands where a condition is needed"),
        ("datacenter >= 1", "datacenter stands where a number is needed"),
        ("chip_name == 'H20'", "must be followed by in"),
        ("(tpp >= 3", "where ')' is needed"),
        ("__import__('os')", "no specification '__import__'"),
        ("tpp.real >= 3", "'.real >= 3' at character 4 is no part"),
        ("tpp >= 3; x", "is no part of a condition"),
        ("", "empty"),
        ("(" * 60 + "datacenter" + ")" * 60, "levels of brackets"),
        ("tpp>=1 or " * 400 + "tpp>=1", "longer than"),
    ],
)  # fmt: skip
def test_refusals_say_what_and_where(text: str, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert says in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(ConditionError):
        parse(text)


def truth(values: list[bool | None]) -> Truth:
    yes, no = ([value is wanted for value in values] for wanted in (True, False))
    return Truth(np.array(yes), np.array(no), np.array([0 if v is not None else 1 for v in values], np.uint64))


def shown(one: Truth) -> list[bool | None]:
    return [True if yes else False if no else None for yes, no in zip(one.yes, one.no, strict=True)]


def test_kleene_tables() -> None:
    left = truth([True, True, True, False, False, False, None, None, None])
    right = truth([True, False, None, True, False, None, True, False, None])
    assert shown(both(left, right)) == [True, False, None, False, False, False, None, False, None]
    assert shown(either(left, right)) == [True, True, True, True, False, None, True, None, None]
    assert shown(negate(left)) == [False, False, False, True, True, True, None, None, None]
    assert both(left, right).open.tolist() == [0, 0, 1, 0, 0, 0, 1, 0, 1]  # a settled result leaves no bit


def test_arithmetic_and_unknowns(rules) -> None:
    rows = [
        {"case_id": "a", "subject": "chip", "date": "2024-01-01", "dest": "CN", "tpp": "2000", "die_mm2": "500"},
        {"case_id": "b", "subject": "chip", "date": "2024-01-01", "dest": "CN", "tpp": "2000"},
    ]
    columns = from_rows(rows, rules.places).columns
    found = evaluate(parse("tpp/die_mm2 >= 4 and 2*tpp - 1000 == 3000"), columns)
    assert shown(found) == [True, None]
    assert shown(evaluate(parse("pd >= 4"), columns)) == [True, None]
