"""Numbers whose clause leaves out what they are of: it is the quantity of the number before them."""

from __future__ import annotations

from rechenmacht.domains.reader.candidates import Candidate, ordered, rank
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

MOST_CARRIED = 6  # numbers of a sentence whose last one may be gone on with in the next


def parallel(scene: Scene, quantity: Quantity, found: list[Candidate]) -> list[Candidate]:
    """Let a number whose clause names no quantity take that of the number before it in the sentence, of the same unit.

    `The H100's bandwidth is 3.35 TB/s; the H200 manages 4.8 TB/s.`
    """
    if found and found[0].match.named:
        return found
    before = [q for q in scene.by_sentence[quantity.sentence] if q.last <= quantity.first and q.unit == quantity.unit]
    if not before:
        return _carried_on(scene, quantity, found)
    led = rank(scene, before[-1], scene.period(before[-1]))
    if not led or not led[0].match.named:
        return found
    first = led[0]
    same = [one._replace(match=first.match, score=first.score * one.weight) for one in found if one.code == first.code]
    if not same or not _elliptic(scene, quantity):
        return _hinted(scene, quantity, found, first)
    return ordered([*same, *(one for one in found if one.code != first.code)])


def _elliptic(scene: Scene, quantity: Quantity) -> bool:
    """Whether the clause of a number names a subject and no other thing that is told of it.

    `..., the H200 4.8 TB/s` goes on with the quantity before; `..., while its dividend was $2 billion` does not.
    """
    mine, tokens = scene.clause(quantity.sentence, quantity.first), scene.text.tokens
    named = [m for m in scene.named.get(quantity.sentence, ()) if scene.clause(m.sentence, m.first) == mine]
    if not named:
        return False
    taken = {k for m in named for k in range(m.first, m.last)}
    taken |= {k for q in scene.by_sentence[quantity.sentence] for k in range(q.first, q.last + 1)}
    begin, end = scene.text.sentences[quantity.sentence]
    own = [k for k in range(begin, end) if scene.clause(quantity.sentence, k) == mine and k not in taken]
    if any(tokens[k].low in words("judging.subjects.owners") for k in own):
        return False
    if tokens[quantity.first].lang == "de":
        return not any(tokens[k].kind == "w" and tokens[k].text[0].isupper() and k != begin for k in own)
    owners = [m.last for m in named if tokens[m.last - 1].low.endswith(("'s", "’s"))]
    return not _said(scene, [k for k in owners if k in own])


def _said(scene: Scene, places: list[int]) -> bool:
    """Whether a word that says something stands at one of the places."""
    tokens = scene.text.tokens
    return any(tokens[k].kind == "w" and tokens[k].low not in words("judging.stop.en") for k in places)


def _hinted(scene: Scene, quantity: Quantity, found: list[Candidate], first: Candidate) -> list[Candidate]:
    """Let a number be one of a quantity that its own words do not name: that can confirm it, never contradict it."""
    hint = first.match._replace(share=0.5)
    same = [
        Candidate(one.entity, first.code, hint.score * one.weight, hint, one.weight, first.factor, True, one)
        for one in scene.subjects(quantity) if scene.records.of(one.entity, first.code)
    ]  # fmt: skip
    return ordered([*same, *(one for one in found if one.code != first.code)])


def _carried_on(scene: Scene, quantity: Quantity, found: list[Candidate]) -> list[Candidate]:
    """Let a number of a sentence that names no quantity be one of the quantity of the last number before it.

    `China generated 10,000 TWh of electricity. The US came to 4,400 TWh.` The words do not say so, so that this can
    confirm a number, and never contradict it.
    """
    before = [q for q in scene.by_sentence.get(quantity.sentence - 1, ()) if q.kind != "date"]
    tokens = scene.text.tokens
    if not before or before[-1].unit != quantity.unit or len(before) > MOST_CARRIED:
        return found
    if tokens[before[-1].first].paragraph != tokens[quantity.first].paragraph:
        return found
    led = rank(scene, before[-1], scene.period(before[-1]))
    return _hinted(scene, quantity, found, led[0]) if led and led[0].match.named else found
