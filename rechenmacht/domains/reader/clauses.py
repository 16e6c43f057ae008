"""The clauses of a sentence: cut at marks, at words that set against, and where a part of what was told begins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import either, words

BREAKS = frozenset(",;:–—()")
_ANOTHER = 5  # tokens of a sentence within which it opens with another thing than the one before
_OPENING = 9  # tokens of a phrase that opens a sentence


def numbered(text: Text, sentence: int, numbers: Sequence[Quantity]) -> list[int]:
    """Return the number of the clause of each token of a sentence.

    Args:
        text: the article.
        sentence: which one.
        numbers: the numbers that it holds.
    """
    begin, end = text.sentences[sentence]
    number, found = 0, list[int]()
    ends, opens = _ends(), _opening(text, sentence, numbers)
    for place in range(begin, end):
        low = text.low(place)
        if (low in ends or (low == "of" and _part(text, place))) and place != opens:
            number += 1
        found.append(number)
    return found


@cache
def _ends() -> frozenset[str]:
    """Return the marks and words that begin a clause."""
    return BREAKS | either("reading.clauses.breaks", "reading.clauses.parts")


def parts(text: Text, sentence: int, said: frozenset[str]) -> list[int]:
    """Return where in a sentence of some words a part of what was told begins: `of which`, `davon`."""
    if "of" not in said and said.isdisjoint(words("reading.clauses.parts")):
        return []
    return [
        place for place in range(*text.sentences[sentence]) if text.low(place) in _opens_part() and _part(text, place)
    ]


@cache
def _opens_part() -> frozenset[str]:
    return words("reading.clauses.parts") | {"of"}


def _part(text: Text, place: int) -> bool:
    """Whether a part of what was told begins at a token."""
    low = text.low(place)
    behind = low == "of" and text.low(place + 1) in words("reading.clauses.of_parts")
    return behind or low in words("reading.clauses.parts")


def _opening(text: Text, sentence: int, numbers: Sequence[Quantity]) -> int:
    """Return the comma of a phrase that opens a sentence and belongs to its clause: `Among large firms, ...`."""
    begin, end = text.sentences[sentence]
    if begin >= end or text.low(begin) not in words("judging.clauses.opening"):
        return -1
    comma = next((k for k in range(begin, min(end, begin + _OPENING)) if text.low(k) == ","), -1)
    return -1 if any(q.first < comma for q in numbers if q.kind != "date") else comma


def of_another(text: Text, sentence: int, until: int, which: str = "versions") -> bool:
    """Whether a sentence opens with another thing than the one before: `Its successor has`, `The Ultra version packs`.

    Not where it is only compared with, nor where the words say of what it is the successor.

    Args:
        text: the article.
        sentence: which one.
        until: the place of the number that is asked for.
        which: the words for another one, of those that the lists have.
    """
    begin, others, compares = (
        text.sentences[sentence][0],
        words(f"judging.focus.{which}"),
        words("judging.compare.before"),
    )
    for place in range(begin, min(until, begin + _ANOTHER)):
        if text.low(place) in others:
            compared = any(text.low(k) in compares for k in range(begin, place))
            return not compared and text.low(place + 1) not in words("judging.focus.to_what")
    return False


def of_some_one(text: Text, sentence: int, until: int) -> bool:
    """Whether a stretch brings in some other one by a pronoun: `buy one with 141 GB`, `the third drew`."""
    ones, behind = words("judging.focus.ones"), words("judging.focus.one_behind")
    ordinals, verbs = words("judging.focus.ordinals"), words("judging.focus.verbs")
    places = range(text.sentences[sentence][0], until - 1)
    return any(
        (text.low(place) in ones and text.low(place + 1) in behind)
        or (text.low(place) in ordinals and text.low(place + 1) in verbs)
        for place in places
    )
