"""When a number is of: the time that its sentence gives for it or those before it give, or the year before that."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from rechenmacht.dates import span
from rechenmacht.domains.reader import months, pairing, timewords
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import table, words

Back = tuple[int, int, int]
"""First and last token (excluded) of words that set a number back, and by how many months."""
_NOT_MINE = 1000
_MOST_OF_A_YEAR = 300  # days
_YEAR = 365.25  # days
_DAY = 86_400.0  # seconds
_HAD = 4  # tokens behind a month in which a word leads back to it (`in May it had been`)
_BACK_TO = 9  # tokens before it in which one does


def _time_away(scene: Scene, quantity: Quantity, when: Quantity) -> int:
    """Return how far a date is from a number; one that belongs to another number is out of reach."""
    numbers = [q for q in scene.by_sentence[quantity.sentence] if q.kind not in {"date", "rank"} and q is not quantity]
    theirs = scene.clause(when.sentence, when.first)
    apart = theirs != scene.clause(quantity.sentence, quantity.first)
    if apart and any(scene.clause(q.sentence, q.first) == theirs for q in numbers):
        return _NOT_MINE
    if _of_start(scene, quantity, when) or _of_origin(scene, quantity, when):
        return _NOT_MINE
    owner = [q for q in numbers if 0 <= when.first - q.last <= 3]
    behind = when.first >= quantity.last and months.leads(scene.text, when, numbers)
    mine = 0 <= when.first - quantity.last <= 3 or (
        0 <= quantity.first - when.last <= 1 and not _led_to(scene, quantity)
    )
    return abs(when.first - quantity.first) + 30 * apart + 60 * (bool(owner) and not mine) + _NOT_MINE * behind


def _of_start(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date is that of where a number before came from: `fell from 41 percent in 2024 to 33 percent`."""
    if when.last > quantity.first or (0 <= quantity.first - when.last <= 1 and not _led_to(scene, quantity)):
        return False
    owners = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind not in {"date", "rank"} and q is not quantity and 0 <= when.first - q.last <= 3
    ]  # fmt: skip
    return bool(owners) and owners[-1].unit == quantity.unit and came_from(scene, owners[-1])


def _of_origin(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a date is that of where a number behind came from: `20 percent, up from 13.5 percent in 2024`."""
    owners = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind not in {"date", "rank"} and q is not quantity and 0 <= when.first - q.last <= 3
    ]  # fmt: skip
    behind = bool(owners) and owners[-1].first >= quantity.last and owners[-1].unit == quantity.unit
    return behind and came_from(scene, owners[-1])


def of_origin(scene: Scene, quantity: Quantity) -> bool:
    """Whether all dates of a number's sentence are those of where a number behind it came from."""
    return all(_of_origin(scene, quantity, when) for when, _ in dated(scene, quantity.sentence))


def _led_to(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is what something came to: `to 33 percent`, `auf 33 Prozent`."""
    return quantity.first > 0 and scene.text.tokens[quantity.first - 1].low in words("judging.period.came_to")


def came_from(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is where something came from: `up from 300 million`, `von 41 Prozent auf`."""
    least = max(scene.text.sentences[quantity.sentence][0], quantity.first - 3)
    skipped, low, place = words("judging.subjects.carries_more"), scene.text.low, quantity.first - 1
    while place >= least and low(place) in skipped:
        place -= 1
    return place >= least and low(place) in words("judging.period.came_from")


def of_before(scene: Scene, quantity: Quantity) -> list[Period]:
    """Return the times of the sentence that a number is told to come from before of: `down from 10,300`."""
    if not came_from(scene, quantity):
        return []
    return [Period(*days, stated=True, fiscal=False, text=q.text) for q, days in dated(scene, quantity.sentence)]


def untold(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number's sentence says no other time for it than its date: not `a year later`."""
    back = _told_back(scene, quantity) is not None
    return not back and not _reckoned(scene, quantity) and not came_from(scene, quantity)


def says_back(scene: Scene, when: Quantity) -> bool:
    """Whether a date of the text is but `a year earlier`, which is reckoned from the time told before."""
    return any(at < when.last and when.first < end for at, end, _ in _phrases(scene, when.sentence))


def same_time(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence says that its time is the one told before: `in the same year`, `im selben Zeitraum`."""
    said, spans = words("judging.period.same"), words("judging.period.spans")
    if said.isdisjoint(scene.word_set(quantity.sentence)):
        return False
    low = scene.words(quantity.sentence)
    return any(one in said and two in spans for one, two in pairwise(low[:200]))


def _dates(scene: Scene, sentence: int) -> list[Quantity]:
    """Return the dates of a sentence; `since 2020` tells no time of its own."""
    return [q for q in scene.by_sentence.get(sentence, ()) if q.kind == "date" and q.hedge != "at_least"]


def _dates_open(scene: Scene, quantity: Quantity, sentence: int) -> list[Quantity]:
    """Return the dates of a sentence that may be a number's; of its own none of an origin or reckoned from before."""
    dates = [q for q in _dates(scene, sentence) if not says_back(scene, q)]
    return dates if sentence != quantity.sentence else [q for q in dates if not _of_origin(scene, quantity, q)]


def carried(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time of the number's sentence or of those just before, where its own clause gives none."""
    if any(_of_start(scene, quantity, when) for when in _dates(scene, quantity.sentence)):
        return None
    for number in (quantity.sentence, quantity.sentence - 1, quantity.sentence - 2):
        dates = _dates_open(scene, quantity, number)
        known = {days for q in dates if (days := months.days_of(q)) is not None}
        if len(known) == 1:
            return Period(*known.pop(), stated=False, fiscal=False, text=dates[0].text)
        if known:
            return None
    return None


def period(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time that the text gives for a number, or None; sought once."""
    key = (quantity.first, quantity.last, quantity.unit)
    if key not in scene.periods:
        scene.periods[key] = _period(scene, quantity)
    found: Period | None = scene.periods[key]
    return found


def _period(scene: Scene, quantity: Quantity) -> Period | None:
    earlier = _told_back(scene, quantity)
    if earlier is not None:
        return _before(scene, quantity, earlier)
    known = dated(scene, quantity.sentence)
    if not known:
        return None
    if _reckoned(scene, quantity) and not any(0 <= q.first - quantity.last <= _BACK_TO for q, _ in known):
        return _shifted(scene, quantity, known)
    if came_from(scene, quantity) and len(known) == 1 and _others_date(scene, quantity, known[0][0]):
        return _year_before(scene, *known[0]) if (known[0][1][1] - known[0][1][0]).days > _MOST_OF_A_YEAR else None
    ordinal = _ordinal_quarter(scene, quantity, known)
    if ordinal is not None:
        return ordinal
    away = [_time_away(scene, quantity, q) for q, _ in known]
    if min(away) >= _NOT_MINE:
        return _of_whole(scene, quantity) or _of_all(scene, quantity, known)
    when, days = known[_in_step(scene, quantity, [q for q, _ in known], away.index(min(away)))]
    return Period(*days, stated=True, fiscal=fiscal_of(scene, when), text=when.text)


def _ordinal_quarter(
    scene: Scene, quantity: Quantity, known: list[tuple[Quantity, tuple[date, date]]]
) -> Period | None:
    """Return the quarter of `$2.1 billion in the first quarter of 2026 and $2.6 billion in the second`."""
    behind = [token.low for token in scene.text.tokens[quantity.last : quantity.last + 4]]
    quarters = table("judging")["period"]["ordinals"]
    place = next((k for k, low in enumerate(behind) if low in quarters), -1)
    if place < 1 or behind[0] not in words("judging.period.within") or len(known) != 1:
        return None
    noun = behind[place + 1 : place + 2]
    start, end = known[0][1]
    if (noun and noun[0].isalpha()) or not 80 <= (end - start).days <= 100 or known[0][0].first == quantity.last:
        return None
    first, last = span(f"{start.year}-Q{quarters[behind[place]]}")
    return Period(first, last, stated=True, fiscal=fiscal_of(scene, known[0][0]), text=known[0][0].text)


def dated(scene: Scene, sentence: int) -> list[tuple[Quantity, tuple[date, date]]]:
    """Return the dates of a sentence with their days; a month without a year is the one nearest to the first date."""
    if sentence not in scene.dates:
        scene.dates[sentence] = _dated(scene, sentence)
    return scene.dates[sentence]


def _dated(scene: Scene, sentence: int) -> list[tuple[Quantity, tuple[date, date]]]:
    dates = _dates(scene, sentence)
    whole = next((days[0] for q in dates if (days := months.days_of(q)) is not None), None)
    found = list[tuple[Quantity, tuple[date, date]]]()
    for q in dates:
        days, last = months.days_of(q), found[-1][1] if found else _told_before(scene, sentence)
        if days is not None:
            days = _in_year_of(scene, q, days, last)
        elif whole is not None:
            days = _month_beside(scene, q, whole, after=bool(found))
        if days is not None:
            found.append((q, days))
    return found


def _told_before(scene: Scene, sentence: int) -> tuple[date, date] | None:
    """Return the days of the last date with a year that the sentence before tells, in the same paragraph."""
    tokens, ranges = scene.text.tokens, scene.text.sentences
    if not sentence or tokens[ranges[sentence - 1][0]].paragraph != tokens[ranges[sentence][0]].paragraph:
        return None
    told = [q for q in _dates(scene, sentence - 1) if any(len(part) == 4 and part.isdigit() for part in q.text.split())]
    return months.days_of(told[-1]) if told else None


def _month_beside(scene: Scene, when: Quantity, whole: date, *, after: bool) -> tuple[date, date] | None:
    """Return the days of a month without a year beside the first date that has one."""
    if _same_year(scene, when):
        return months.month_of(str(when.low), whole.year)
    return months.nearest_month(str(when.low), whole, after=after, earlier=_leads_back(scene, when))


def _in_year_of(
    scene: Scene, when: Quantity, days: tuple[date, date], last: tuple[date, date] | None
) -> tuple[date, date]:
    """Return the days of a date; a month or quarter that is told no year is of that of the date before it."""
    if last is None:
        return days
    if months.yearless(when) and _same_year(scene, when):
        return span(f"{last[1].year}-{str(when.low)[5:]}")
    if months.yearless(when) and when.text.lower() in timewords.MONTHS:
        return months.next_month(days, last[1])
    return months.quarter_of(days, last[1].year) if months.yearless_quarter(when) else days


def dates_of(scene: Scene, sentence: int) -> set[tuple[date, date]]:
    """Return the days of the dates of a sentence."""
    return {days for _, days in dated(scene, sentence)}


def _same_year(scene: Scene, when: Quantity) -> bool:
    """Whether a month is one of the year told before: `that October`, `by September of that year`."""
    tokens, said = scene.text.tokens, words("judging.period.same_year")
    near = [*tokens[max(0, when.first - 1) : when.first], *tokens[when.last : when.last + 3]]
    return any(token.low in said and token.sentence == when.sentence for token in near)


def _leads_back(scene: Scene, when: Quantity) -> bool:
    """Whether the words before a month lead back to it: `up from 400 million in February`."""
    begin = scene.text.sentences[when.sentence][0]
    before = scene.text.tokens[max(begin, when.first - _BACK_TO) : when.first]
    behind = [t for t in scene.text.tokens[when.last : when.last + _HAD] if t.sentence == when.sentence]
    earlier, had = words("judging.period.earlier"), words("judging.period.had")
    return any(token.low in earlier for token in before) or any(token.low in had for token in behind)


def _others_date(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether another number stands before a number that came after it, with the date told for that one."""
    numbers = scene.beside(quantity)
    return any(q is not quantity and q.last <= quantity.first for q in numbers) and when.last <= quantity.first


def _year_before(scene: Scene, when: Quantity, days: tuple[date, date]) -> Period:
    """Return the year before a date of the text."""
    start, end = months.less(days[0], 12), months.less(days[1], 12)
    return Period(start, end, stated=False, fiscal=fiscal_of(scene, when), text=when.text)


def fiscal_of(scene: Scene, when: Quantity) -> bool:
    """Whether a date of the text is one of a fiscal year, and not told by the months it covers."""
    if when.form == "ended":
        return False
    around = scene.near(when, 4, 3) | {token.low for token in scene.text.tokens[when.first : when.last]}
    return bool(around & words("judging.period.fiscal"))


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
    return any(low(k - 1) in units and clause(here, k) == clause(here, quantity.first) for k in places)


def months_back(scene: Scene, quantity: Quantity) -> int:
    """Return by how many months a number is set before the time told, 0 for none."""
    back = _told_back(scene, quantity)
    return back[2] if back is not None else 0


def _told_back(scene: Scene, quantity: Quantity) -> Back | None:
    """Return the words nearest to a number that set it before the time of the sentence (`a year earlier`)."""
    found = [back for back in _phrases(scene, quantity.sentence) if _sets_back(scene, quantity, back)]
    if len(found) < 2:
        return found[0] if found else None
    return min(
        found, key=lambda back: back[0] - quantity.last if back[0] >= quantity.last else quantity.first - back[1]
    )


def _sets_back(scene: Scene, quantity: Quantity, back: Back) -> bool:
    """Whether words that set a number back are those of just this number."""
    at, end, _ = back
    near = quantity.last <= at < quantity.last + 5 or quantity.first - 7 <= at < end <= quantity.first
    if not near or scene.clause(quantity.sentence, at) != scene.clause(quantity.sentence, quantity.first):
        return False
    begin = scene.text.sentences[quantity.sentence][0]
    opens = {token.low for token in scene.text.tokens[max(begin, at - 2) : at]}  # "rose from a year earlier"
    edge = at if at >= quantity.last else end
    return not opens & words("judging.period.against") and not _number_between(scene, quantity, edge)


def _phrases(scene: Scene, sentence: int) -> list[Back]:
    """Return the phrases of a sentence that set a number back; sought once for all its numbers."""
    if sentence not in scene.year_back:
        begin = scene.text.sentences[sentence][0]
        lows = tuple(scene.words(sentence)[:400])
        rows = timewords.told_back()
        scene.year_back[sentence] = [
            (begin + k, begin + k + len(phrase), back)
            for k, low in enumerate(lows) if low in rows
            for phrase, back in rows[low] if lows[k : k + len(phrase)] == phrase
        ]  # fmt: skip
    return scene.year_back[sentence]


def _number_between(scene: Scene, quantity: Quantity, place: int) -> bool:
    left, right = min(place, quantity.first), max(place, quantity.last)
    inside = scene.by_sentence[quantity.sentence]
    return any(q is not quantity and q.kind != "date" and left <= q.first < right for q in inside)


def _before(scene: Scene, quantity: Quantity, back: Back) -> Period | None:
    """Return the year or quarter before the only time that the sentence gives elsewhere, or those before it give."""
    dates = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind == "date" and q.hedge != "at_least" and not back[0] - 2 <= q.first < back[1] + 1
        and not says_back(scene, q)
    ]  # fmt: skip
    known = {days for q in dates if (days := months.days_of(q)) is not None}
    if len(known) == 1:
        start, end = known.pop()
        fiscal = fiscal_of(scene, dates[0])
        return Period(months.less(start, back[2]), months.less(end, back[2]), True, fiscal, dates[0].text)
    told = carried(scene, quantity) if not known else None
    if told is None:
        return None
    return Period(months.less(told.start, back[2]), months.less(told.end, back[2]), False, False, told.text)
