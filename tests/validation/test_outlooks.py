"""Published outlooks beside the reference run: enough of them overlap its 90 % band, the others are explained."""

from __future__ import annotations

import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.uncertainty import outlooks
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.domains.uncertainty.expressions import value
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base


@pytest.fixture(scope="module")
def found(base: Base) -> list[outlooks.Beside]:
    outcomes = whole(runs.model_of(base, scenario.find(base, "reference")), 1000, 1)
    return outlooks.beside(outcomes, outlooks.read())


@pytest.mark.validation
def test_at_least_45_outlooks_overlap(found: list[outlooks.Beside]) -> None:
    assert len(found) >= 60
    assert sum(one.overlaps for one in found) >= 45


@pytest.mark.validation
def test_where_they_part_the_table_says_why(found: list[outlooks.Beside]) -> None:
    assert [one.outlook.id for one in found if not one.overlaps and not one.outlook.why] == []


def test_every_outlook_has_a_source_and_a_definition(base: Base) -> None:
    for one in outlooks.read():
        assert one.source in base.sources, one.id
        assert one.low <= one.high, one.id
        assert one.expression


def test_expressions_by_hand(base: Base) -> None:
    model = runs.model_of(base, scenario.find(base, "reference"))
    outcomes = whole(model, 20, 1)
    # the sum of two years' means over one of them is 1 + their ratio
    both = value(outcomes, "sum capex_ai@us@2026..2027 / mean capex_ai@us@2026", "here")
    ratio = value(outcomes, "mean capex_ai@us@2027 / mean capex_ai@us@2026", "here")
    assert both == pytest.approx(1 + ratio)
    gained = value(
        outcomes, "end delivered|chips|nvidia@world@2027-Q4 - end delivered|chips|nvidia@world@2026-Q4", "here"
    )
    assert value(outcomes, "gain delivered|chips|nvidia@world@2027", "here") == pytest.approx(gained)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mean capex@us@2026", "here: a run has no capex in United States; did you mean"),
        ("end capex_ai@us@2036-Q4", "2036-Q4 is no quarter of a run"),
        ("often capex_ai@us@2026", "is no term such as"),
        ("mean capex_ai@us@2020", "write a year of a run"),
    ],
)
def test_a_bad_expression_is_refused(base: Base, text: str, message: str) -> None:
    outcomes = whole(runs.model_of(base, scenario.find(base, "reference")), 2, 1)
    with pytest.raises(BadInput, match=message):
        value(outcomes, text, "here")
