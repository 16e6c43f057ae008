"""Words of time in German and English, and the partial dates they stand for."""

from __future__ import annotations

import calendar as _calendar
from datetime import date, timedelta

MONTHS = {
    "januar": 1, "jänner": 1, "februar": 2, "märz": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7, "august": 8,
    "september": 9, "oktober": 10, "november": 11, "dezember": 12, "january": 1, "february": 2, "march": 3, "may": 5,
    "june": 6, "july": 7, "october": 10, "december": 12,
}  # fmt: skip
MONTHS_SHORT = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10,
    "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip
SEASONS = {
    "frühjahr": (3, 5), "frühling": (3, 5), "spring": (3, 5), "sommer": (6, 8), "summer": (6, 8), "herbst": (9, 11),
    "autumn": (9, 11), "fall": (9, 11), "winter": (12, 14), "frühsommer": (5, 6), "spätsommer": (8, 9),
    "spätherbst": (10, 11), "frühherbst": (9, 10),
}  # fmt: skip
WEEKDAYS = {
    "montag": 0, "dienstag": 1, "mittwoch": 2, "donnerstag": 3, "freitag": 4, "samstag": 5, "sonnabend": 5,
    "sonntag": 6, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
# A third of the period: the first, the middle or the last.
PARTS = {"anfang": 0, "beginn": 0, "early": 0, "mitte": 1, "mid": 1, "middle": 1, "ende": 2, "late": 2, "end": 2,
         "start": 0, "beginning": 0, "ausgang": 2, "jahresanfang": 0}  # fmt: skip
YEAR_WORDS = {"jahr", "jahres", "jahre", "year", "year's", "jahren"}
RELATIVE = {
    "vergangenen": -1, "vergangenes": -1, "vergangene": -1, "letzten": -1, "letztes": -1, "letzte": -1, "letzter": -1,
    "vorigen": -1, "voriges": -1, "vorige": -1, "last": -1, "previous": -1, "prior": -1, "diesem": 0, "dieses": 0,
    "diesen": 0, "diese": 0, "dieser": 0, "laufenden": 0, "laufendes": 0, "laufende": 0, "aktuellen": 0, "this": 0,
    "current": 0, "nächsten": 1, "nächstes": 1, "nächste": 1, "kommenden": 1, "kommendes": 1, "kommende": 1,
    "next": 1, "coming": 1, "following": 1, "darauffolgenden": 1, "vorvergangenen": -2, "heurigen": 0,
    "verstrichenen": -1, "abgelaufenen": -1,
}  # fmt: skip

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
