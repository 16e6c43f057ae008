"""The time that a text has told last, sentence by sentence, and whether what follows is still of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from rechenmacht.domains.reader import datings, months, setback, tenses, timewords
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

_LEAD = 2  # paragraphs behind the title whose first time the whole article may be of
_DAYS = 20  # a time of fewer days is not carried to another paragraph
_QUARTER = (80, 100)  # days
_LATE = 100  # days from the end of a quarter to an article that reports on it
_AHEAD = frozenset({"planned", "forecast"})  # roles of numbers
_OLD = 400  # days before an article of which it need not be
_FAR = 8  # sentences that a time is carried within a paragraph


class Told(NamedTuple):
    """A time that a sentence tells, with the units of the numbers told beside it, and where."""

    period: Period
    units: frozenset[str]
    sentence: int
    paragraph: int
    ahead: bool


class Before(NamedTuple):
    """What was told before a sentence: last of all, last of what has been, and first of all."""

    last: Told | None
    seen: Told | None
    lead: Told | None


def before(scene: Scene, sentence: int) -> Before:
    """Return the times told before a sentence; the text is gone through once."""
    if not scene.kept.timeline:
        scene.kept.timeline.extend(_walk(scene))
    found: Before = scene.kept.timeline[sentence]
    return found


def _walk(scene: Scene) -> list[Before]:
    found, now, paragraphs = list[Before](), Before(None, None, None), 0
    for number, (begin, _) in enumerate(scene.text.sentences):
        paragraph = scene.text.tokens[begin].paragraph
        if not number or paragraph != scene.text.tokens[begin - 1].paragraph:
            paragraphs += number not in scene.headings
        found.append(now)
        told = _tells(scene, number, paragraph)
        if told is None:
            now = Before(*(_with_units(scene, one, number, paragraph) for one in now))
            continue
        lead = now.lead
        if lead is None and paragraphs <= _LEAD and _recent(scene, told):
            lead = told
        now = Before(told, now.seen if told.ahead else told, lead)
    return found


def _with_units(scene: Scene, told: Told | None, sentence: int, paragraph: int) -> Told | None:
    """Return a time with the units of the numbers that a later sentence of its paragraph tells without one."""
    if told is None or told.paragraph != paragraph:
        return told
    return told._replace(units=told.units | _units(scene, sentence))


def _units(scene: Scene, sentence: int) -> frozenset[str]:
    """Return the units of the numbers of a sentence."""
    inside = scene.by_sentence.get(sentence, ())
    return frozenset(q.unit for q in inside if q.kind not in {"date", "rank", "duration"})


def _recent(scene: Scene, told: Told) -> bool:
    """Whether a time is one that an article reports on, not one of long ago or to come."""
    if scene.article is None:
        return True
    running = told.period.days <= _QUARTER[1] and told.period.end > scene.article
    return not told.ahead and not running and (scene.article - told.period.end).days <= _OLD


def _tells(scene: Scene, sentence: int, paragraph: int) -> Told | None:
    """Return the time that a sentence tells for those behind it."""
    today = scene.article
    rows = [(q, days) for q, days in datings.dated(scene, sentence) if not _steps_aside(scene, q)]
    if not rows:
        return None
    seen = [row for row in rows if today is None or row[1][0] <= today]
    when, days = max(seen, key=lambda row: (row[1][1], row[0].first)) if seen else rows[-1]
    ahead = today is not None and days[1] > today
    ahead = ahead and (not seen or _expects(scene, sentence, when))
    period = Period(*days, stated=False, fiscal=datings.fiscal_of(scene, when), text=when.text)
    return Told(period, _units(scene, sentence), sentence, paragraph, ahead)


def _expects(scene: Scene, sentence: int, when: Quantity) -> bool:
    """Whether a sentence tells what is to come of a time that is running: `it expects $50bn in the current quarter`."""
    roles = {q.role for q in scene.by_sentence[sentence] if q.kind not in {"date", "rank"}}
    return datings.tense(scene, sentence, when.first) == tenses.FUTURE or not roles.isdisjoint(_AHEAD)


def _steps_aside(scene: Scene, when: Quantity) -> bool:
    """Whether a date is not what a text goes on with: compared with, of where something came from, told long before.

    `In the first quarter the bill had come to $192.8 billion`, `Last autumn Epoch predicted`.
    """
    if datings.basis(scene, when) is not None or setback.says_back(scene, when) or datings.starts(scene, when):
        return True
    if datings.reports(scene, when) or datings.matures(scene, when):
        return True
    clause = datings.around(scene, when.sentence, when.first)
    return _had(scene, when) or not words("judging.period.predicted").isdisjoint(clause)


def _had(scene: Scene, when: Quantity) -> bool:
    """Whether what a sentence tells of a date had been before what the text goes on with."""
    if when.hedge != "exact":
        return False
    numbers = [q for q in scene.by_sentence[when.sentence] if q.kind not in {"date", "rank"}]
    places = [when.first, *(q.first for q in numbers[:4])]
    told = [tenses.looks_back(datings.inside(scene, when.sentence, place)) for place in places]
    return told[0] or (bool(numbers) and all(told[1:]))


def carry(scene: Scene, quantity: Quantity, *, back: bool = False) -> Period | None:
    """Return the time told before that a number is still of, whose sentence tells none.

    What is told in the present tense is of today, unless it goes on with numbers of its unit; what is told of a time to
    come is carried only to what is to come.

    Args:
        scene: the article.
        quantity: the number.
        back: whether words set it back from the time told, whatever its tense.
    """
    if datings.of_now(scene, quantity):
        return None
    told, seen, lead = before(scene, quantity.sentence)
    if lead is not None and _the_quarter(scene, quantity, lead.period):
        return lead.period
    near = _in_paragraph(scene, quantity, (told, seen))
    for one in near:
        if (back and not one.ahead) or _still(scene, quantity, one):
            return one.period
    if near and near[-1] is seen:
        return None
    return _from_before(scene, quantity, (lead, seen), back=back)


def _in_paragraph(scene: Scene, quantity: Quantity, told: tuple[Told | None, ...]) -> list[Told]:
    """Return the times that are told in a number's paragraph."""
    return [one for one in told if one is not None and _beside(scene, quantity, one)]


def _from_before(scene: Scene, quantity: Quantity, told: tuple[Told | None, ...], *, back: bool) -> Period | None:
    """Return the time of another paragraph that a number with numbers of its unit goes on with."""
    same = [one for one in told if one is not None and quantity.unit in one.units and one.period.days > _DAYS]
    return same[0].period if same and (back or _still(scene, quantity, same[0])) else None


def _the_quarter(scene: Scene, quantity: Quantity, lead: Period) -> bool:
    """Whether a clause speaks of the quarter that the text reports on: `paid $19.4 billion in the quarter`."""
    if not _QUARTER[0] <= lead.days <= _QUARTER[1]:
        return False
    clause = [token.low for token in datings.inside(scene, quantity.sentence, quantity.first)]
    quarter, the = words("judging.period.quarter"), words("judging.period.the")
    return any(two in quarter and one in the for one, two in pairwise(clause[:200]))


def _beside(scene: Scene, quantity: Quantity, told: Told) -> bool:
    """Whether a time is told in a number's paragraph, not far before it."""
    return told.paragraph == scene.text.tokens[quantity.first].paragraph and quantity.sentence - told.sentence <= _FAR


def current(scene: Scene, when: Quantity, days: datings.Days) -> datings.Days:
    """Return the days of a date; `the current quarter` of a report is the one behind the quarter reported on."""
    text = when.text.lower().split()
    lead = before(scene, when.sentence).lead
    if lead is None or scene.article is None or not {*text} & words("judging.period.quarter"):
        return days
    end, this = lead.period.end, any(timewords.RELATIVE.get(word, 1) == 0 for word in text)
    if not this or not _QUARTER[0] <= lead.period.days <= _QUARTER[1] or not 0 <= (scene.article - end).days <= _LATE:
        return days
    return end + timedelta(days=1), months.less(end, -3)


def _still(scene: Scene, quantity: Quantity, told: Told) -> bool:
    """Whether a number may be of a time told before, by the tense of its clause and its unit."""
    said = datings.around(scene, quantity.sentence, quantity.first)
    if said & words("judging.period.then") or _points_back(scene, quantity):
        return True
    tense = datings.tense(scene, quantity.sentence, quantity.first)
    if told.ahead:
        return tense in {tenses.FUTURE, tenses.NONE}
    if tense == tenses.PRESENT:
        return quantity.unit in told.units and quantity.kind != "money"
    return tense != tenses.FUTURE or scene.article is None or told.period.end >= scene.article


def _points_back(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence says more of what was told before: `Das sind 22 Prozent mehr als im Vorquartal`."""
    begin, opens = scene.text.sentences[quantity.sentence][0], words("judging.period.points_back")
    if scene.text.low(begin) in opens and scene.text.low(begin + 1) in words("judging.rank.names"):
        return True
    return any(datings.compared(scene, quantity, when) for when in datings.dates(scene, quantity.sentence))
