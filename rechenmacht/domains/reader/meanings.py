"""Which quantity do these words mean? An index over all quantities, made of their names, synonyms and meanings.

A phrase (a name or a synonym) is a set of stems, each weighed by how few quantities use it. The words around a number
meet a phrase by the weight of the stems that they share; a phrase met in whole outweighs a longer one met in part.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.reader.mentions import Names, pieces
from rechenmacht.domains.reader.stems import Vocabulary, spelled, stem
from rechenmacht.domains.reader.words import table, words
from rechenmacht.evidence.base import Base

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_COMMON = 40  # a word in so many meanings tells nothing
MEANING = 0.12  # weight of a word of the meaning against one of a name or synonym
NEAR = 0.4  # a word of another sentence helps to rank, but names nothing
_FEW_MET = 8
_SLIGHT = 0.05  # a quantity met this much less than the best is met by chance
_KEPT = 256  # sentences whose stems are kept
NAMED = 0.74  # share of a phrase that must be met to say that a quantity is named


class Match(NamedTuple):
    """How well words meet a quantity: `score` to rank by, `share` of the best phrase met (1: in whole)."""

    code: str
    score: float
    share: float
    said: bool = False  # whether its whole name stands there, word for word, with no other number between

    @property
    def named(self) -> bool:
        """Whether the words name the quantity, not only hint at it."""
        return self.share >= NAMED


@dataclass(frozen=True, slots=True)
class Index:
    """The phrases of some quantities, those of a quantity side by side.

    `places` are the phrases (P) that a stem is in, `meant` the quantities (Q) whose meaning it is in; `wholes` (P)
    are the weights of the phrases, `of` (P) their quantities, `begins` (Q) each quantity's first phrase.
    """

    codes: tuple[str, ...]
    places: dict[str, NDArray[np.intp]]
    meant: dict[str, NDArray[np.intp]]
    wholes: NDArray[np.float64]
    of: NDArray[np.intp]
    begins: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Met:
    """Where the S stems around the numbers of a sentence stand in an index; phrases and quantities not met are out.

    `named` are the N stems that phrases have, with their `weights` (N), phrases (`places`, P) and how many of these
    each has (`sizes`, N); `hinted` the M stems that meanings have, with their weights (`more`, M), quantities
    (`meant`, Q) and how many each has (`spread`, M). `wholes` (K) are the weights of the K phrases met, `of` (K) their
    quantities, `begins` (Q) each quantity's first phrase, `codes` (Q) the quantities.
    """

    codes: tuple[str, ...]
    named: NDArray[np.intp]
    weights: NDArray[np.float64]
    places: NDArray[np.intp]
    sizes: NDArray[np.intp]
    hinted: NDArray[np.intp]
    more: NDArray[np.float64]
    meant: NDArray[np.intp] | None
    spread: NDArray[np.intp]
    wholes: NDArray[np.float64]
    of: NDArray[np.intp]
    begins: NDArray[np.intp]


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
        self._kept: dict[tuple[tuple[str, ...], frozenset[str] | None], Met | None] = {}
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
    def exclusive(self) -> dict[str, list[tuple[frozenset[str], frozenset[str], bool]]]:
        """Of each quantity its words of every group of which one rules out the others, and that group.

        The third says whether all of the quantity's words must be said: wind and solar together are not solar.
        """
        groups = [(group, False) for group in self._groups("exclusive")]
        groups += [(group, True) for group in self._groups("exclusive_whole")]
        return {
            code: [(own & group, group, whole) for group, whole in groups if own & group]
            for code, own in self.own.items()
        }

    @cached_property
    def stepping(self) -> list[frozenset[str]]:
        """Groups of exclusive words that numbers are told in step with: formats, input and output."""
        return [group for group in self._groups("exclusive") if len(group) > 1]

    @cached_property
    def bases(self) -> dict[str, str]:
        """By stem of a number format the width that it computes in: FP8 in 8 bits."""
        rows = table("judging")["formats"].items()
        return {stem(word): basis for basis, said in rows for word in said.split()}

    @cached_property
    def required(self) -> dict[str, list[frozenset[str]]]:
        """Of each quantity the groups of which the text must say a word for it to be meant."""
        groups = self._groups("required")
        return {code: [group for group in groups if own & group] for code, own in self.own.items()}

    @cached_property
    def specific(self) -> list[frozenset[str]]:
        """Groups of words of a part; where the text says one, a quantity of the whole is meant less."""
        return self._groups("specific")

    @cached_property
    def definers(self) -> dict[str, frozenset[str]]:
        """Of each quantity the names of who counts it."""
        names = self._groups("definers")[0]
        return {code: own & names for code, own in self.own.items()}

    @cached_property
    def names(self) -> Names[frozenset[str]]:
        """Names of two words and more, each with the quantities so called."""
        found: dict[tuple[str, ...], set[str]] = {}
        for code, row in self.rows.items():
            for name in (row.name_en, row.name_de):
                if len(key := pieces(name)) > 1:
                    found.setdefault(key, set()).add(code)
        return Names({key: frozenset(codes) for key, codes in found.items()})

    @cached_property
    def own(self) -> dict[str, frozenset[str]]:
        """All stems of a quantity's names and synonyms."""
        return {code: frozenset[str]().union(*phrases) for code, phrases in self.phrases.items()}

    def _index(self, wanted: frozenset[str] | None) -> Index:
        """Return the phrases of some quantities by stem; built once for each set of quantities."""
        if wanted in self._indexes:
            return self._indexes[wanted]
        codes = tuple(code for code in self.codes if wanted is None or code in wanted)
        places, meant = dict[str, list[int]](), dict[str, list[int]]()
        wholes, of, begins = list[float](), list[int](), list[int]()
        for number, code in enumerate(codes):
            begins.append(len(wholes))
            for phrase in self.phrases[code]:
                for one in phrase:
                    places.setdefault(one, []).append(len(wholes))
                wholes.append(sum(self.weight[one] for one in sorted(phrase)))
                of.append(number)
            for one in self.meanings[code]:
                if one in self.meant:
                    meant.setdefault(one, []).append(number)
        self._indexes[wanted] = Index(
            codes, {one: np.array(rows) for one, rows in places.items()},
            {one: np.array(rows) for one, rows in meant.items()}, np.array(wholes), np.array(of), np.array(begins),
        )  # fmt: skip
        return self._indexes[wanted]

    @cached_property
    def meant(self) -> frozenset[str]:
        """Stems of meanings that few enough quantities use to tell something."""
        used = Counter(one for meaning in self.meanings.values() for one in meaning)
        return frozenset(one for one, count in used.items() if count <= _COMMON)

    def matches(self, context: Mapping[str, float], wanted: frozenset[str] | None = None) -> dict[str, Match]:
        """Return how well weighed stems meet each quantity that they meet at all.

        Args:
            context: stems around the number, each with its nearness (0 to 1).
            wanted: the quantities that may be meant, all if none are named.
        """
        met = self._met(tuple(context), wanted)
        if met is None:
            return {}
        near, wholes = np.fromiter(context.values(), np.float64, len(context)), met.wholes
        most, close = len(wholes), near[met.named]
        score = np.bincount(met.places, (met.weights * close).repeat(met.sizes), most)
        within = np.where(close >= NEAR, met.weights, 0.0)
        share = np.bincount(met.places, within.repeat(met.sizes), most) / wholes
        score = score * np.maximum(share, 0.5 * score / wholes) ** 2
        best = np.maximum.reduceat(score, met.begins)
        shares = np.maximum.reduceat(np.where(score == best[met.of], np.minimum(share, 1.0), 0.0), met.begins)
        told = best
        if met.meant is not None:
            hints = np.bincount(met.meant, (met.more * near[met.hinted]).repeat(met.spread), len(best) + 1)
            told = best + MEANING * hints[:-1]
        rows = [row for row in zip(met.codes, told.tolist(), shares.tolist(), best.tolist(), strict=True) if row[3]]
        if len(rows) > _FEW_MET:
            rows = self._worth(rows)
        return {code: Match(code, value, part) for code, value, part, _ in rows}

    @staticmethod
    def _worth(rows: list[tuple[str, float, float, float]]) -> list[tuple[str, float, float, float]]:
        """Return the quantities met well enough to be looked at, and the rivals of the best met.

        Args:
            rows: of each quantity met its code, score, share, and score without its meaning.
        """
        best = max(rows, key=lambda row: row[1])
        least, rivals = _SLIGHT * best[1], rivals_of(best[0])
        return [row for row in rows if row[1] >= least or row[0] in rivals]

    def _met(self, stems: tuple[str, ...], wanted: frozenset[str] | None) -> Met | None:
        """Return where some stems stand in the phrases, or None where in none; kept, as all numbers of a sentence ask.

        Args:
            stems: the stems around a number, in their order.
            wanted: the quantities that may be meant, all if none are named.
        """
        key = (stems, wanted)
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = self._made(stems, self._index(wanted))
        return self._kept[key]

    def _made(self, stems: tuple[str, ...], index: Index) -> Met | None:
        named = [k for k, one in enumerate(stems) if one in index.places]
        if not named:
            return None
        every, sizes = _joined([index.places[stems[k]] for k in named])
        phrases, slot = _slots(every, len(index.of))
        places, owners = slot[every], index.of[phrases]
        quantities, slots = _slots(owners, len(index.codes))
        of = slots[owners]
        begins = np.flatnonzero(np.diff(of, prepend=-1))
        hinted = [k for k, one in enumerate(stems) if one in index.meant]
        meant, spread = _joined([index.meant[stems[k]] for k in hinted]) if hinted else (None, sizes)
        if meant is not None:
            meant = slots[meant]  # what only meanings hint at goes into one slot behind the others
        weights, more = (np.array([self.weight.get(stems[k], 1.0) for k in rows]) for rows in (named, hinted))
        return Met(
            tuple(index.codes[k] for k in quantities), np.array(named), weights, places, sizes,
            np.array(hinted, np.intp), more, meant, spread, index.wholes[phrases], of, begins,
        )  # fmt: skip


def _slots(members: NDArray[np.intp], most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the different members (K) in order, and for each of `most` (N) its place among them, K where it is none.

    Args:
        members: numbers below `most`, in any order (M).
        most: how many there may be.
    """
    found = np.zeros(most, bool)
    found[members] = True
    different = np.flatnonzero(found)
    places = np.full(most, len(different))
    places[different] = np.arange(len(different))
    return different, places


def _joined(rows: list[NDArray[np.intp]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return R arrays (each of its own length) one behind the other (N), and their lengths (R)."""
    return np.concatenate(rows), np.array([len(row) for row in rows])


@cache
def rivals_of(code: str) -> frozenset[str]:
    """Return the quantities that the same words may mean while the text does not say which."""
    groups = _rival_groups()
    return frozenset[str]().union(*(group for group in groups if code in group)) - {code}


@cache
def _rival_groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in table("judging")["rivals"].values())
