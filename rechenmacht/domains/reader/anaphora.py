"""Words that stand for a thing named before (`der Konzern`, `the chip`, `Softwarekonzern`), and for what kinds."""

from __future__ import annotations

from functools import cache

from rechenmacht.domains.reader.mentions import Mention, plain
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import stems, table, words

_OTHER_NEAR = 2  # words behind `another` in which the thing is told
_OF_TWO = 6  # names among which are the two that `the latter` tells apart


def of_two(text: Text, begin: int, end: int, told: list[Mention]) -> list[Mention]:
    """Return what stands in a sentence for one of the two things of a kind told last: `Letzteres`, `The second drew`.

    Args:
        text: the article.
        begin: where the sentence begins.
        end: where it ends.
        told: what the sentence before names, and the sentence itself.
    """
    found, said = list[Mention](), {plain(text.low(k)) for k in range(begin, end)}
    both = not said.isdisjoint(words("judging.focus.latter"))
    for i in range(begin, end):
        which = _which(text, i, begin, both=both)
        near = [one for one in told if one.last <= i][-_OF_TWO:] if which is not None else []
        kind, two = _two(near)
        if which is not None and two:
            found.append(Mention(two[which], kind, i, i + 1, text.tokens[i].sentence, weak=True, sure=True))
    return found


def _two(near: list[Mention]) -> tuple[str, list[str]]:
    """Return the two things of one kind that were told last, with their kind."""
    for kind in dict.fromkeys(one.kind for one in reversed(near)):
        entities = list(dict.fromkeys(one.entity for one in near if one.kind == kind))
        if len(entities) > 1:
            return kind, entities[-2:]
    return "", []


def _which(text: Text, i: int, begin: int, *, both: bool) -> int | None:
    """Return which of two a word stands for, 0 or 1; `the former president`, `the first quarter` for none."""
    low, goes_on = plain(text.low(i)), text.low(i + 1) in words("judging.focus.verbs")
    if low in words("judging.focus.latter"):
        return 1
    if low in words("judging.focus.former") or ((both or goes_on) and low in words("judging.focus.former_of_two")):
        return 0
    if low not in words("judging.focus.first_of_two") and low not in words("judging.focus.second_of_two"):
        return None
    pointed = i > begin and text.low(i - 1) in words("judging.subjects.pointing.words")
    if not pointed or not goes_on:
        return None
    return int(low in words("judging.focus.second_of_two"))


def other_kinds(text: Text, begin: int, end: int) -> frozenset[str]:
    """Return the kinds of which a stretch brings in another thing than the one before: `another firm`."""
    others, found = words("judging.focus.another"), set[str]()
    for i in range(begin, end):
        if text.low(i) in others:
            found.update(kind for k in range(i + 1, min(i + 1 + _OTHER_NEAR, end)) for kind in stands_for(text.low(k)))
    return frozenset(found)


def stands_for(word: str) -> list[str]:
    """Return the kinds of thing that a word can stand for."""
    return kinds().get(word, [])


@cache
def openers() -> frozenset[str]:
    """Return words that open a sentence and are no name."""
    return words("judging.stop.en") | words("judging.stop.de") | words("judging.focus.openers") | frozenset(kinds())


@cache
def heads() -> tuple[str, ...]:
    """Return the words that end a German compound which points back: `Softwarekonzern`, `Chiphersteller`."""
    return tuple(head for head in stems("judging.focus.heads") if head in kinds())


@cache
def kinds() -> dict[str, list[str]]:
    """Return for each word that can stand for a thing named before the kinds of thing."""
    found: dict[str, list[str]] = {}
    for kind, said in table("judging")["subjects"]["anaphora"].items():
        for word in said.split():
            found.setdefault(plain(word), []).append(kind)
            found.setdefault(word, []).append(kind)
    return {word: list(dict.fromkeys(listed)) for word, listed in found.items()}
