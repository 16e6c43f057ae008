"""When a number is of: the time that its sentence gives for it or those before it give, or the year before that."""

from __future__ import annotations

from datetime import date
from functools import cache

from rechenmacht.dates import span
from rechenmacht.domains.reader import pairing
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import table, words

_NOT_MINE = 1000


def _time_away(scene: Scene, quantity: Quantity, when: Quantity) -> int:
    """Return how far a date is from a number; one that belongs to another number is out of reach."""
    numbers = [q for q in scene.by_sentence[quantity.sentence] if q.kind not in {"date", "rank"} and q is not quantity]
    theirs = scene.clause(when.sentence, when.first)
    apart = theirs != scene.clause(quantity.sentence, quantity.first)
    if apart and any(scene.clause(q.sentence, q.first) == theirs for q in numbers):
        return _NOT_MINE
    owner = [q for q in numbers if 0 <= when.first - q.last <= 3]
    mine = 0 <= when.first - quantity.last <= 3
    return abs(when.first - quantity.first) + 30 * apart + (60 if owner and not mine else 0)


def carried(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the only time of the number's sentence or of those just before, where its own clause gives none."""
    for number in (quantity.sentence, quantity.sentence - 1, quantity.sentence - 2):
        dates = [q for q in scene.by_sentence.get(number, ()) if q.kind == "date" and q.hedge != "at_least"]
        known = {days for q in dates if (days := days_of(q)) is not None}
        if len(known) == 1:
            return Period(*known.pop(), stated=False, fiscal=False, text=dates[0].text)
        if known:
            return None
    return None


def period(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time that the text gives for a number, or None."""
    earlier = _year_earlier(scene, quantity)
    if earlier is not None:
        return _before(scene, quantity, earlier)
    dates = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date" and q.hedge != "at_least"]
    known = [(q, days) for q in dates if (days := days_of(q)) is not None]
    if not known or _reckoned(scene, quantity):
        return None
    away = [_time_away(scene, quantity, q) for q, _ in known]
    if min(away) >= _NOT_MINE:
        return _of_all(scene, quantity, known)
    when, days = known[_in_step(scene, quantity, [q for q, _ in known], away.index(min(away)))]
    around = scene.near(when, 4, 3) | {token.low for token in scene.text.tokens[when.first : when.last]}
    return Period(*days, stated=True, fiscal=bool(around & words("judging.period.fiscal")), text=when.text)


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
    around = scene.near(when, 4, 3) | {token.low for token in scene.text.tokens[when.first : when.last]}
    return Period(*days, stated=True, fiscal=bool(around & words("judging.period.fiscal")), text=when.text)


def _in_step(scene: Scene, quantity: Quantity, dates: list[Quantity], nearest: int) -> int:
    """Return which date is told in step with a number, where as many dates as numbers are; else the nearest."""
    numbers = scene.beside(quantity)
    spans = [(q.first, q.last) for q in numbers]
    found = pairing.in_step(scene.text.tokens, spans, [(q.first, q.last) for q in dates])
    place = next((k for k, q in enumerate(numbers) if q is quantity), -1)
    return found.get(place, nearest)


def _reckoned(scene: Scene, quantity: Quantity) -> bool:
    """Whether the number's time is reckoned from the one told: `half a year earlier`, `sechs Monate später`."""
    tokens, mine = scene.text.tokens, scene.clause(quantity.sentence, quantity.first)
    units, ends = words("judging.period.units"), words("judging.period.reckoned")
    return any(
        tokens[k].low in ends and tokens[k - 1].low in units and scene.clause(quantity.sentence, k) == mine
        for k in range(max(1, quantity.first - 7), min(len(tokens), quantity.last + 7))
    )


def _year_earlier(scene: Scene, quantity: Quantity) -> tuple[int, int] | None:
    """Return the words near a number that set it a year before the time of the sentence (`a year earlier`)."""
    for at, end in _phrases(scene, quantity.sentence):
        near = quantity.last <= at < quantity.last + 5 or quantity.first - 7 <= at < end <= quantity.first
        if not near or scene.clause(quantity.sentence, at) != scene.clause(quantity.sentence, quantity.first):
            continue
        begin = scene.text.sentences[quantity.sentence][0]
        opens = {token.low for token in scene.text.tokens[max(begin, at - 2) : at]}  # "rose from a year earlier"
        if not opens & words("judging.period.against") and not _number_between(scene, quantity, at):
            return at, end
    return None


def _phrases(scene: Scene, sentence: int) -> list[tuple[int, int]]:
    """Return the phrases of a sentence that set a number a year back; sought once for all its numbers."""
    if sentence not in scene.year_back:
        begin = scene.text.sentences[sentence][0]
        lows = tuple(scene.words(sentence)[:400])
        rows = year_earlier()
        scene.year_back[sentence] = [
            (begin + k, begin + k + len(phrase))
            for k, low in enumerate(lows) if low in rows
            for phrase in rows[low] if lows[k : k + len(phrase)] == phrase
        ]  # fmt: skip
    return scene.year_back[sentence]


def _number_between(scene: Scene, quantity: Quantity, place: int) -> bool:
    left, right = min(place, quantity.first), max(place, quantity.last)
    inside = scene.by_sentence[quantity.sentence]
    return any(q is not quantity and q.kind != "date" and left <= q.first < right for q in inside)


def _before(scene: Scene, quantity: Quantity, words: tuple[int, int]) -> Period | None:
    """Return the year before the only time that the sentence gives elsewhere, or that the sentences before give."""
    dates = [
        q for q in scene.by_sentence[quantity.sentence]
        if q.kind == "date" and q.hedge != "at_least" and not words[0] - 2 <= q.first < words[1] + 1
    ]  # fmt: skip
    known = {days for q in dates if (days := days_of(q)) is not None}
    if len(known) == 1:
        start, end = known.pop()
        return Period(_less_a_year(start), _less_a_year(end), stated=True, fiscal=False, text=dates[0].text)
    told = carried(scene, quantity) if not known else None
    if told is None:
        return None
    start, end = _less_a_year(told.start), _less_a_year(told.end)
    return Period(start, end, stated=False, fiscal=False, text=told.text)


@cache
def year_earlier() -> dict[str, list[tuple[str, ...]]]:
    """Return the words that set a number a year before the time told, each as its words, by the first of them."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in table("judging")["period"]["year_earlier"]:
        parts = tuple(phrase.split())
        found.setdefault(parts[0], []).append(parts)
    return found


def _less_a_year(day: date) -> date:
    return day.replace(year=max(day.year - 1, 1), day=28 if (day.month, day.day) == (2, 29) else day.day)


def days_of(when: Quantity) -> tuple[date, date] | None:
    """Return the days that a date of the text covers; an open one stands at its known end."""
    low, high = when.low if when.low is not None else when.high, when.high if when.high is not None else when.low
    if not isinstance(low, str) or not isinstance(high, str) or low.startswith("--") or high.startswith("--"):
        return None
    try:
        return span(low)[0], span(high)[1]
    except ValueError:
        return None
