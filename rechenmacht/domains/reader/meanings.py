"""Which quantity do these words mean? An index over all quantities, made of their names, synonyms and meanings.

A phrase (a name or a synonym) is a set of stems, each weighed by how few quantities use it. The words around a number
meet a phrase by the weight of the stems that they share; a phrase met in whole outweighs a longer one met in part.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

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
_SLIGHT = 0.2  # a quantity met this much less than the best is met by chance
_MOST_CELLS = 400_000  # numbers times phrases that are worked out at once
_KEPT = 512  # sets of quantities whose phrases are kept
NAMED = 0.74  # share of a phrase that must be met to say that a quantity is named
_CARRIED = 1 / 3  # of a quantity's phrases: a word in so many of them is the quantity's, else of one way to say it


@dataclass(slots=True)
class Match:
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
    are the weights of the phrases, `of` (P) their quantities.
    """

    codes: tuple[str, ...]
    places: dict[str, NDArray[np.intp]]
    meant: dict[str, NDArray[np.intp]]
    wholes: NDArray[np.float64]
    of: NDArray[np.intp]


def _tells(low: str, skipped: frozenset[str]) -> bool:
    """Whether a word of a name tells something: no stop word, no small figure (15 to 64)."""
    return low not in skipped and not (low.isdigit() and len(low) < 3)


def _stems(text: str) -> frozenset[str]:
    skipped = words("judging.stop.en") | words("judging.stop.de") | words("judging.stop.filler")
    text = re.sub(r"\bIT\b", "itload", text)  # not the pronoun
    text = re.sub(r"\b(\d+)[- ]?bit\b", r"\1bit", text, flags=re.IGNORECASE)
    found = (word for low in _WORD.findall(text.lower()) if _tells(low, skipped) for word in spelled(low))
    return frozenset(stem(word) for word in found)


def _often(group: Collection[str], phrases: Collection[frozenset[str]]) -> bool:
    """Whether a stem of a group stands in many of a quantity's phrases."""
    return sum(not phrase.isdisjoint(group) for phrase in phrases) >= max(_CARRIED * len(phrases), 1)


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
        self.own, self.meant, self.names = self._own(), self._meant(), self._names()
        self.carried = {code: self._carried(code) for code in self.codes}
        self.exclusive, self.required, self.definers = self._exclusive(), self._required(), self._definers()
        self.makers, self.counters = self._makers(), self._groups("definers")[0]
        self.stepping, self.bases, self.specific = self._stepping(), self._bases(), self._specific()

    def _groups(self, part: str) -> list[frozenset[str]]:
        groups = table("judging")[part].values()
        return [frozenset(stem(word) for low in group.split() for word in spelled(low)) for group in groups]

    def _exclusive(self) -> dict[str, list[tuple[frozenset[str], frozenset[str], bool]]]:
        """Of each quantity its words of every group of which one rules out the others, and that group.

        The third says whether all of the quantity's words must be said: wind and solar together are not solar.
        """
        groups = self._groups("exclusive")
        wholes = self._groups("exclusive_whole")
        return {
            code: [(own & group, group, False) for group in groups if self.carried[code] & group]
            + [(mine, group, True) for group in wholes if (mine := self.carried[code] & group)]
            for code, own in self.own.items()
        }

    def _stepping(self) -> list[frozenset[str]]:
        """Groups of exclusive words that numbers are told in step with: formats, input and output."""
        return [group for group in self._groups("exclusive") if len(group) > 1]

    def _bases(self) -> dict[str, str]:
        """By stem of a number format the width that it computes in: FP8 in 8 bits."""
        rows = table("judging")["formats"].items()
        return {stem(word): basis for basis, said in rows for word in said.split()}

    def _required(self) -> dict[str, list[frozenset[str]]]:
        """Of each quantity the groups of which the text must say a word for it to be meant: those of many phrases."""
        groups, phrases = self._groups("required"), self.phrases
        return {code: [group for group in groups if _often(group, phrases[code])] for code in self.codes}

    def _specific(self) -> list[frozenset[str]]:
        """Groups of words of a part; where the text says one, a quantity of the whole is meant less."""
        return self._groups("specific")

    def _definers(self) -> dict[str, frozenset[str]]:
        """Of each quantity that is one counter's the names of who counts it."""
        names, own = self._groups("definers")[0], self.own
        return {code: own[code] & names if self.carried[code] & names else frozenset() for code in self.codes}

    def _makers(self) -> dict[str, frozenset[str]]:
        """Of each quantity the makers that its own name names: NVIDIA's chips delivered to China."""
        names = self._groups("makers")[0]
        return {code: _stems(row.name_en) & names for code, row in self.rows.items()}

    def _names(self) -> Names[frozenset[str]]:
        """Names of two words and more, each with the quantities so called."""
        found: dict[tuple[str, ...], set[str]] = {}
        for code, row in self.rows.items():
            for name in (row.name_en, row.name_de):
                if len(key := pieces(name)) > 1:
                    found.setdefault(key, set()).add(code)
        return Names({key: frozenset(codes) for key, codes in found.items()})

    def _own(self) -> dict[str, frozenset[str]]:
        """All stems of a quantity's names and synonyms."""
        return {code: frozenset[str]().union(*phrases) for code, phrases in self.phrases.items()}

    def _carried(self, code: str) -> frozenset[str]:
        """Return the stems of a quantity that are its own: of its names, or of many of its phrases.

        A word of a single synonym (`changes hands for`) rules nothing out.
        """
        row, phrases = self.rows[code], self.phrases[code]
        often = {one for one in self.own[code] if _often({one}, phrases)}
        return _stems(row.name_en) | _stems(row.name_de) | often

    def _index(self, wanted: frozenset[str] | None) -> Index:
        """Return the phrases of some quantities by stem; built once for each set of quantities."""
        if wanted in self._indexes:
            return self._indexes[wanted]
        codes = tuple(code for code in self.codes if wanted is None or code in wanted)
        places, meant = dict[str, list[int]](), dict[str, list[int]]()
        wholes, of = list[float](), list[int]()
        for number, code in enumerate(codes):
            for phrase in self.phrases[code]:
                for one in phrase:
                    places.setdefault(one, []).append(len(wholes))
                wholes.append(sum((self.weight[one] for one in sorted(phrase)), 0.0))
                of.append(number)
            for one in self.meanings[code]:
                if one in self.meant:
                    meant.setdefault(one, []).append(number)
        if len(self._indexes) >= _KEPT:
            self._indexes.clear()
        self._indexes[wanted] = Index(
            codes, {one: np.array(rows) for one, rows in places.items()},
            {one: np.array(rows) for one, rows in meant.items()}, np.array(wholes), np.array(of),
        )  # fmt: skip
        return self._indexes[wanted]

    def _meant(self) -> frozenset[str]:
        """Stems of meanings that few enough quantities use to tell something."""
        used = Counter(one for meaning in self.meanings.values() for one in meaning)
        return frozenset(one for one, count in used.items() if count <= _COMMON)

    def matches(self, context: Mapping[str, float], told: Collection[str]) -> dict[str, Match]:
        """Return how well weighed stems meet those of some quantities that they name, set beside all that they meet.

        Args:
            context: stems around the number, each with its nearness (0 to 1).
            told: the quantities that may be told of.
        """
        met = self._of_some([context], self._index(None))[0] if told else {}
        return {code: match for code, match in met.items() if match.named and code in told}

    def all_matches(self, contexts: Sequence[Mapping[str, float]], wanted: frozenset[str]) -> list[dict[str, Match]]:
        """Return, for each number, how well the weighed stems around it meet each quantity that they meet at all.

        Args:
            contexts: stems around each number, each with its nearness (0 to 1).
            wanted: the quantities that may be meant.
        """
        index = self._index(wanted)
        some = max(1, _MOST_CELLS // max(len(index.of), 1))
        found = list[dict[str, Match]]()
        for begin in range(0, len(contexts), some):
            found += self._of_some(contexts[begin : begin + some], index)
        return found

    def _of_some(self, contexts: Sequence[Mapping[str, float]], index: Index) -> list[dict[str, Match]]:
        """Return the matches of a few numbers, worked out at once."""
        named, hints, near = _Sums(index.wholes.size), _Sums(len(index.codes)), list[float]()
        for row, context in enumerate(contexts):
            for one, close in context.items():
                if (places := index.places.get(one)) is not None:
                    weight = self.weight[one]
                    named.add(row, places, weight * close)
                    near.append(weight if close >= NEAR else 0.0)
                if (numbers := index.meant.get(one)) is not None:
                    hints.add(row, numbers, self.weight.get(one, 1.0) * close)
        found: list[dict[str, Match]] = [{} for _ in contexts]
        if named.rows:
            _note_met(found, index, named, np.array(near), hints)
        return found


def _note_met(
    found: list[dict[str, Match]], index: Index, named: _Sums, near: NDArray[np.float64], hints: _Sums
) -> None:
    """Note by number (N) the quantities (Q) met well enough to be looked at; few of all phrases (P) are met at all (M).

    Args:
        found: what is noted.
        index: the phrases.
        named: what each stem adds to the phrases that it is in.
        near: by stem what it adds to them where it stands near the number (S).
        hints: what each stem adds to the quantities whose meaning it is in.
    """
    sums = named.sums(len(found))
    met = np.flatnonzero(sums)
    row, phrase = np.divmod(met, index.wholes.size)
    whole, pair = index.wholes[phrase], row * len(index.codes) + index.of[phrase]
    score, share = sums[met], named.sums(len(found), near)[met] / whole
    score = score * np.maximum(share, 0.5 * score / whole) ** 2
    begins = np.flatnonzero(np.diff(pair, prepend=-1))
    best, pair = np.maximum.reduceat(score, begins), pair[begins]
    leads = score == best.repeat(np.diff(begins, append=score.size))
    shares = np.maximum.reduceat(np.where(leads, np.minimum(share, 1.0), 0.0), begins)
    told = best + MEANING * hints.sums(len(found))[pair] if hints.rows else best
    rows, numbers = (part.tolist() for part in np.divmod(pair, len(index.codes)))
    _note_kept(found, index.codes, (rows, numbers, told.tolist(), shares.tolist()))


def _note_kept(
    found: list[dict[str, Match]], codes: tuple[str, ...], met: tuple[list[int], list[int], list[float], list[float]]
) -> None:
    """Note the quantities of each number, without those met much less than its best one, unless they are its rivals."""
    rows, numbers, told, shares = met
    begin = 0
    while begin < len(rows):
        row = rows[begin]
        end = bisect_right(rows, row, begin)
        least, rivals = 0.0, frozenset[str]()
        if end - begin > _FEW_MET:
            most = max(told[begin:end])
            least, rivals = _SLIGHT * most, rivals_of(codes[numbers[told.index(most, begin)]])
        kept = found[row]
        for place in range(begin, end):
            code = codes[numbers[place]]
            if told[place] >= least or code in rivals:
                kept[code] = Match(code, told[place], shares[place])
        begin = end


class _Sums:
    """Weights added up by number (N) and place (P), in the order in which they come."""

    def __init__(self, places: int) -> None:
        """Take how many places there are."""
        self.wide = places
        self.rows, self.places = list[int](), list[NDArray[np.intp]]()
        self.weights = list[float]()

    def add(self, row: int, places: NDArray[np.intp], weight: float) -> None:
        """Add a weight at some places (M) of a number."""
        self.rows.append(row)
        self.places.append(places)
        self.weights.append(weight)

    def sums(self, count: int, weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the sums (N x P) of the weights (S) for so many numbers, or of others in their stead."""
        sizes = np.fromiter(map(len, self.places), np.intp, len(self.places))
        cells = np.concatenate(self.places) + (np.array(self.rows) * self.wide).repeat(sizes)
        added = (np.array(self.weights) if weights is None else weights).repeat(sizes)
        return np.bincount(cells, added, count * self.wide).astype(np.float64, copy=False)


@cache
def rivals_of(code: str) -> frozenset[str]:
    """Return the quantities that the same words may mean while the text does not say which."""
    groups = _rival_groups()
    return frozenset[str]().union(*(group for group in groups if code in group)) - {code}


@cache
def _rival_groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in table("judging")["rivals"].values())
