"""When a number is of: the time that its sentence gives for it or those before it give, or the year before that."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from rechenmacht.dates import span
from rechenmacht.domains.reader import datings, months, pairing, setback, tenses, timeline
from rechenmacht.domains.reader.datings import dated, fiscal_of
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import phrases, table, words

_NOT_MINE = 1000
_MOST_OF_A_YEAR = 300  # days
_YEAR = 365.25  # days
_DAY = 86_400.0  # seconds
_QUARTER = (80, 100)  # days
_JOINS = words("judging.period.came_to") | words("grammar.dates.span")
_EARLY = 6  # what is told up to this month is as often of the year before
_BACK_TO = 9  # tokens before it in which one does


def _time_away(scene: Scene, quantity: Quantity, when: Quantity) -> int:
    """Return how far a date is from a number; one that belongs to another number is out of reach."""
    numbers = [q for q in scene.by_sentence[quantity.sentence] if q.kind not in {"date", "rank"} and q is not quantity]
    theirs = scene.clause(when.sentence, when.first)
    apart = theirs != scene.clause(quantity.sentence, quantity.first)
    if apart and any(scene.clause(q.sentence, q.first) == theirs for q in numbers):
        return _NOT_MINE
    if _of_another(scene, quantity, when):
        return _NOT_MINE
    owner = [q for q in numbers if 0 <= when.first - q.last <= 3]
    behind = when.first >= quantity.last and months.leads(scene.text, when, numbers)
    mine = 0 <= when.first - quantity.last <= 3 or (
        0 <= quantity.first - when.last <= 1 and not datings.led_to(scene, quantity)
    )
    return abs(when.first - quantity.first) + 30 * apart + 60 * (bool(owner) and not mine) + _NOT_MINE * behind


def _of_another(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date is that of where another number came from, or only compared with."""
    origin = _of_start(scene, quantity, when) or _of_origin(scene, quantity, when)
    return origin or datings.compared(scene, quantity, when)


def _of_start(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date is that of where a number before came from: `fell from 41 percent in 2024 to 33 percent`."""
    if when.last > quantity.first or (0 <= quantity.first - when.last <= 1 and not datings.led_to(scene, quantity)):
        return False
    owners = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind not in {"date", "rank"} and q is not quantity and 0 <= when.first - q.last <= 3
    ]  # fmt: skip
    return bool(owners) and owners[-1].unit == quantity.unit and datings.came_from(scene, owners[-1])


def _of_origin(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date is that of where a number behind came from: `20 percent, up from 13.5 percent in 2024`."""
    owners = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind not in {"date", "rank"} and q is not quantity and 0 <= when.first - q.last <= 3
    ]  # fmt: skip
    behind = bool(owners) and owners[-1].first >= quantity.last and owners[-1].unit == quantity.unit
    return behind and (datings.came_from(scene, owners[-1]) or datings.held_against(scene, owners[-1]))


def of_origin(scene: Scene, quantity: Quantity) -> bool:
    """Whether all dates of a number's sentence are those of where a number behind it came from."""
    return all(_of_origin(scene, quantity, when) for when, _ in dated(scene, quantity.sentence))


def of_before(scene: Scene, quantity: Quantity) -> list[Period]:
    """Return the times of the sentence that a number is told to come from before of: `down from 10,300`."""
    if not datings.came_from(scene, quantity):
        return []
    return [Period(*days, stated=True, fiscal=False, text=q.text) for q, days in dated(scene, quantity.sentence)]


def untold(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number's sentence says no other time for it than its date: not `a year later`."""
    back = setback.told_back(scene, quantity) is not None
    return not back and not _reckoned(scene, quantity) and not datings.came_from(scene, quantity)


def same_time(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence says that its time is the one told before: `in the same year`, `im selben Zeitraum`."""
    said, spans = words("judging.period.same"), words("judging.period.spans")
    if said.isdisjoint(scene.word_set(quantity.sentence)):
        return False
    low = scene.words(quantity.sentence)
    return any(one in said and two in spans for one, two in pairwise(low[:200]))


def _dates_open(scene: Scene, quantity: Quantity) -> list[Quantity]:
    """Return the dates of a number's sentence that may be its own: none of an origin, compared with, or reckoned."""
    return [
        q for q in datings.dates(scene, quantity.sentence)
        if not _of_none(scene, q) and not _of_origin(scene, quantity, q) and not _now_since(scene, quantity, q)
        and not datings.compared(scene, quantity, q)
    ]  # fmt: skip


def carried(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time of the number's sentence, where its own clause gives none; else that told before."""
    inside = datings.dates(scene, quantity.sentence)
    if datings.came_from(scene, quantity):
        return None
    if datings.of_now(scene, quantity) and all(_apart(scene, quantity, when) for when in inside):
        return None
    starts = [when for when in inside if _of_start(scene, quantity, when)]
    return _behind_start(scene, quantity, starts[0]) if starts else _only_one(scene, quantity)


def _behind_start(scene: Scene, quantity: Quantity, when: Quantity) -> Period | None:
    """Return the time told before of what something came to, if it is later than where it came from."""
    told, start = timeline.carry(scene, quantity), months.days_of(when)
    return told if told is not None and start is not None and told.end > start[1] else None


def _only_one(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time that a sentence tells, or that told before it where it tells none."""
    dates = [when for when in _dates_open(scene, quantity) if not _of_next(scene, quantity, when)]
    known = {days for q in dates if (days := months.days_of(q)) is not None}
    if len(known) == 1:
        day = known.pop()
        today = _of_others(scene, quantity, dates[0], day[1])
        return None if today else Period(*day, stated=False, fiscal=False, text=dates[0].text)
    return None if known else timeline.carry(scene, quantity)


def _of_next(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date behind a number opens a clause with a number of its own: `640, for the current quarter 860`."""
    if when.first < quantity.last:
        return False
    if any(scene.text.low(k) == ";" for k in range(quantity.last, when.first)):
        return True
    theirs = scene.clause(when.sentence, when.first)
    there = [q for q in scene.beside(quantity) if scene.clause(q.sentence, q.first) == theirs]
    return theirs != scene.clause(quantity.sentence, quantity.first) and bool(there) and there[0].first >= when.last


def of_today(scene: Scene, quantity: Quantity) -> bool:
    """Whether the dates of a number's sentence are all past ones of other clauses, and its own speaks of today."""
    here = [(q, days) for q, days in dated(scene, quantity.sentence) if not _of_none(scene, q)]
    if datings.of_now(scene, quantity):
        return all(_apart(scene, quantity, q) or _now_since(scene, quantity, q) for q, _ in here)
    return bool(here) and all(_of_others(scene, quantity, q, days[1]) for q, days in here)


def _of_others(scene: Scene, quantity: Quantity, when: Quantity, end: date) -> bool:
    """Whether a date belongs to another clause, and the number's own speaks of today.

    `They pay 19 cents, two years ago it was 23.`
    """
    theirs = scene.clause(when.sentence, when.first)
    if scene.article is None or theirs == scene.clause(quantity.sentence, quantity.first):
        return False
    if end >= scene.article:
        own = datings.clause(scene, quantity.sentence, quantity.first)[2]
        return own in {tenses.PRESENT, tenses.PAST} and datings.tense(scene, when.sentence, when.first) == tenses.FUTURE
    if when.last <= quantity.first and quantity.kind != "money":
        return False
    owned = any(
        scene.clause(q.sentence, q.first) == theirs for q in scene.by_sentence[when.sentence] if q.kind != "date"
    )
    own = datings.clause(scene, quantity.sentence, quantity.first)[2]
    return owned and own == tenses.PRESENT


def _apart(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date stands in another clause than a number."""
    return scene.clause(when.sentence, when.first) != scene.clause(quantity.sentence, quantity.first)


def period(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time that the text gives for a number, or None; sought once."""
    key = (quantity.first, quantity.last, quantity.unit)
    if key not in scene.kept.periods:
        scene.kept.periods[key] = _period(scene, quantity)
    found: Period | None = scene.kept.periods[key]
    return found


def _period(scene: Scene, quantity: Quantity) -> Period | None:
    earlier = setback.told_back(scene, quantity)
    if earlier is not None:
        return _before(scene, quantity, earlier)
    known = [
        row for row in dated(scene, quantity.sentence)
        if not _of_none(scene, row[0]) and not _now_since(scene, quantity, row[0])
    ]  # fmt: skip
    if not known:
        return None
    return _of_known(scene, quantity, known)


def _of_known(scene: Scene, quantity: Quantity, known: list[tuple[Quantity, tuple[date, date]]]) -> Period | None:
    """Return the time of a number among the dates of its sentence."""
    if _reckoned(scene, quantity) and not any(0 <= q.first - quantity.last <= _BACK_TO for q, _ in known):
        return _shifted(scene, quantity, known)
    if datings.came_from(scene, quantity) and len(known) == 1 and _others_date(scene, quantity, known[0][0]):
        return _year_before(scene, *known[0]) if (known[0][1][1] - known[0][1][0]).days > _MOST_OF_A_YEAR else None
    ordinal = _ordinal_quarter(scene, quantity, known)
    if ordinal is not None:
        return ordinal
    away = [_time_away(scene, quantity, q) for q, _ in known]
    if min(away) >= _NOT_MINE:
        return _of_whole(scene, quantity) or _of_all(scene, quantity, known)
    when, days = known[_in_step(scene, quantity, [q for q, _ in known], away.index(min(away)))]
    days = _between(scene, when, known) or timeline.current(scene, when, days)
    days = _end_of_span(scene, quantity, days)
    return Period(*days, stated=True, fiscal=fiscal_of(scene, when), text=when.text)


def _end_of_span(scene: Scene, quantity: Quantity, days: tuple[date, date]) -> tuple[date, date]:
    """Return the first or last year of several where a number is what something came from or to in them."""
    first, last = days
    if last.year - first.year < 2:
        return days
    if datings.came_from(scene, quantity):
        return first, date(first.year, 12, 31)
    both = datings.led_to(scene, quantity) and any(datings.came_from(scene, q) for q in scene.beside(quantity))
    return (date(last.year, 1, 1), last) if both else days


def _now_since(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a word of today stands between a date and a number: `$2.85 in 2024 and is now down to $1.99`."""
    places = scene.text.said("judging.period.now", when.last, quantity.first) if when.last < quantity.first else []
    return bool(places)


def _between(scene: Scene, when: Quantity, known: list[tuple[Quantity, tuple[date, date]]]) -> tuple[date, date] | None:
    """Return the time from one date to the next: `between November 2025 and January 2026`."""
    low = scene.text.low
    for (first, start), (last, end) in pairwise(known):
        joined = {low(k) for k in range(first.last, last.first)}
        spans = any((low(first.first - 1), one) in phrases("grammar.amounts.between") for one in joined)
        if (when is first or when is last) and spans and joined <= words("judging.period.joins") and start[0] < end[1]:
            return start[0], end[1]
    return None


def _of_none(scene: Scene, when: Quantity) -> bool:
    """Whether a date is of no number by itself: reckoned from another, a day of news, a maturity."""
    return setback.says_back(scene, when) or datings.reports(scene, when) or datings.matures(scene, when)


def _ordinal_quarter(
    scene: Scene, quantity: Quantity, known: list[tuple[Quantity, tuple[date, date]]]
) -> Period | None:
    """Return the quarter of `$2.1 billion in the first quarter of 2026 and $2.6 billion in the second`."""
    if len(known) != 1 or known[0][0].first == quantity.last:
        return None
    number = _ordinal(scene, quantity)
    (when, (start, end)) = known[0]
    months_long = 3 if 80 <= (end - start).days <= 100 else 6 if 175 <= (end - start).days <= 190 else 0
    if number is None or not months_long or number * months_long > 12:
        return None
    first = date(start.year, months_long * (number - 1) + 1, 1)
    last = span(f"{start.year}-{months_long * number:02d}")[1]
    return Period(first, last, stated=True, fiscal=fiscal_of(scene, when), text=when.text)


def _ordinal(scene: Scene, quantity: Quantity) -> int | None:
    """Return the number of a quarter or half that is told by it alone: `in the second`, `im dritten 1,9 Milliarden`."""
    low, quarters = scene.text.low, table("judging")["period"]["ordinals"]
    within = words("judging.period.within")
    if low(quantity.first - 1) in quarters and low(quantity.first - 2) in within:
        return int(quarters[low(quantity.first - 1)])
    behind = [low(k) for k in range(quantity.last, quantity.last + 4)]
    place = next((k for k, one in enumerate(behind) if one in quarters), -1)
    if place < 1 or behind[0] not in within:
        return None
    noun = behind[place + 1 : place + 2]
    alone = not noun or noun[0] in _JOINS or not noun[0].isalpha()
    return int(quarters[behind[place]]) if alone else None


def _others_date(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether another number stands before a number that came after it, with the date told for that one."""
    numbers = scene.beside(quantity)
    return any(q is not quantity and q.last <= quantity.first for q in numbers) and when.last <= quantity.first


def _year_before(scene: Scene, when: Quantity, days: tuple[date, date]) -> Period:
    """Return the year before a date of the text."""
    start, end = months.less(days[0], 12), months.less(days[1], 12)
    return Period(start, end, stated=False, fiscal=fiscal_of(scene, when), text=when.text)


def _shifted(scene: Scene, quantity: Quantity, known: list[tuple[Quantity, tuple[date, date]]]) -> Period | None:
    """Return the time reckoned from the one told: `at the end of August 2025 and ... three months later`."""
    tokens = scene.text.tokens
    steps = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind == "duration" and isinstance(q.low, int | float) and q.low == q.high
        and {t.low for t in tokens[q.last - 1 : q.last + 1]} & words("judging.period.reckoned")
    ]  # fmt: skip
    if len(steps) != 1 or len(known) != 1:
        return None
    step, (when, days) = steps[0], known[0]
    said = {t.low for t in tokens[step.last - 1 : step.last + 1]}
    back = -1 if said & words("judging.period.back") else 1
    gone = timedelta(days=back * float(step.low or 0) * (_YEAR if step.unit == "year" else 1 / _DAY))
    try:
        return Period(days[0] + gone, days[1] + gone, stated=False, fiscal=False, text=when.text)
    except OverflowError:
        return None


def _of_whole(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time of the whole that a number is told as a part of: `327 in 2025, of which 48 were EUV`."""
    if scene.clause(quantity.sentence, quantity.first) not in scene.parts(quantity.sentence):
        return None
    before = [q for q in scene.by_sentence[quantity.sentence] if q.last <= quantity.first and q.kind != "date"]
    return period(scene, before[-1]) if before else None


def _of_all(scene: Scene, quantity: Quantity, known: list[tuple[Quantity, tuple[date, date]]]) -> Period | None:
    """Return the only time of a sentence that opens it, where its numbers are told in step with names."""
    when, days = known[0]
    numbers = scene.beside(quantity)
    opens = len(known) == 1 and all(when.last <= q.first for q in numbers)
    kinds = {mention.kind for mention in scene.named.get(quantity.sentence, ())}
    if not opens or not any(scene.partner(quantity, kind) for kind in sorted(kinds)):
        return None
    if scene.word_set(quantity.sentence) & words("judging.period.now"):
        return None
    return Period(*days, stated=True, fiscal=fiscal_of(scene, when), text=when.text)


def _in_step(scene: Scene, quantity: Quantity, dates: list[Quantity], nearest: int) -> int:
    """Return which date is told in step with a number, where as many dates as numbers are; else the nearest."""
    numbers = scene.beside(quantity)
    spans = [(q.first, q.last) for q in numbers]
    found = pairing.in_step(scene.text.tokens, spans, [(q.first, q.last) for q in dates])
    place = next((k for k, q in enumerate(numbers) if q is quantity), -1)
    return found.get(place, nearest)


def _reckoned(scene: Scene, quantity: Quantity) -> bool:
    """Whether the number's time is reckoned from the one told: `half a year earlier`, `sechs Monate später`."""
    units, low, here, clause = words("judging.period.units"), scene.text.low, quantity.sentence, scene.clause
    places = scene.text.said("judging.period.reckoned", max(1, quantity.first - 7), quantity.last + 7)
    told = (k for k in places if low(k) != "ago")  # that is from the article's day
    return any(low(k - 1) in units and clause(here, k) == clause(here, quantity.first) for k in told)


def _before(scene: Scene, quantity: Quantity, back: setback.Back) -> Period | None:
    """Return the time that words set back from: the date told before them, in the sentence or those before it."""
    rows = [
        (q, days) for q in scene.by_sentence[quantity.sentence]
        if q.kind == "date" and q.hedge != "at_least" and not _told_in(scene, q, back)
        and not _of_none(scene, q) and (days := months.days_of(q)) is not None
    ]  # fmt: skip
    ahead = [row for row in rows if row[0].first < back[0]]
    told = None if ahead else timeline.carry(scene, quantity, back=True)
    if told is None and len({days for _, days in rows}) == 1:
        when, (start, end) = rows[0]
        return Period(months.less(start, back[2]), months.less(end, back[2]), True, fiscal_of(scene, when), when.text)
    if told is None:
        return None if rows else _from_today(scene, back)
    return Period(months.less(told.start, back[2]), months.less(told.end, back[2]), False, told.fiscal, told.text)


def of_firm(scene: Scene, subject: str, when: Period) -> Period:
    """Return a fiscal quarter that is told no year as the last of the firm that has ended: `erstes Geschäftsquartal`.

    Other times stay as they are.
    """
    told = any(part.isdigit() and len(part) == len("2026") for part in when.text.split())
    if not when.fiscal or told or scene.article is None or not _QUARTER[0] <= when.days <= _QUARTER[1]:
        return when
    firm = scene.records.of_firm(subject, when)
    if firm.fiscal:
        return when
    later = Period(months.less(firm.start, -12), months.less(firm.end, -12), firm.stated, False, firm.text)
    return later if later.end <= scene.article else firm


def _told_in(scene: Scene, when: Quantity, back: setback.Back) -> bool:
    """Whether a date is one with the words that set back: `im August des Vorjahres`."""
    near = back[0] - 2 <= when.first < back[1] + 1
    return near and scene.clause(when.sentence, when.first) == scene.clause(when.sentence, back[0])


def _from_today(scene: Scene, back: setback.Back) -> Period | None:
    """Return the year that whole years told in figures lead back to from the article's day: `five years earlier`."""
    years, over = divmod(back[2], 12)
    if scene.article is None or over or years < 2:
        return None
    year = max(scene.article.year - years, 2)
    return Period(date(year - (scene.article.month <= _EARLY), 1, 1), date(year, 12, 31), False, False, "")
