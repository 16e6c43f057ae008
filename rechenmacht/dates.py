"""Partial dates: `2024`, `2024-Q3`, `2024-07`, `2024-07-31`, only as exact as their source."""

from __future__ import annotations

import calendar
import re
from datetime import date
from functools import lru_cache

_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")
_FORM = re.compile(r"([0-9]{4})(?:-Q([1-4])|-([0-9]{2})(?:-([0-9]{2}))?)?")


@lru_cache(maxsize=8192)
def span(text: str) -> tuple[date, date]:
    """Return the first and last day that a partial date covers.

    Raises:
        ValueError: if `text` is no such date.
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no date (write 2024, 2024-Q3, 2024-07 or 2024-07-31)")
    year, quarter, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if match[4] is not None:
            return date(year, month, day), date(year, month, day)
        first, last = (3 * quarter - 2, 3 * quarter) if quarter else (1, 12) if match[3] is None else (month, month)
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(f"{text!r} is no day of the calendar") from None


def overlap(one: str, other: str) -> bool:
    """Tell whether two partial dates share a day."""
    (start, end), (other_start, other_end) = span(one), span(other)
    return start <= other_end and other_start <= end


def years_between(earlier: str, later: str) -> float:
    """Return the years from the end of one partial date to the end of another (negative if it lies before)."""
    return (span(later)[1] - span(earlier)[1]).days / 365.25


def quarter_of(text: str) -> str:
    """Return the quarter, `2024-Q3`, in which a partial date ends."""
    end = span(text)[1]
    return f"{end.year}-Q{(end.month + 2) // 3}"


def quarters(first: str, last: str) -> tuple[str, ...]:
    """Return all quarters from `first` to `last`, both included and both written `2024-Q3`.

    Raises:
        ValueError: if one is none.
    """
    for text in (first, last):
        if not _QUARTER.fullmatch(text):
            raise ValueError(f"{text!r} is no quarter (write 2024-Q3)")
    start, end = (int(text[:4]) * 4 + int(text[6]) - 1 for text in (first, last))
    return tuple(f"{index // 4}-Q{index % 4 + 1}" for index in range(start, end + 1))
