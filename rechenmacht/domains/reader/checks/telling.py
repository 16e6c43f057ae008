"""What time a number is said to be of: that by which it was judged, one told before, or the article's day."""

from __future__ import annotations

from collections.abc import Sequence

from rechenmacht.domains.reader import datings, months, perwords, quarters, reporting, setback, tenses, times
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene

_CHANGING = frozenset({"people", "h100e"})
_OF_THE_DAY = frozenset({"money", "percent", "ratio"})


def tell(scene: Scene, told: Sequence[Verdict]) -> None:
    """Set the time of each number of an article, and in full what it is told for.

    A thing that does not change has only the time that its sentence tells.

    Args:
        scene: the article.
        told: the verdicts on its quantities, in order.
    """
    perwords.tell(scene.text, scene.quantities)
    for quantity, one in zip(scene.quantities, told, strict=True):
        if quantity.kind in {"date", "rank"} or scene.crowded(quantity.sentence):
            continue
        static = _static(scene, one)
        found = _found(scene, quantity, static=static)
        if found is not None:
            found = scene.records.of_firm(one.subject or "", found)
            quantity.time = quarters.partial(found.start, found.end)
        elif _only_compared(scene, quantity) or times.of_today(scene, quantity) or _since_elsewhere(scene, quantity):
            quantity.time = None
        if quantity.time is None and _of_today(scene, quantity, one, static=static):
            quantity.time = scene.article.isoformat() if scene.article is not None else None


def _static(scene: Scene, one: Verdict) -> bool:
    """Whether a number is one of a thing that does not change; deals are made and change."""
    if one.quantity is None or (one.subject or "").startswith("deal:"):
        return False
    return scene.records.period(one.quantity) == "static"


def _found(scene: Scene, quantity: Quantity, *, static: bool) -> Period | None:
    """Return the time by which a number was judged, or that of its sentence or of those before it."""
    judged: Period | None = _since(scene, quantity) or scene.kept.settled.get(quantity.id)
    if judged is None:
        judged = times.period(scene, quantity)
    if judged is not None or static:
        return judged
    if quantity.time is not None and not datings.dates(scene, quantity.sentence):
        return None  # `over the past five years`
    return times.carried(scene, quantity) or reporting.of_article(scene, quantity)


def _since(scene: Scene, quantity: Quantity) -> Period | None:
    """Return the time from a date of a number's clause up to the article: `Seit Januar sind die Mieten gefallen`.

    What something came to by then is of the article's day.
    """
    article = scene.article
    if article is None or quantity.kind == "duration":
        return None
    mine = scene.clause(quantity.sentence, quantity.first)
    here = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date"]
    own = [when for when in here if scene.clause(when.sentence, when.first) == mine]
    if not own or any(when.hedge != "at_least" for when in own):
        return None
    days = months.days_of(own[0])
    if days is None or days[0] > article:
        return None
    start = article if datings.led_to(scene, quantity) else days[0]
    return Period(start, article, stated=False, fiscal=False, text=own[0].text)


def _since_elsewhere(scene: Scene, quantity: Quantity) -> bool:
    """Whether a sentence tells only since when something of another clause is: `Since May it rose, and it costs $5`."""
    here = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date"]
    mine = scene.clause(quantity.sentence, quantity.first)
    return bool(here) and all(q.hedge == "at_least" and scene.clause(q.sentence, q.first) != mine for q in here)


def _only_compared(scene: Scene, quantity: Quantity) -> bool:
    """Whether the dates of a number's sentence are all of something else: compared with, set back from, of a start."""
    here = datings.dates(scene, quantity.sentence)
    return bool(here) and setback.told_back(scene, quantity) is None and all(
        datings.compared(scene, quantity, when) or setback.says_back(scene, when) or datings.starts(scene, when)
        or datings.matures(scene, when)
        for when in here
    )  # fmt: skip


def _of_today(scene: Scene, quantity: Quantity, one: Verdict, *, static: bool) -> bool:
    """Whether a number is told as of the article's day: by `now`, or in the present tense of what changes."""
    if datings.of_now(scene, quantity):
        return True
    changes = (
        one.quantity is not None or quantity.kind in _OF_THE_DAY or "/" in quantity.unit or quantity.unit in _CHANGING
    )
    return not static and changes and datings.tense(scene, quantity.sentence, quantity.first) == tenses.PRESENT
