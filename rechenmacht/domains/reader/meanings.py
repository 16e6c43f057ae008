"""Which quantity do these words mean? An index over all quantities, made of their names, synonyms and meanings.

A phrase (a name or a synonym) is a set of stems, each weighed by how few quantities use it. The words around a number
meet a phrase by the weight of the stems that they share; a phrase met in whole outweighs a longer one met in part.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rechenmacht.domains.reader.mentions import pieces
from rechenmacht.domains.reader.stems import Vocabulary, spelled, stem
from rechenmacht.domains.reader.words import table, words
from rechenmacht.evidence.base import Base

Index = tuple[dict[str, list[int]], list[str], list[float]]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_COMMON = 40  # a word in so many meanings tells nothing
MEANING = 0.12  # weight of a word of the meaning against one of a name or synonym
NEAR = 0.4  # a word of another sentence helps to rank, but names nothing
NAMED = 0.74  # share of a phrase that must be met to say that a quantity is named


@dataclass(frozen=True, slots=True)
class Match:
    """How well words meet a quantity: `score` to rank by, `share` of the best phrase met (1: in whole)."""

    code: str
    score: float
    share: float

    @property
    def named(self) -> bool:
        """Whether the words name the quantity, not only hint at it."""
        return self.share >= NAMED


def _tells(low: str, skipped: frozenset[str]) -> bool:
    """Whether a word of a name tells something: no stop word, no small figure (15 to 64)."""
    return low not in skipped and not (low.isdigit() and len(low) < 3)


def _stems(text: str) -> frozenset[str]:
    skipped = words("judging.stop.en") | words("judging.stop.de") | words("judging.stop.filler")
    text = re.sub(r"\bIT\b", "itload", text)  # not the pronoun
    text = re.sub(r"\b(\d+)[- ]?bit\b", r"\1bit", text, flags=re.IGNORECASE)
    found = (word for low in _WORD.findall(text.lower()) if _tells(low, skipped) for word in spelled(low))
    return frozenset(stem(word) for word in found)


class Meanings:
    """The index; build it once per fact base."""

    def __init__(self, base: Base) -> None:
        """Index the quantities of the base."""
        self._indexes: dict[frozenset[str] | None, Index] = {}
        self.codes, self.rows = tuple(base.quantities), base.quantities
        self.phrases: dict[str, tuple[frozenset[str], ...]] = {}
        self.meanings: dict[str, frozenset[str]] = {}
        for code, row in base.quantities.items():
            names = (row.name_en, row.name_de, *row.synonyms_en, *row.synonyms_de)
            # A name in brackets says more of the same: with and without it.
            plain = [re.sub(r"\([^)]*\)", " ", name) for name in names]
            found = {_stems(name) for name in (*names, *plain)} - {frozenset[str]()}
            self.phrases[code] = tuple(sorted(found, key=sorted)) or (frozenset({stem(code)}),)
            self.meanings[code] = _stems(f"{row.meaning_en} {row.meaning_de}")
        used: dict[str, int] = {}
        for code in self.codes:
            for one in frozenset[str]().union(*self.phrases[code]):
                used[one] = used.get(one, 0) + 1
        most = max(len(self.codes), 2)
        self.weight = {one: math.log(1 + most / count) for one, count in used.items()}
        self.vocabulary = Vocabulary(frozenset(self.weight) | frozenset[str]().union(*self.meanings.values()))

    def _groups(self, part: str) -> list[frozenset[str]]:
        groups = table("judging")[part].values()
        return [frozenset(stem(word) for word in group.split()) for group in groups]

    @cached_property
    def exclusive(self) -> dict[str, list[tuple[frozenset[str], frozenset[str]]]]:
        """Of each quantity its words of every group of which one rules out the others, and that group."""
        groups = self._groups("exclusive")
        return {code: [(own & group, group) for group in groups if own & group] for code, own in self.own.items()}

    @cached_property
    def required(self) -> dict[str, list[frozenset[str]]]:
        """Of each quantity the groups of which the text must say a word for it to be meant."""
        groups = self._groups("required")
        return {code: [group for group in groups if own & group] for code, own in self.own.items()}

    @cached_property
    def definers(self) -> dict[str, frozenset[str]]:
        """Of each quantity the names of who counts it."""
        names = self._groups("definers")[0]
        return {code: own & names for code, own in self.own.items()}

    @cached_property
    def names(self) -> dict[str, list[tuple[tuple[str, ...], frozenset[str]]]]:
        """Names of two words and more by their first word, longest first, each with the quantities so called."""
        found: dict[tuple[str, ...], set[str]] = {}
        for code, row in self.rows.items():
            for name in (row.name_en, row.name_de):
                if len(key := pieces(name)) > 1:
                    found.setdefault(key, set()).add(code)
        table: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
        for key in sorted(found, key=lambda key: (-len(key), key)):
            table.setdefault(key[0], []).append((key, frozenset(found[key])))
        return table

    @cached_property
    def own(self) -> dict[str, frozenset[str]]:
        """All stems of a quantity's names and synonyms."""
        return {code: frozenset[str]().union(*phrases) for code, phrases in self.phrases.items()}

    def _index(self, wanted: frozenset[str] | None) -> Index:
        """Return the phrases of some quantities by stem; of each phrase its quantity and whole weight."""
        if wanted not in self._indexes:
            by_stem: dict[str, list[int]] = {}
            codes, wholes = list[str](), list[float]()
            for code, phrases in self.phrases.items():
                for phrase in phrases if wanted is None or code in wanted else ():
                    for one in phrase:
                        by_stem.setdefault(one, []).append(len(codes))
                    codes.append(code)
                    wholes.append(sum(self.weight[one] for one in sorted(phrase)))
            self._indexes[wanted] = (by_stem, codes, wholes)
        return self._indexes[wanted]

    @cached_property
    def meant(self) -> dict[str, list[str]]:
        """Quantities by the stems of their meanings."""
        found: dict[str, list[str]] = {}
        for code, meaning in self.meanings.items():
            for one in meaning:
                found.setdefault(one, []).append(code)
        return {one: codes for one, codes in found.items() if len(codes) <= _COMMON}

    def matches(self, context: Mapping[str, float], wanted: frozenset[str] | None = None) -> dict[str, Match]:
        """Return how well weighed stems meet each quantity that they meet at all.

        Args:
            context: stems around the number, each with its nearness (0 to 1).
            wanted: the quantities that may be meant, all if none are named.
        """
        by_stem, codes, wholes = self._index(wanted)
        met, near, more = dict[int, float](), dict[int, float](), dict[str, float]()
        for one, nearness in sorted(context.items()):
            weight = self.weight.get(one, 1.0)
            for place in by_stem.get(one, ()):
                met[place] = met.get(place, 0.0) + weight * nearness
                if nearness >= NEAR:
                    near[place] = near.get(place, 0.0) + weight
            for code in self.meant.get(one, ()):
                more[code] = more.get(code, 0.0) + weight * nearness
        best: dict[str, tuple[float, float]] = {}
        for place, value in met.items():
            share, whole = near.get(place, 0.0) / wholes[place], wholes[place]
            row = (value * max(share, 0.5 * value / whole) ** 2, min(share, 1.0))
            best[codes[place]] = max(best.get(codes[place], (0.0, 0.0)), row)
        rows = ((code, *pair) for code, pair in best.items())
        return {code: Match(code, score + MEANING * more.get(code, 0.0), share) for code, score, share in rows}
