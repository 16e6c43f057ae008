"""Words that stand for a thing named before (`der Konzern`, `the chip`, `Softwarekonzern`), and for what kinds."""

from __future__ import annotations

from functools import cache

from rechenmacht.domains.reader.mentions import plain
from rechenmacht.domains.reader.words import stems, table, words


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
