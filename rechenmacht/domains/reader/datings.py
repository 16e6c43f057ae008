"""The dates of a sentence with the days they cover, and which of them only compare, report or head a text."""

from __future__ import annotations

from datetime import date
from functools import cache

from rechenmacht.dates import span
from rechenmacht.domains.reader import months, tenses, timewords
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.tokens import Token
from rechenmacht.domains.reader.words import words

Days = tuple[date, date]
_WHOLE = -1  # stands for a whole sentence
_LONG = 120  # tokens of a sentence of which the tense is told
_ASIDE = frozenset({"dateline", "end"})
_HAD = 4  # tokens behind a month in which a word leads back to it (`in May it had been`)
_BACK_TO = 9  # tokens before it in which one does
_AGAINST = 8  # tokens from a word that compares to the date it compares with
_MORE = 6  # tokens from a number to `than`
_SHARE = 4  # tokens from a percentage to a `from` that compares
_NEWS = 20  # days before an article on which its news was told


def _to_come(scene: Scene, when: Quantity) -> bool:
    """Whether an open date begins after the article: `ab 2030 dann 60 Prozent`."""
    days = months.days_of(when) if scene.article is not None else None
    return days is not None and scene.article is not None and days[0] > scene.article


def dates(scene: Scene, sentence: int) -> list[Quantity]:
    """Return the dates of a sentence; `since 2020` tells no time of its own, nor does the date of a dateline."""
    found = scene.by_sentence.get(sentence, ())
    return [
        q for q in found
        if q.kind == "date" and q.form not in _ASIDE and (q.hedge != "at_least" or _to_come(scene, q))
    ]  # fmt: skip


def dated(scene: Scene, sentence: int) -> list[tuple[Quantity, tuple[date, date]]]:
    """Return the dates of a sentence with their days; a month without a year is the one nearest to the first date."""
    if sentence not in scene.kept.dates:
        scene.kept.dates[sentence] = _dated(scene, sentence)
    return scene.kept.dates[sentence]


def _dated(scene: Scene, sentence: int) -> list[tuple[Quantity, tuple[date, date]]]:
    here = dates(scene, sentence)
    whole = next((days[0] for q in here if (days := months.days_of(q)) is not None), None)
    found = list[tuple[Quantity, tuple[date, date]]]()
    for q in here:
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
    told = [q for q in dates(scene, sentence - 1) if any(len(part) == 4 and part.isdigit() for part in q.text.split())]
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
    step = _years_on(when)
    if step is not None:
        return span(f"{last[1].year + step}-{str(when.low or when.high)[5:]}")
    if months.yearless(when) and _same_year(scene, when):
        return span(f"{last[1].year}-{str(when.low)[5:]}")
    if months.yearless(when) and when.text.lower() in timewords.MONTHS:
        return months.next_month(days, last[1])
    return months.quarter_of(days, last[1].year) if months.yearless_quarter(when) else days


def _years_on(when: Quantity) -> int | None:
    """Return how many years a month is behind the one told before: `February of the next year`, `des Vorjahres`."""
    said = when.text.lower().split()
    month = str(when.low or when.high)
    if len(month) != len("2026-02") or len(said) < 2 or said[0].strip(".,") not in timewords.MONTHS:
        return None
    if said[-1] in timewords.FOLLOWING:
        return timewords.FOLLOWING[said[-1]]
    return 1 if {*said} & words("judging.period.next_year") else None


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


def fiscal_of(scene: Scene, when: Quantity) -> bool:
    """Whether a date of the text is one of a fiscal year, and not told by the months it covers."""
    if when.form == "ended":
        return False
    around = scene.near(when, 4, 3) | {token.low for token in scene.text.tokens[when.first : when.last]}
    return bool(around & words("judging.period.fiscal"))


def basis(scene: Scene, when: Quantity) -> int | None:
    """Return the word that makes a date only what a number is compared with, or None; sought once."""
    if when.first not in scene.kept.bases:
        scene.kept.bases[when.first] = _basis(scene, when)
    return scene.kept.bases[when.first]


def _basis(scene: Scene, when: Quantity) -> int | None:
    """Return the word that makes a date only what a number is compared with: `more than in 2024`, `gegenüber 2024`.

    A date with a number of its own between that word and it is that number's: `compared with $1.2bn in 2024`.
    """
    begin = scene.text.sentences[when.sentence][0]
    numbers = [q for q in scene.by_sentence[when.sentence] if q.kind not in {"date", "rank"} and q.last <= when.first]
    least = max([begin, when.first - _AGAINST, *(q.last for q in numbers)])
    if numbers and _as_what(scene, numbers[-1], when):
        return numbers[-1].last  # `twice what they spent in the trough of 2023`
    small, place = words("judging.period.compared"), when.first - 1
    while place >= least and scene.text.low(place) in small and scene.text.low(place) not in _comparing():
        place -= 1
    return place if place >= least and _compares(scene, when, place, numbers[-1:]) else None


@cache
def _comparing() -> frozenset[str]:
    """Return the words before a date with which a number is compared."""
    return words("judging.period.compares") | words("judging.period.origins")


def _compares(scene: Scene, when: Quantity, place: int, number: list[Quantity]) -> bool:
    """Whether a word compares the number before it, if there is one, with a date behind it."""
    word, away = scene.text.low(place), place - number[0].last if number else _MORE + 1
    if word in words("judging.period.compares"):
        return away <= _MORE or word in words("judging.period.plainly")
    if word not in words("judging.period.origins") or len(str(when.low)) == len("2026-01-01"):
        return False  # `rose 5 percent on Tuesday`
    return away <= _SHARE and number[0].kind in {"percent", "ratio"}


def _as_what(scene: Scene, ratio: Quantity, when: Quantity) -> bool:
    """Whether a multiple is one of what a clause behind it tells of a date."""
    multiple = ratio.kind == "ratio" and not ratio.fraction
    opens = multiple and scene.text.low(ratio.last) in words("judging.period.as_what")
    return opens and scene.clause(when.sentence, ratio.first) == scene.clause(when.sentence, when.first)


def compared(scene: Scene, quantity: Quantity, when: Quantity) -> bool:
    """Whether a number is only compared with a date of its sentence; what a clause behind says of then is of then."""
    if basis(scene, when) is None:
        return False
    behind = scene.text.low(when.last) == "," and scene.text.low(when.last + 1) in words("judging.period.whenever")
    return not (behind and quantity.first >= when.last)


def reports(scene: Scene, when: Quantity) -> bool:
    """Whether a day is only that on which something was told: `presented on Tuesday`, `filings this week show`."""
    days = months.days_of(when)
    if days is None or scene.article is None or (days[1] - days[0]).days > 7:
        return False
    near = -7 <= (scene.article - days[1]).days <= _NEWS
    return near and not words("judging.period.reports").isdisjoint(around(scene, when.sentence, when.first))


def led_to(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is what something came to: `to 33 percent`, `auf 33 Prozent`."""
    place, skipped = quantity.first - 1, words("judging.subjects.carries_more")
    while place > quantity.first - 3 and scene.text.low(place) in skipped:
        place -= 1
    return place >= 0 and scene.text.low(place) in words("judging.period.came_to")


def came_from(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is where something came from: `up from 300 million`, `von 41 Prozent auf`."""
    least = max(scene.text.sentences[quantity.sentence][0], quantity.first - 3)
    skipped, low, place = words("judging.subjects.carries_more"), scene.text.low, quantity.first - 1
    while place >= least and low(place) in skipped:
        place -= 1
    if place < least or low(place) not in words("judging.period.came_from"):
        return False
    return low(place) not in words("judging.period.to_somewhere") or _leads_on(scene, quantity)


def held_against(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is what the one before it is held against: `$69.7bn, against $37.3bn in 2024`."""
    near = (scene.text.low(k) for k in range(max(0, quantity.first - 2), quantity.first))
    return any(low in words("judging.period.compares") for low in near)


def _leads_on(scene: Scene, quantity: Quantity) -> bool:
    """Whether another number of the unit is what something came to: `von 41 Prozent auf 33`, not `von 41 Prozent`."""
    return any(q is not quantity and q.last > quantity.first and led_to(scene, q) for q in scene.beside(quantity))


def starts(scene: Scene, when: Quantity) -> bool:
    """Whether a date is of a number that something came from: `von 15,1 Prozent im ersten Halbjahr auf 16,3`."""
    owners = [
        q for q in scene.by_sentence[when.sentence] if q.kind not in {"date", "rank"} and 0 <= when.first - q.last <= 3
    ]
    return bool(owners) and came_from(scene, owners[-1])


def matures(scene: Scene, when: Quantity) -> bool:
    """Whether a date is that on which a debt falls due: `its notes due in 2030 carry 10 percent`."""
    near = [scene.text.low(k) for k in range(max(0, when.first - 4), when.first)]
    return not words("judging.period.due").isdisjoint(near) and not words("judging.period.debts").isdisjoint(near)


def clause(scene: Scene, sentence: int, place: int) -> tuple[list[Token], set[str], str]:
    """Return the tokens of the clause that a token stands in, their words, and the tense that they tell."""
    begin, mine = scene.text.sentences[sentence][0], scene.clause(sentence, place)
    found = scene.kept.clauses.get((sentence, mine))
    if found is None:
        rows = [scene.text.tokens[begin + k] for k, one in enumerate(scene.clauses(sentence)) if one == mine]
        found = scene.kept.clauses[sentence, mine] = rows, {token.low for token in rows}, tenses.of_words(rows)
    return found


def inside(scene: Scene, sentence: int, place: int) -> list[Token]:
    """Return the tokens of the clause that a token stands in."""
    return clause(scene, sentence, place)[0]


def around(scene: Scene, sentence: int, place: int) -> set[str]:
    """Return the words of the clause that a token stands in."""
    return clause(scene, sentence, place)[1]


def tense(scene: Scene, sentence: int, place: int) -> str:
    """Return the tense of the clause around a token, or of its sentence where the clause has no verb."""
    told = clause(scene, sentence, place)[2]
    if told:
        return told
    found = scene.kept.clauses.get((sentence, _WHOLE))
    if found is None:
        begin, end = scene.text.sentences[sentence]
        rows = scene.text.tokens[begin : min(end, begin + _LONG)]
        found = scene.kept.clauses[sentence, _WHOLE] = rows, set(), tenses.of_words(rows)
    return found[2]


def of_now(scene: Scene, quantity: Quantity) -> bool:
    """Whether a number is told as of today: `now` or `heute` stands before it in its clause, or just behind it."""
    begin, end = scene.text.sentences[quantity.sentence]
    if words("judging.period.now").isdisjoint(scene.word_set(quantity.sentence)):
        return False
    mine, low = scene.clause(quantity.sentence, quantity.first), scene.text.low
    before = any(
        low(k) in words("judging.period.now") and scene.clause(quantity.sentence, k) == mine
        for k in range(begin, quantity.first)
    )
    return before or any(
        low(k) in words("judging.period.now") and low(k - 1) not in words("judging.period.compares")
        for k in range(quantity.last, min(end, quantity.last + 3))
    )
