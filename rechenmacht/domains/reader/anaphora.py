"""Words that stand for a thing named before (`der Konzern`, `the chip`, `Softwarekonzern`), and for what kinds."""

from __future__ import annotations

from functools import cache

from rechenmacht.domains.reader.mentions import Mention, plain
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import stems, table, words

_OTHER_NEAR = 2  # words behind `another` in which the thing is told
_OF_TWO = 6  # names among which are the two that `the latter` tells apart


def of_two(text: Text, begin: int, end: int, told: list[Mention]) -> list[Mention]:
    """Return what stands in a sentence for one of the two things of a kind told last: `Letzteres`, `the latter`.

    Args:
        text: the article.
        begin: where the sentence begins.
        end: where it ends.
        told: what the sentence before names, and the sentence itself.
    """
    latter, former, found = words("judging.focus.latter"), words("judging.focus.former"), list[Mention]()
    if any(text.low(k) in latter for k in range(begin, end)):
        former = former | words("judging.focus.former_of_two")  # by itself `the former president` is none
    for i in range(begin, end):
        token = text.tokens[i]
        if token.low not in latter and token.low not in former:
            continue
        near = [one for one in told if one.last <= i][-_OF_TWO:]
        things = [one for one in near if one.kind == near[-1].kind]
        two = list(dict.fromkeys(one.entity for one in things))[-2:]
        if len(two) > 1:
            entity = two[token.low in latter]
            found.append(Mention(entity, things[-1].kind, i, i + 1, token.sentence, weak=True, sure=True))
    return found


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
