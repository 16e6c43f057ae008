"""Months and quarters that a sentence tells without a year: of which year they are."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from rechenmacht.dates import span
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.pairing import JOINED
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import table, words

_DECADE = re.compile(r"\b(end|ende|close|late|ausgang)\b.*(decade|jahrzehnt|dekade)|(decade|jahrzehnt)\S* (end|ende)\b")
_LATELY = 120  # days; a month without a year that lies further back than this is the next one, unless the words say so


def month_of(low: str, year: int) -> tuple[date, date] | None:
    """Return the days of a month without a year (`--05`) in a year."""
    return span(f"{year}-{low[2:]}") if len(low) == len("--05") and low.startswith("--") else None


def nearest_month(low: str, day: date, *, after: bool, earlier: bool) -> tuple[date, date] | None:
    """Return the days of a month without a year (`--05`), in the year that brings it nearest to a day.

    Args:
        low: the month as read.
        day: a day that the sentence tells.
        after: whether that day is told before the month; else the month is the last one up to it.
        earlier: whether the words lead back to the month.
    """
    if len(low) != len("--05") or not low.startswith("--"):
        return None
    months = [span(f"{year}-{low[2:]}") for year in (day.year - 1, day.year, day.year + 1) if 1 < year < date.max.year]
    if not after:  # `from 400 million in February to 800 million in October 2025`
        months = [days for days in months if days[0] <= day]
    nearest = min(months, key=lambda days: (abs((days[0] - day).days), days[0]))
    if after and not earlier and (day - nearest[0]).days > _LATELY:  # `$300bn in March 2025 and $500bn in October`
        return next(days for days in months if days[0] >= day)
    return nearest


def yearless(when: Quantity) -> bool:
    """Whether a month is told with no year of its own (`in October of that year`)."""
    month = isinstance(when.low, str) and len(when.low) == len("2026-10") and when.low == when.high
    return month and not any(part.isdigit() and len(part) == 4 for part in when.text.split())


def yearless_quarter(when: Quantity) -> bool:
    """Whether a quarter is told with no year of its own (`the fourth quarter`), not from today (`last quarter`)."""
    said = when.text.lower().split()
    quarters = table("judging")["period"]["ordinals"]
    if not words("judging.period.of_today").isdisjoint(said):
        return False  # `the first quarter of this year`
    return any(low in quarters for low in said) and not any(part.isdigit() and len(part) == 4 for part in said)


def quarter_of(days: tuple[date, date], year: int) -> tuple[date, date]:
    """Return the days of a quarter in another year."""
    quarter = (days[0].month - 1) // 3 + 1
    return span(f"{year}-Q{quarter}") if 80 <= (days[1] - days[0]).days <= 100 else days


def next_month(days: tuple[date, date], told: date) -> tuple[date, date]:
    """Return the days of a month without a year behind a date of an earlier year: the first such month after it."""
    if told.year >= days[0].year:
        return days
    month = days[0].month
    return span(f"{told.year if month > told.month else told.year + 1}-{month:02d}")


def leads(text: Text, when: Quantity, numbers: Sequence[Quantity]) -> bool:
    """Whether a date opens the part of a list with the number behind it: `39.2 billion, and in 2023 only 28.1`.

    Args:
        text: the article.
        when: the date.
        numbers: the other numbers of its sentence.
    """
    within = text.low(when.first - 1) in words("judging.period.within")
    before = text.low(when.first - 1 - within)
    behind = [q for q in numbers if 0 <= q.first - when.last <= 1]
    between = {text.low(k) for k in range(when.last, behind[0].first)} if behind else JOINED
    return before in JOINED and between.isdisjoint(JOINED)


def less(day: date, back: int) -> date:
    """Return the day so many months earlier; the last of a month stays the last."""
    place = day.year * 12 + day.month - 1 - back
    year, month = min(max(place // 12, 1), date.max.year), place % 12 + 1
    ends, last = day.day == monthrange(day.year, day.month)[1], monthrange(year, month)[1]
    return date(year, month, last if ends else min(day.day, last))


def days_of(when: Quantity) -> tuple[date, date] | None:
    """Return the days that a date of the text covers; an open one stands at its known end."""
    low, high = when.low if when.low is not None else when.high, when.high if when.high is not None else when.low
    if not isinstance(low, str) or not isinstance(high, str) or low.startswith("--") or high.startswith("--"):
        return None
    try:
        first, last = span(low)[0], span(high)[1]
    except ValueError:
        return None
    return (date(last.year, 1, 1), date(last.year + 1, 12, 31)) if _decade_ends(when, last) else (first, last)


def _decade_ends(when: Quantity, last: date) -> bool:
    """Whether a date is the end of a decade, which is its last year or the first one after it: 2029 or 2030."""
    return last.year % 10 == 9 and len(str(when.high)) == len("2029") and _DECADE.search(when.text.lower()) is not None
