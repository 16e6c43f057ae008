"""Which of two quantities is meant that the words around a number meet both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rechenmacht.domains.reader.candidate import Candidate
from rechenmacht.domains.reader.meanings import NEAR, rivals_of
from rechenmacht.domains.reader.scene import Scene
from rechenmacht.domains.reader.words import words

_HALF = 0.8  # a quantity met less than this is one that a word is missing of
_WHOLE = 0.99
_SAME_SENTENCE = 0.75  # nearness of words of the number's own sentence
_LOOKED = 8  # candidates at most
_MORE = 1.2  # so much that the narrower one is no rival of it
_AS_GOOD = 0.5  # of the score of the first


def known_first(scene: Scene, around: Mapping[str, float], found: list[Candidate]) -> list[Candidate]:
    """Let a quantity that the base knows stand before one that it lacks for the subject and that no word tells from it.

    So for a rival definition of it, and for any whose words the known one carries too: `firms use AI` in Sweden.
    """
    if not found or found[0].known:
        return found
    first = found[0]
    rivals = rivals_of(first.code)
    for place, one in enumerate(found):
        if not one.known or one.subject != first.subject:
            continue
        free = first.code in words("judging.undefined.quantities") or not told_apart(first, one)
        if (one.code in rivals and free) or (one.match.named and _says_as_much(scene, around, one, first)):
            return [replace(one, score=first.score), *found[:place], *found[place + 1 :]]
    return found


def _says_as_much(scene: Scene, around: Mapping[str, float], one: Candidate, first: Candidate) -> bool:
    """Whether the words near a number that only one quantity carries weigh as much as those that only another does."""
    own, weight = scene.meanings.own, scene.meanings.weight
    near = {low for low, close in around.items() if close >= NEAR}
    mine = sum((weight[low] for low in near & (own[one.code] - own[first.code])), 0.0)
    return mine >= sum((weight[low] for low in near & (own[first.code] - own[one.code])), 0.0)


def whole_first(scene: Scene, around: Mapping[str, float], found: list[Candidate]) -> list[Candidate]:
    """Let a quantity whose words are all said stand before a narrower one of which one is missing.

    `The company's revenue stood at $68.1 billion` is no data-centre revenue, whatever was told before.
    """
    if not found or found[0].match.said or found[0].match.share >= _HALF:
        return found
    first, own = found[0], scene.meanings.own
    near = {low for low, close in around.items() if close >= NEAR}
    here = {low for low, close in around.items() if close >= _SAME_SENTENCE}
    for place, one in enumerate(found[:_LOOKED]):
        narrower = here.isdisjoint(own[first.code] - own[one.code]) and _all_said(scene, one, near, own[first.code])
        if narrower and one.known and one.subject == first.subject and one.score >= _AS_GOOD * first.score:
            return [replace(one, score=_MORE * first.score), *found[:place], *found[place + 1 :]]
    return found


def _all_said(scene: Scene, one: Candidate, near: set[str], own: frozenset[str]) -> bool:
    """Whether a phrase of a quantity is said in whole, all of whose words another quantity carries too."""
    return one.match.share >= _WHOLE and any(row <= near and row < own for row in scene.meanings.phrases[one.code])


def told_apart(first: Candidate, other: Candidate) -> bool:
    """Whether the words name the first quantity and not its rival: FP8 is said, or including leases."""
    alike = words("judging.rival.alike")
    if first.code in alike and other.code in alike:
        return False
    return first.match.share > 0.99 and first.match.score > 1.9 * other.match.score
