"""Quarters and fiscal years by when they end: `the quarter that ended in July`, `the three months to June`."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from itertools import pairwise

from rechenmacht.dates import span
from rechenmacht.domains.reader.lexicon import small_count
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.names import is_year
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import stems, words

_FAR = 14  # tokens between a quarter and when it ended
_EARLY = 7  # a fiscal quarter that ends in the first days of a month is that of the month before
_LED = 5  # tokens from `the quarter` to the month up to which it goes


def by_end(text: Text, found: list[Quantity]) -> None:
    """Set quarters and fiscal years to the months they cover, where the text says when they end; changed in place.

    Args:
        text: the article.
        found: its quantities in order.
    """
    last: Quantity | None = None
    for quantity in found:
        if quantity.kind != "date":
            continue
        if last is not None and last.sentence == quantity.sentence and _ended(text, last, quantity):
            _in_named_year(last, quantity)
            _cover(last, quantity, _months(last))
            quantity.form = "end"
        elif (months := _led(text, quantity)) is not None:
            _cover(quantity, quantity, months)
            if last is not None and _same_quarter(text, last, quantity):
                last.low, last.high, last.hedge, last.form = quantity.low, quantity.high, "exact", "ended"
        elif text.low(quantity.last) in words("judging.period.quarter") and _end_of(quantity) is not None:
            _cover(quantity, quantity, 3)  # `the December quarter`
        elif last is not None and _year_of(text, last, quantity):
            last.low = last.high = f"{quantity.text}-{str(last.high)[5:7]}"
            _cover(last, last, 3)
            quantity.low, quantity.high, quantity.form = last.low, last.high, "end"
        last = quantity


def _year_of(text: Text, last: Quantity, quantity: Quantity) -> bool:
    """Whether a date is the year of the quarter before it: `the January quarter of 2026`."""
    quarter = last.form == "ended" and text.low(last.last) in words("judging.period.quarter")
    return quarter and is_year(quantity.text) and 1 <= quantity.first - last.last <= 2


def _in_named_year(whole: Quantity, end: Quantity) -> None:
    """Set a day without a year on which a fiscal year ended into the year of its name: `fiscal 2025, ended June 30`."""
    years = [part for part in whole.text.split() if is_year(part)]
    told = any(is_year(part) for part in end.text.split())
    if len(years) == 1 and not told and not _of_quarter(whole):
        end.low, end.high = (
            f"{years[0]}{day[4:]}" if isinstance(day, str) and not day.startswith("-") else day
            for day in (end.low, end.high)
        )


def _months(quantity: Quantity) -> int:
    """Return how long a date told by its end is: a fiscal year or a quarter."""
    return 3 if _of_quarter(quantity) else 12


def told_as_one(quantity: Quantity) -> bool:
    """Whether a date of three months is told as a quarter, and not as a season."""
    return quantity.form == "ended" or _of_quarter(quantity)


def _of_quarter(quantity: Quantity) -> bool:
    """Whether a date is told as a quarter: `drittes Geschäftsquartal`, `Q3`."""
    said = quantity.text.lower().split()
    return quantity.text[:1] in {"Q", "q"} or any(low.endswith(stems("grammar.dates.quarter_ends")) for low in said)


def _ended(text: Text, whole: Quantity, end: Quantity) -> bool:
    """Whether a date says when the fiscal quarter or year before it ended."""
    between = [text.low(k) for k in range(whole.last, min(end.first, whole.last + _FAR))]
    if end.first - whole.last > _FAR:
        return False
    bracket = between[:1] == ["("] and not words("grammar.dates.until").isdisjoint(between[1:2])
    if not bracket and not words("grammar.dates.ended") & {*between, text.low(end.last)}:
        return False
    said = set(whole.text.lower().split())
    quarter = _of_quarter(whole)
    return (quarter or bool(said & words("judging.period.fiscal"))) and _end_of(end) is not None


def _same_quarter(text: Text, last: Quantity, end: Quantity) -> bool:
    """Whether a fiscal quarter is told again by its months: `its fiscal quarter, the three months to December`."""
    said = set(last.text.lower().split())
    fiscal = bool(said & words("judging.period.fiscal")) and bool(said & words("judging.period.quarter"))
    return fiscal and last.sentence == end.sentence and end.first - last.last <= _LED and text.low(last.last) == ","


def _led(text: Text, end: Quantity) -> int | None:
    """Return how many months go up to a month: `the three months to June`, `im Quartal bis August`, or None."""
    begin = text.sentences[end.sentence][0]
    low = [text.low(k) for k in range(max(begin, end.first - _LED), end.first)]
    ends = words("grammar.dates.ended") | words("grammar.dates.until") | words("grammar.dates.through") | {"to"}
    if not low or not ends & set(low) or _end_of(end) is None:
        return None
    counted = [_count(one) for one, two in pairwise(low) if two in words("grammar.dates.three_months")]
    if counted and counted[0] is not None:
        return counted[0]
    if low[-2:-1] and low[-2] in words("timewords.year_words"):
        return 12  # `in the year to June`
    return (
        3
        if set(low) & words("judging.period.quarter") and end.text.lower() not in words("judging.period.quarter")
        else None
    )


def _count(word: str) -> int | None:
    """Return how many months are told: `three`, `zwölf`, `6`."""
    count = small_count(word)
    return int(count) if count and 2 <= count <= 24 else None


def _end_of(end: Quantity) -> date | None:
    """Return the last day of a day or month, or None of anything longer."""
    told = end.high if isinstance(end.high, str) else end.low
    if not isinstance(told, str) or len(told) < len("2026-07") or told.startswith("--"):
        return None
    try:
        first, last = span(told)
    except ValueError:
        return None
    return last if (last - first).days <= 31 else None


def _cover(quantity: Quantity, end: Quantity, months: int) -> None:
    """Set a date to the months up to a day."""
    day = _end_of(end)
    if day is None:
        return
    place = day.year * 12 + day.month - (2 if day.day <= _EARLY else 1)
    first = place - months + 1
    quantity.low, quantity.high = (f"{k // 12:04d}-{k % 12 + 1:02d}" for k in (first, place))
    quantity.hedge, quantity.form = "exact", "ended"


def partial(start: date, end: date) -> str:
    """Return two days as a partial date: a year, a month, a day, or an interval of months."""
    ends = monthrange(end.year, end.month)[1] == end.day
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year:04d}" if start.year == end.year else f"{start.year:04d}/{end.year:04d}"
    if start == end:
        return start.isoformat()
    if start.day == 1 and ends:
        first, last = f"{start:%Y-%m}", f"{end:%Y-%m}"
        return first if first == last else f"{first}/{last}"
    return f"{start.isoformat()}/{end.isoformat()}"
