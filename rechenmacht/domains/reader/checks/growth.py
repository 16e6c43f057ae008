"""Growth of one thing over time: `rises by 170 percent by 2030`, `has doubled since 2020`; by claims on both times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rechenmacht.domains.reader import setback
from rechenmacht.domains.reader.around import context
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import NEARLY, numeric, tolerance
from rechenmacht.domains.reader.conversion import canonical
from rechenmacht.domains.reader.counting import stemmed
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.months import days_of
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import Pair, alike, both, source, when
from rechenmacht.domains.reader.words import either, stems, words
from rechenmacht.evidence.forms import Claim

_WRONG = 1.6  # a growth is wrong where it is this much more or less than every pair of claims says
_NEARLY = 0.7  # a quantity met this much less is meant where the first has no claims of both times
_BY = words("grammar.relations.by")
_SKIPPED = words("grammar.relations.skipped")
_TIMELESS = frozenset({"static"})
_YEARS = 400  # days of a span between whose ends something grows
_NOUN_BEFORE = 7  # tokens before a percentage in which a noun says that it is a growth


@dataclass(frozen=True, slots=True)
class Change:
    """A change by the base between two claims: 1.7 for growth by 170 percent, and the difference of the two."""

    value: float
    points: float
    start: Claim
    end: Claim


def changes(scene: Scene, quantity: Quantity) -> bool:
    """Whether a percentage or multiple is a change, not a share: `by 20 percent`, `20 percent more`."""
    if quantity.kind != "percent" and not quantity.fraction:
        return False
    place = quantity.first - 1
    while place > quantity.first - 5 and scene.text.tokens[max(place, 0)].low in _SKIPPED:
        place -= 1
    skipped = {scene.text.low(k) for k in range(place + 1, quantity.first)}
    if skipped & words("judging.period.came_to"):
        return False  # `climbed to 37.1 percent`
    direct = words("judging.growth.direct")
    if skipped & direct or (place >= 0 and scene.text.tokens[place].low in _BY | direct):
        return True
    if _of_growth(scene, quantity, place):
        return True
    behind = scene.text.tokens[quantity.last].low if quantity.last < len(scene.text.tokens) else ""
    return behind in either("judging.comparison.more", "grammar.relations.change")


def _of_growth(scene: Scene, quantity: Quantity, place: int) -> bool:
    """Whether a percentage is told of a noun that is a growth: `ein Zuwachs von 70 Prozent`, `an increase of`."""
    begin = scene.text.sentences[quantity.sentence][0]
    if place <= begin or scene.text.low(place) not in words("judging.growth.told_of"):
        return False
    before = [scene.text.low(k) for k in range(max(begin, place - _NOUN_BEFORE), place)]
    ends = stems("judging.growth.ends")
    return any(low in words("judging.growth.nouns") or low.endswith(ends) for low in before)


def _multiple(quantity: Quantity) -> bool:
    """Whether a number says how many times as much something is: `twice`."""
    return quantity.kind == "ratio" and not quantity.fraction


def judge(scene: Scene, quantity: Quantity) -> Verdict | None:
    """Judge a growth by the claims of its first and last time."""
    value = numeric(quantity.low) if quantity.low is not None else numeric(quantity.high)
    if value is None or quantity.negated or quantity.kind not in {"ratio", "percent"}:
        return None
    said = scene.word_set(quantity.sentence)
    grows = bool(said & words("judging.growth.verbs")) if _multiple(quantity) else changes(scene, quantity)
    found = _changes(scene, quantity) if grows and _told_when(scene, quantity) else []
    if quantity.noun == "point":
        found = [one for one in found if canonical(scene.base, one.start.quantity)[0] == "1"]
    return by_changes(scene, quantity, found) if found else None


def by_changes(scene: Scene, quantity: Quantity, found: list[Change]) -> Verdict | None:
    """Judge a growth by the changes that the base has for it; the nearest speaks.

    Args:
        scene: the article.
        quantity: the percentage or multiple.
        found: at least one change.
    """
    value = numeric(quantity.low) if quantity.low is not None else numeric(quantity.high)
    if value is None:
        return None
    down = bool(scene.word_set(quantity.sentence) & words("judging.growth.down"))
    rows = [(abs(_shown(one, quantity, down=down) - value), one) for one in found]
    away, best = min(rows, key=lambda row: (row[0], row[1].start.id, row[1].end.id))
    return _of_one(scene, quantity, _verdict(scene, quantity, value, away, best, down=down))


def _of_one(scene: Scene, quantity: Quantity, told: Verdict | None) -> Verdict | None:
    """Return a verdict, but no refusal of what may be the growth of several: `together they spent $78B, 89% more`."""
    several = scene.word_set(quantity.sentence) & words("judging.doubt.several")
    return None if several and told is not None and told.verdict == "contradicted" else told


def _shown(change: Change, quantity: Quantity, *, down: bool) -> float:
    """Return a change as the article would put it: as a share more or less, in points, or as a multiple."""
    if _multiple(quantity):
        return 1 + change.value
    told = change.points if quantity.noun == "point" else change.value
    return -told if down else told


def _verdict(
    scene: Scene, quantity: Quantity, value: float, away: float, best: Change, *, down: bool
) -> Verdict | None:
    shown = _shown(best, quantity, down=down)
    slack = max((tolerance(quantity) + 0.03) * abs(shown), 0.006)
    claims = [best.start, best.end]
    start, end = (both(scene.records.middle(claim), canonical(scene.base, claim.quantity)[0]) for claim in claims)
    values = {
        "name": scene.name(best.start.subject), "what": scene.what(best.start.quantity),
        "start": _of_day(start, best.start), "end": _of_day(end, best.end),
        "expected": both(shown, "%" if quantity.kind == "percent" else "count"), "given": alike(quantity.text),
        "source": source(scene.base, claims),
    }  # fmt: skip
    told = Told(values, (shown, shown), claims, best.start.subject, best.start.quantity)
    kept = (quantity.hedge == "at_least" and shown >= value) or (
        quantity.hedge in {"up_to", "almost"} and shown <= value
    )
    if away <= slack or (kept and away <= 0.5 * abs(shown)):
        return verdict(quantity, "supported", "facts", "growth_ok", told)
    apart = max(value / shown, shown / max(value, 1e-9)) if shown > 0 else _WRONG
    if shown > 0 and apart <= _WRONG:
        return verdict(quantity, "imprecise", "facts", "growth_near", told) if apart <= NEARLY else None
    return verdict(quantity, "contradicted", "facts", "growth", told) if away > 0.03 else None


def _told_when(scene: Scene, quantity: Quantity) -> bool:
    """Whether the sentence of a number tells a time, without which there is no growth to look up."""
    return any(q.kind == "date" and days_of(q) is not None for q in scene.by_sentence[quantity.sentence])


def _of_day(told: Pair, claim: Claim) -> Pair:
    """Return a value with the day it is of."""
    day = when(claim.as_of)
    return f"{told[0]} ({day[0]})", f"{told[1]} ({day[1]})"


def _changes(scene: Scene, quantity: Quantity) -> list[Change]:
    """Return the changes between claims of the times that the text names, for what it plainly speaks of."""
    subjects = [(one, scene.records.known(one.entity).keys()) for one in scene.subjects(quantity) if one.weight >= 0.5]
    met = scene.meanings.matches(context(scene, quantity), set[str]().union(*(codes for _, codes in subjects)))
    ranked = []
    for subject, codes in subjects:
        for code in met.keys() & codes:
            match = met[code]
            itself = not scene.meanings.own[code].isdisjoint(stemmed("judging.growth.counted"))  # it tells a growth
            if match.named and not itself and scene.records.period(code) not in _TIMELESS:
                ranked.append((match.score * subject.weight, subject.entity, code))
    ranked.sort(key=lambda row: (-row[0], row[1], row[2]))
    found = list[Change]()
    for score, entity, code in ranked[:6]:
        level = 0.9 if found else _NEARLY
        if score >= level * ranked[0][0] and entity == ranked[0][1]:
            found += _between(scene, quantity, entity, code)
    return found


def _between(scene: Scene, quantity: Quantity, entity: str, code: str) -> list[Change]:
    records = scene.records
    starts, ends = _times(scene, quantity, entity, code)
    found = []
    for start in starts:
        for end in ends:
            low, high = records.middle(start), records.middle(end)
            if low > 0 and records.span(start.as_of)[1] < records.span(end.as_of)[1]:
                found.append(Change(high / low - 1, high - low, start, end))
    return found


def _times(scene: Scene, quantity: Quantity, entity: str, code: str) -> tuple[list[Claim], list[Claim]]:
    """Return the claims of the first and of the last time."""
    told = [q for q in scene.by_sentence[quantity.sentence] if q.kind == "date" and not setback.says_back(scene, q)]
    dates = [(q, days) for q in told if (days := days_of(q))]
    dates.sort(key=lambda row: row[1])
    known = sorted({days for _, days in dates})
    if len(known) == 1 and _spans(dates[0][0]) and (known[0][1] - known[0][0]).days > _YEARS:
        first, last = known[0]  # "between 2020 and 2024"
        known = [(first, date(first.year, 12, 31)), (date(last.year, 1, 1), last)]
    if len(known) >= 2:
        return claims_at(scene, entity, code, known[0]), claims_at(scene, entity, code, known[-1])
    return _from_one(scene, entity, code, dates[0][0], known[0]) if known else ([], [])


def _spans(when: Quantity) -> bool:
    return bool(when.low and when.high) and when.low != when.high


def _from_one(
    scene: Scene, entity: str, code: str, when: Quantity, days: tuple[date, date]
) -> tuple[list[Claim], list[Claim]]:
    """Return the claims of both times where the text names one: since then, until then, or against the year before."""
    first, last = days
    if when.hedge == "at_least":
        return claims_at(scene, entity, code, days), scene.records.latest(entity, code, scene.article)
    ahead = when.hedge == "up_to" if scene.article is None else last > scene.article
    if ahead:
        today = scene.article or date(first.year - 1, 1, 1)
        return scene.records.latest(entity, code, today), claims_at(scene, entity, code, days)
    before = (date(first.year - 1, first.month, 1), date(last.year - 1, last.month, 28))
    return claims_at(scene, entity, code, before), claims_at(scene, entity, code, days)


def claims_at(scene: Scene, entity: str, code: str, days: tuple[date, date]) -> list[Claim]:
    """Return the claims on a quantity of a thing of some days."""
    return scene.records.at(entity, code, Period(*days, stated=True, fiscal=False, text=""))
