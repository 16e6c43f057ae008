"""Quantities of a run in words: what they are worth, in which unit, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty.chosen import asked_for, take
from rechenmacht.domains.uncertainty.expressions import quantity
from rechenmacht.errors import BadInput

PLACE = {(one.variable, one.region): i for i, one in enumerate(SERIES)}
CAPEX, GROWN, POWER = "capex_ai@us", "delivered|chips|amd@world", "power_connected@cn"


def outcomes() -> NDArray[np.float32]:
    """Return outcomes of three draws that grow by one a quarter from 0, times 1, 2 and 4 by draw."""
    found = np.zeros((len(SERIES), len(QUARTERS), 3), dtype=np.float32)
    found[:] = np.arange(len(QUARTERS))[None, :, None] * np.array([1.0, 2.0, 4.0])
    return found


@pytest.mark.parametrize(
    ("text", "first"),
    [
        # 2022-Q1 is quarter 0, so 2023-Q4 is quarter 7.
        ("end capex_ai@us@2023-Q4", 7.0),
        ("mean capex_ai@us@2023", (4 + 5 + 6 + 7) / 4),
        ("gain delivered|chips|amd@world@2023", 7.0 - 3.0),
        ("gain delivered|chips|amd@world@2022", 3.0),  # nothing stood before the first quarter
        ("sum capex_ai@us@2022..2023", 1.5 + 5.5),
        ("end capex_ai@United States@2023-Q4 / end capex_ai@us@2022-Q4", 7 / 3),
        ("end capex_ai@us@2023-Q4 - end capex_ai@us@2022-Q4 * 4", 16.0),  # a number at the end is a factor of all
        ("end capex_ai@us@2023-Q4 + end capex_ai@cn@2023-Q4 / 2", 7.0),
    ],
)
def test_what_a_quantity_is_worth(text: str, first: float) -> None:
    found = quantity(text, "here").of(outcomes())
    ratio = text.count("/") and "/ 2" not in text
    assert found == pytest.approx([first] * 3 if ratio else [first, 2 * first, 4 * first])


def test_a_quantity_from_the_quarters_it_needs_is_the_same() -> None:
    one, every = quantity("gain delivered|chips|amd@world@2023 / mean capex_ai@us@2025", "here"), outcomes()
    few = tuple(quarter for quarter in QUARTERS if quarter in one.quarters)
    places = sorted(one.places)
    part = every[places][:, [QUARTERS.index(quarter) for quarter in few]]
    assert take(part, [one.among(places)], few) == pytest.approx(take(every, [one]))


def test_a_bar_counts_draws() -> None:
    one = quantity("end capex_ai@us@2023-Q4 > 10", "here")
    assert one.holds(one.of(outcomes())) == pytest.approx(2 / 3)  # 14 and 28 of 7, 14, 28
    below = asked_for("capex_ai@us@2023Q4 < 10")
    assert str(below) == "end capex_ai@United States@2023-Q4 < 10"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("end capex_ai@us@2023-Q4", "USD/year"),
        ("sum capex_ai@us@2022..2023", "USD"),
        ("end capex_ai@us@2023-Q4 / end capex_ai@cn@2023-Q4", "1"),
        ("mean capex_ai@us@2030 / end power_connected@us@2030-Q4", "USD/year / GW"),
        ("end stack_share|nvidia@world@2030-Q4 + end stack_share|amd@world@2030-Q4", "1"),
        ("end bust|capex_30@world@2030-Q4", "indicator"),
    ],
)
def test_units_cancel_and_are_carried(text: str, unit: str) -> None:
    assert quantity(text, "here").unit == unit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("end capex_ai@us@2040-Q1", "2040-Q1 is no quarter of a run"),
        ("mean capex_ai@us@2030-Q4", "write a year of a run"),
        ("mean capex_ai@us@2025..2030", "two only with sum"),
        ("gain capex_a@us@2030", "a run has no capex_a in United States; did you mean capex_ai@United States"),
        ("end capex_ai@us@2030-Q4 + end power_connected@us@2030-Q4", "GW cannot be added to USD/year"),
        ("end capex_ai@us@2030-Q4 / nonsense", "'nonsense' is no term"),
        ("end capex_ai@us@2030-Q4 / 0", "'0' is no term"),
        ("end capex_ai@us@2030-Q4 / end bust|capex_30@world@2030-Q4", "bust|capex_30 is 0 or 1 in a draw"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=r"^here: ") as error:
        quantity(text, "here")
    assert said in str(error.value)


def test_nothing_is_divided_by_nothing() -> None:
    one = quantity("end capex_ai@us@2023-Q4 / end capex_ai@us@2022-Q1", "here")
    with pytest.raises(BadInput, match=r"is nothing in 3 of 3 draws"):
        one.of(outcomes())
