"""Dates against tense: what is over cannot lie ahead, the commonest error of hasty translation."""

from __future__ import annotations

from rechenmacht.domains.reader import times
from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.candidates import leaders, rank
from rechenmacht.domains.reader.checks.told import Told, verdict
from rechenmacht.domains.reader.checks.values import gap, tolerance
from rechenmacht.domains.reader.context import BECOMES, ahead
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.months import days_of
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.wording import alike, both
from rechenmacht.domains.reader.words import words

_REACH = 14


def _ahead(scene: Scene, when: Quantity) -> bool:
    """Whether the clause of a date speaks of the future and nothing in the sentence looks back."""
    begin, end = scene.text.sentences[when.sentence]
    tokens = scene.text.tokens[begin : min(end, begin + 200)]
    if {token.low for token in tokens} & words("judging.tense.looks_back"):
        return False
    left, right = _apart(scene, when, max(begin, when.first - _REACH), min(end, when.last + _REACH))
    around = scene.text.tokens[left:right]
    said = {token.low for token in around} & words(f"judging.tense.future_{tokens[0].lang if tokens else 'en'}")
    return bool(said) and (not said <= BECOMES or ahead(scene.text.tokens[begin:end]))


def _apart(scene: Scene, when: Quantity, left: int, right: int) -> tuple[int, int]:
    """Return the stretch around a date, cut at brackets: what stands in brackets is a remark of its own."""
    tokens = scene.text.tokens
    opened = [k for k in range(left, when.first) if tokens[k].text in "()"]
    closed = [k for k in range(when.last, right) if tokens[k].text in "()"]
    return (opened[-1] + 1 if opened else left), (closed[0] if closed else right)


def check(scene: Scene, when: Quantity) -> list[Verdict]:
    """Return the verdicts on a past date that the sentence speaks of as future, and on the number it belongs to."""
    days = days_of(when)
    if days is None or when.hedge == "at_least" or not _ahead(scene, when):
        return []
    inside = scene.by_sentence[when.sentence]
    dates = [q for q in inside if q.kind == "date" and q is not when]
    if any((other := days_of(q)) is not None and other[1] < days[0] for q in dates):
        return []  # an earlier date may be the standpoint of the sentence
    number = _number_of(inside, when)
    values = {"date": alike(when.text)}
    if scene.article is not None and days[1] < scene.article and when.hedge == "up_to":
        told = Told(values, (None, scene.article.isoformat()))
        return [verdict(one, "contradicted", "tense", "tense", told) for one in (when, number) if one is not None]
    return _measured(scene, when, number)


def _number_of(inside: list[Quantity], when: Quantity) -> Quantity | None:
    numbers = [q for q in inside if q.kind not in {"date", "rank", "duration"}]
    return min(numbers, key=lambda q: abs(q.first - when.first)) if numbers else None


def _measured(scene: Scene, when: Quantity, number: Quantity | None) -> list[Verdict]:
    """Find a measured value of just that date that the sentence announces as future."""
    period = None if number is None else times.period(scene, number)
    if number is None or period is None or number.mid is None:
        return []
    if scene.article is not None and period.end >= scene.article:
        return []
    for one in leaders([one for one in rank(scene, number, period) if one.known]):
        told = _announced(scene, when, number, period, one)
        if told is not None:
            return [verdict(q, "contradicted", "tense", "tense_fact", told) for q in (when, number)]
    return []


def _announced(scene: Scene, when: Quantity, number: Quantity, period: Period, one: Candidate) -> Told | None:
    """Return what is to be told where a number announced is one already measured."""
    if not one.plain or scene.records.period(one.code) not in {"year", "quarter"}:
        return None
    for claim in scene.records.at(one.subject, one.code, period):
        band = scene.records.band(claim)
        if claim.basis == "measured" and gap(number, *band, one.factor) <= 1 + tolerance(number):
            values = {"date": alike(when.text), "expected": both(band[0], number.unit, band[1])}
            return Told(values, band, [claim], one.subject, one.code)
    return None
