"""A change or multiple of the number just told: `$89 billion, 117 percent more than a year earlier`.

What it is of is settled by the number that it hangs on, once that one is judged by a claim, right or wrong: of the same
subject and quantity at the time that it is set against, or of the same quantity of the thing that it is set against.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rechenmacht.domains.reader import setback
from rechenmacht.domains.reader.checks import comparison, growth
from rechenmacht.domains.reader.model import Quantity, Verdict
from rechenmacht.domains.reader.months import days_of, less
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words
from rechenmacht.evidence.forms import Claim

_NEAR = 14  # tokens between a number and what hangs on it
_BACK = 6  # numbers and dates before a change among which is what it hangs on
_BEHIND = 9  # tokens from a change to the time that it is set against
_SETTLED = frozenset({"supported", "imprecise", "contradicted"})
_LEAST_DAYS = 20  # between the two times of a change


def check(scene: Scene, told: Sequence[Verdict]) -> dict[str, Verdict]:
    """Return, by number, the verdict on a change or multiple that hangs on a number judged by a claim.

    Args:
        scene: the article.
        told: the verdicts on its numbers so far, in their order.
    """
    found: dict[str, Verdict] = {}
    for place, (quantity, one) in enumerate(zip(scene.quantities, told, strict=True)):
        if (
            one.verdict != "unverifiable"
            or quantity.negated
            or quantity.noun == "point"
            or not _relates(scene, quantity)
        ):
            continue
        anchor = _anchor(scene, quantity, told, place)
        judged = None if anchor is None else _of_time(scene, quantity, anchor) or _of_thing(scene, quantity, anchor)
        if judged is not None:
            found[quantity.id] = judged
    return found


def _relates(scene: Scene, quantity: Quantity) -> bool:
    if quantity.mid is None or quantity.kind not in {"ratio", "percent"}:
        return False
    led = quantity.kind == "percent" and scene.text.low(quantity.first - 1) in words("judging.anchored.led")
    return led or (quantity.kind == "ratio" and not quantity.fraction) or growth.changes(scene, quantity)


def _anchor(scene: Scene, quantity: Quantity, told: Sequence[Verdict], place: int) -> Claim | None:
    """Return the claim that decides the number on which a change hangs: just before it, or `to $26 billion` behind."""
    for at in (place + 1, *range(place - 1, place - 1 - _BACK, -1)):
        if not 0 <= at < len(told):
            continue
        other, one = scene.quantities[at], told[at]
        if other.kind not in {"number", "money", "percent"} or _relates(scene, other):
            continue  # a date, or a change itself
        if _hangs(scene, quantity, other):
            return _claim(scene, one) if one.verdict in _SETTLED and one.check == "facts" else None
        if at < place:
            return None
    return None


def _hangs(scene: Scene, quantity: Quantity, other: Quantity) -> bool:
    """Whether a change hangs on a number: near it in its sentence, or in the next one, which points back to it."""
    tokens, begin = scene.text.tokens, scene.text.sentences[quantity.sentence][0]
    if other.sentence == quantity.sentence:
        if other.first >= quantity.last:
            to = other.first - quantity.last <= 2 and tokens[other.first - 1].low in words("judging.anchored.to")
            return to or tokens[other.first - 2].low in words("judging.anchored.to")
        return quantity.first - other.last <= _NEAR
    return tokens[begin].low in words("judging.anchored.that") and other.sentence == quantity.sentence - 1


def _claim(scene: Scene, one: Verdict) -> Claim | None:
    claims = scene.records.of(one.subject or "", one.quantity or "")
    return next((claim for claim in claims if claim.id == one.claim), None)


def _of_time(scene: Scene, quantity: Quantity, anchor: Claim) -> Verdict | None:
    """Judge a change against the same thing at another time, told behind it."""
    records, day = scene.records, scene.records.span(anchor.as_of)
    if records.period(anchor.quantity) == "static":
        return None
    then, value = _against(scene, quantity, day), records.middle(anchor)
    rows = [
        growth.Change(value / low - 1, value - low, claim, anchor)
        for claim in (growth.claims_at(scene, anchor.subject, anchor.quantity, then) if then is not None else ())
        if (low := records.middle(claim)) > 0 and (day[1] - records.span(claim.as_of)[1]).days >= _LEAST_DAYS
    ]
    return growth.by_changes(scene, quantity, rows) if rows else None


def _against(scene: Scene, quantity: Quantity, day: tuple[date, date]) -> tuple[date, date] | None:
    """Return the time that a change is set against: a date of the text, or so many months before the number's own."""
    reach = quantity.last + _BEHIND
    for when in scene.by_sentence[quantity.sentence]:
        if when.kind == "date" and quantity.last <= when.first <= reach and not setback.says_back(scene, when):
            days, least = days_of(when), scene.text.tokens[quantity.last : when.first]
            if days is not None and not words("judging.anchored.than").isdisjoint(token.low for token in least):
                return days
    for at, _, months in setback.phrases(scene, quantity.sentence):
        if months > 0 and quantity.last <= at <= reach:
            return less(day[0], months), less(day[1], months)
    stretch = [token.low for token in scene.text.tokens[quantity.last : quantity.last + 5]]
    if not words("judging.anchored.year").isdisjoint(stretch):
        return less(day[0], 12), less(day[1], 12)
    if not words("judging.anchored.quarter").isdisjoint(stretch):
        return less(day[0], 3), less(day[1], 3)
    return None


def _of_thing(scene: Scene, quantity: Quantity, anchor: Claim) -> Verdict | None:
    """Judge a multiple against the same quantity of another thing, named behind it: `2.4 times as much as an H100`."""
    target = comparison.target(scene, quantity)
    if target is None or target.entity == anchor.subject or target.kind != anchor.subject.partition(":")[0]:
        return None
    if _of_another_kind(quantity):
        return None
    return comparison.by_quantity(scene, quantity, anchor, target.entity)


def _of_another_kind(quantity: Quantity) -> bool:
    """Whether a multiple says itself of what it is: `six times as powerful`, not `six times as much`."""
    said = quantity.text.lower().split()
    told = bool(said[:-1]) and not words("judging.anchored.as").isdisjoint(said[:-1])
    return told and said[-1] not in words("judging.anchored.as_much")
