"""What a number counts: its noun, or that of the number beside it; and what a count or price is told in."""

from __future__ import annotations

from functools import cache

from rechenmacht.domains.reader.conversion import counts
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.stems import stem
from rechenmacht.domains.reader.words import words

_LIKE = 30.0  # times that a price may be another one


def counted_stems(scene: Scene, quantity: Quantity) -> set[str]:
    """Return the stems of what a number counts."""
    if quantity.unit not in {"count", "people"}:
        return set()
    counted = counts(quantity, scene.text) | (frozenset() if quantity.noun else _noun_beside(scene, quantity))
    if any(
        m.kind == "chip" and quantity.first < m.first <= quantity.last for m in scene.named.get(quantity.sentence, ())
    ):
        counted = frozenset({"chips"})  # `2,048 H800s`
    return {stem(low) for low in counted} | {one for low in counted for one in scene.meanings.vocabulary.of(low)}


def _noun_beside(scene: Scene, quantity: Quantity) -> frozenset[str]:
    """Return the noun of the number before that a number is a part of, or of the last one of a list."""
    before = _noun_before(scene, quantity)
    beside = scene.beside(quantity)
    if before or len(beside) < 2 or not beside[-1].noun or any(q.noun for q in beside[:-1]):
        return before
    kinds = sorted({mention.kind for mention in scene.named.get(quantity.sentence, ())})
    listed = any(all(scene.partner(one, kind) for one in beside) for kind in kinds)
    return frozenset({beside[-1].noun}) if listed else before


def _noun_before(scene: Scene, quantity: Quantity) -> frozenset[str]:
    """Return the noun of the number before, where this one is a part of it: `671 billion parameters, of which 37`."""
    before = [q for q in scene.by_sentence[quantity.sentence] if q.last <= quantity.first and q.noun]
    said = {token.low for token in scene.text.tokens[max(0, quantity.first - 5) : quantity.first]}
    return frozenset({before[-1].noun}) if before and said & words("judging.compare.parts") else frozenset()


def may_count(counted: set[str], own: frozenset[str]) -> bool:
    """Whether a quantity counts what the number counts; people in general may be its users or staff."""
    if not counted.isdisjoint(own):
        return True
    return not counted.isdisjoint(stemmed("judging.people.generic")) and bool(own & stemmed("judging.people.counted"))


@cache
def stemmed(path: str) -> frozenset[str]:
    """Return the stems of a list of words."""
    return frozenset(stem(word) for word in words(path))


def in_equivalents(scene: Scene, quantity: Quantity) -> bool:
    """Whether a count of a chip, or one that goes on with it, is computing power: `entsprach rund 763.000 H100`."""
    if quantity.unit != "count" or scene.word_set(quantity.sentence).isdisjoint(words("judging.equivalents.words")):
        return False
    chips = words("judging.equivalents.chip")
    named = [m for m in scene.named.get(quantity.sentence, ()) if m.entity in chips]
    inside = scene.by_sentence[quantity.sentence]
    counts = [q for q in inside if q.unit in {"count", "h100e"} and q.last <= quantity.first]
    told = (quantity, *counts[-1:]) if not quantity.noun else (quantity,)
    return any(q.unit == "h100e" or q.first < m.first <= q.last for q in told for m in named)


def hour_told(scene: Scene, quantity: Quantity) -> tuple[str, float] | None:
    """Return the hour that the price before a price was told for: `$2.50 an hour, a B200 comes to $3.90`."""
    if quantity.kind != "money" or "/" in quantity.unit:
        return None
    inside, unit = scene.by_sentence[quantity.sentence], f"{quantity.unit}/h"
    before = [q for q in inside if q.kind == "money" and q.last <= quantity.first]
    if (
        not before
        or before[-1].unit != unit
        or not _alike(before[-1], quantity)
        or scene.word_set(quantity.sentence) & words("grammar.pairing.bought")
    ):
        return None
    return "h", 1.0


def _alike(before: Quantity, quantity: Quantity) -> bool:
    """Whether two prices are of like size, so that both may be told for an hour: not a sum of hours' rent."""
    one, two = before.mid, quantity.mid
    return bool(one and two) and 1 / _LIKE <= (two or 0.0) / (one or 1.0) <= _LIKE
