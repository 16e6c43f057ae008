"""Words of time in German and English, and the partial dates they stand for."""

from __future__ import annotations

import calendar as _calendar
from datetime import date, timedelta
from functools import cache

from rechenmacht.domains.reader.words import table, words

_LISTS = table("timewords")
MONTHS: dict[str, int] = _LISTS["months"]
MONTHS_SHORT: dict[str, int] = _LISTS["months_short"]
SEASONS: dict[str, tuple[int, int]] = {word: (first, last) for word, (first, last) in _LISTS["seasons"].items()}
HOLIDAYS: dict[str, int] = _LISTS["holidays"]
"""The month of a feast of a fixed day."""
WEEKDAYS: dict[str, int] = _LISTS["weekdays"]
PARTS: dict[str, int] = _LISTS["parts"]
"""A third of the period: the first, the middle or the last."""
PARTS_OF_YEAR: dict[str, int] = _LISTS["parts_of_year"]
YEAR_WORDS = words("timewords.year_words")
RELATIVE: dict[str, int] = _LISTS["relative"]
UNITS: dict[str, str] = _LISTS["units"]
LENGTHS: dict[str, int] = _LISTS["lengths"]
"""Months of a quarter or half of a year."""
FOLLOWING: dict[str, int] = _LISTS["following"]
"""Years in one word behind a month: `im Februar des Folgejahres`."""
PERIOD_BEFORE: dict[str, str] = _LISTS["period_before"]

Span = tuple[str | None, str | None]


def month_span(year: int, first: int, last: int | None = None) -> Span:
    """Return the partial dates of the first and last month; months above 12 lie in the next year."""
    last = first if last is None else last

    def one(month: int) -> str:
        return f"{year + (month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}"

    return one(first), one(last)


def year_part(year: int, part: int) -> Span:
    """Return a third of a year: January to April, May to August, September to December."""
    return month_span(year, 4 * part + 1, 4 * part + 4)


def month_part(year: int, month: int, part: int) -> Span:
    """Return a third of a month."""
    last = _calendar.monthrange(year, month)[1]
    first_day, last_day = ((1, 10), (11, 20), (21, last))[part]
    return f"{year:04d}-{month:02d}-{first_day:02d}", f"{year:04d}-{month:02d}-{last_day:02d}"


def decade(start: int, part: int | None = None) -> Span:
    """Return a decade or a third of it."""
    ends = {None: (0, 9), 0: (0, 3), 1: (4, 6), 2: (7, 9)}[part]
    return str(start + ends[0]), str(start + ends[1])


def day(year: int, month: int, number: int) -> str | None:
    """Return an ISO date, or None where the calendar has no such day."""
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def nearest_year(month: int, article: date | None, *, future: bool) -> int | None:
    """Return the year of a month named without one: the last before the article, or the next where it looks ahead."""
    if article is None:
        return None
    if future:
        return article.year if month >= article.month else article.year + 1
    return article.year if month <= article.month else article.year - 1


def weekday_before(article: date, number: int, *, future: bool) -> str:
    """Return the last such weekday up to the article's date, or the next after it."""
    back = (article.weekday() - number) % 7
    return (article + timedelta(days=7 - back) if future else article - timedelta(days=back)).isoformat()


def week(article: date, count: int) -> Span:
    """Return Monday to Sunday of the week `count` weeks from that of the article."""
    monday = article - timedelta(days=article.weekday() - 7 * count)
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()


def shifted(article: date, unit: str, count: int) -> str:
    """Return the partial date `count` units away from the article's date, as exact as the unit."""
    if unit == "day":
        return (article + timedelta(days=count)).isoformat()
    if unit == "week":
        return (article + timedelta(days=7 * count)).isoformat()
    if unit == "year":
        return str(article.year + count)
    months = article.year * 12 + article.month - 1 + count * (3 if unit == "quarter" else 1)
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


@cache
def told_back() -> dict[str, list[tuple[tuple[str, ...], int]]]:
    """Return the words that set a number before the time told, by the first: each as its words, and months back."""
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for name, back in (("year_earlier", 12), ("quarter_earlier", 3), ("year_later", -12), ("quarter_later", -3)):
        for phrase in table("judging")["period"][name]:
            parts = tuple(phrase.split())
            found.setdefault(parts[0], []).append((parts, back))
    return found
