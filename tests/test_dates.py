"""Partial dates, only as exact as their source."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rechenmacht.dates import overlap, quarter_of, quarters, span, years_between


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-07-31", date(2024, 7, 31), date(2024, 7, 31)),
    ],
)
def test_a_date_covers_its_days(text: str, first: date, last: date) -> None:
    assert span(text) == (first, last)


@pytest.mark.parametrize("text", ["", "24", "2024-Q5", "2024-Q0", "2024-13", "2024-00", "2023-02-29", "2024-7", "2024-07-00",
                                  "Q3 2024", "2024/07", "2024-07-31T00:00", " 2024", "2024\n", "0000",
                                  "INFQ4", "infQ4", "202Q4", "99999-Q1", "２０２４-Q1", "2024-Q1\0"])  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no date|no day"):
        span(text)


def test_dates_overlap_if_they_share_a_day() -> None:
    assert overlap("2024", "2024-Q4")
    assert overlap("2024-12-31", "2024-Q4")
    assert not overlap("2024", "2025-01-01")


def test_years_are_counted_from_end_to_end() -> None:
    # 2024-12-31 to 2025-12-31 is 365 days; 365 / 365.25 = 0.99932
    assert years_between("2024", "2025") == pytest.approx(0.99932, abs=1e-5)
    assert years_between("2025", "2024") == -years_between("2024", "2025")


def test_quarters() -> None:
    assert quarters("2023-Q3", "2024-Q2") == ("2023-Q3", "2023-Q4", "2024-Q1", "2024-Q2")
    assert quarters("2024-Q1", "2024-Q1") == ("2024-Q1",)
    assert [quarter_of(text) for text in ("2024", "2024-05", "2024-Q2", "2024-01-01")] == [
        "2024-Q4", "2024-Q2", "2024-Q2", "2024-Q1",
    ]  # fmt: skip


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_its_quarter_month_and_year(day: date) -> None:
    text = day.isoformat()
    for wider in (quarter_of(text), text[:7], text[:4]):
        first, last = span(wider)
        assert first <= day <= last
        assert overlap(text, wider)
