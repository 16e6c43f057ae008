"""The quarter that an article reports on, which its numbers are of where they are told no time of their own."""

from __future__ import annotations

from datetime import date

from rechenmacht.domains.reader import datings, months, quarters, setback, tenses, times
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

_QUARTER = (80, 100)  # days
_LEAD = 6  # sentences, title and dateline among them, that tell what an article reports on


def reported(scene: Scene, quantity: Quantity, subject: str, code: str, told: Period | None) -> Period | None:
    """Return the quarter that an article reports on, for a firm's number that is told no time of its own.

    Args:
        scene: the article.
        quantity: the number.
        subject: of what it is.
        code: which quantity.
        told: the time that the sentences before give.
    """
    of = scene.records.period(code)
    if of not in {"quarter", "level"} or not subject.startswith("org:"):
        return None
    back = setback.months_back(scene, quantity)
    if not back and not times.untold(scene, quantity):
        return None
    if scene.word_set(quantity.sentence) & words("judging.period.now"):
        return None
    when = _reporting(scene)
    if when is None or (told is not None and not (when.start <= told.end and told.start <= when.end)):
        return None
    if back:
        when = Period(months.less(when.start, back), months.less(when.end, back), False, when.fiscal, when.text)
    if not scene.records.at(subject, code, when):
        return None
    return when if of == "quarter" else when.at_end()


def of_article(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the quarter that an article reports on, for an amount of money or a share that is told no time."""
    if quantity.kind not in {"money", "percent", "ratio"} or not times.untold(scene, quantity):
        return None
    if datings.dates_of(scene, quantity.sentence) or datings.of_now(scene, quantity):
        return None
    return None if datings.tense(scene, quantity.sentence, quantity.first) == tenses.FUTURE else _reporting(scene)


def _long(days: tuple[date, date]) -> bool:
    """Whether days are as many as those of a quarter."""
    return _QUARTER[0] <= (days[1] - days[0]).days <= _QUARTER[1]


def _runs(scene: Scene, days: tuple[date, date]) -> bool:
    """Whether a quarter has not ended by the article's day, so that it can only be forecast."""
    return scene.article is not None and days[1] > scene.article


def _reporting(scene: Scene) -> Period | None:
    """Return the quarter that the first sentence of an article which tells one tells, where it tells one only."""
    if not scene.kept.reporting:
        for number in range(min(_LEAD, len(scene.text.sentences))):
            rows = [(q, days) for q, days in datings.dated(scene, number) if not setback.says_back(scene, q)]
            found = [row for row in rows if quarters.told_as_one(row[0]) and _long(row[1]) and not _runs(scene, row[1])]
            if found:
                (q, days), alone = found[0], len({days for _, days in found}) == 1
                scene.kept.reporting.append(
                    Period(*days, False, datings.fiscal_of(scene, q), q.text) if alone else None
                )
                break
        else:
            scene.kept.reporting.append(None)
    told: Period | None = scene.kept.reporting[0]
    return told
