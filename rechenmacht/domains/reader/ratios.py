"""Shares, multiples and ranks in words: `ein Drittel`, `jeder fünfte`, `doppelt so viele`, `third-largest`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rechenmacht.domains.reader import lexicon as lx
from rechenmacht.domains.reader import units as un
from rechenmacht.domains.reader.model import Kind
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import rows, stems, words


@dataclass(slots=True)
class Share:
    """A ratio, share or rank over tokens `first` to `last` (excluded)."""

    first: int
    last: int
    kind: Kind
    low: float | None
    high: float | None
    hedge: str = ""


_DOUBLE_DE = words("grammar.ratios.doubled_de")
_VERBS_DE = rows("grammar.ratios.verbs_de")
_VERBS_EN = rows("grammar.ratios.verbs_en")
_BEHIND_PLAIN = words("grammar.ratios.behind_plain")
_PLAIN_EN = rows("grammar.ratios.plain_en")
_SUPERLATIVE_DE = stems("grammar.ratios.superlatives")  # fmt: skip
_HALVES = rows("lexicon.halves_in_words")
_NOT_MULTIPLE = words("grammar.ratios.no_multiples")
_AFTER_FRACTION = words("grammar.ratios.behind_fraction")
_BEFORE_FRACTION = words("grammar.ratios.before_fraction")


@lru_cache(maxsize=8192)
def german_multiple(low: str) -> tuple[float, bool] | None:
    """Return the multiple in a German word (`zehnmal`, `dreifache`, `Zehnfaches`) and whether it is one of `-mal`."""
    if low in _NOT_MULTIPLE or len(low) > 50 or ("mal" not in low and "fach" not in low):
        return None
    if low.endswith("mal"):
        value = _HALVES.get(low[:-3]) or lx.german_cardinal(low[:-3])
        return (value, True) if value and value >= 1.5 else None
    for ending in stems("grammar.ratios.folds"):
        if low.endswith(ending):
            value = lx.german_cardinal(low[: -len(ending)])
            return (value, False) if value and value >= 2 else None
    return None


@lru_cache(maxsize=8192)
def english_fold(low: str) -> float | None:
    """Return the multiple in `tenfold`, `twofold`."""
    return float(lx.EN_CARDINALS[low[:-4]]) if low.endswith("fold") and low[:-4] in lx.EN_CARDINALS else None


@lru_cache(maxsize=8192)
def german_rank(low: str) -> int | None:
    """Return the rank in `drittgrößte`, `zweitwichtigsten`."""
    for stem, rank in lx.DE_ORDINAL.items():
        if rank > 1 and low.startswith(stem) and low[len(stem) :].startswith(_SUPERLATIVE_DE):
            return rank
    return None


_GOOD_HEDGES = rows("grammar.ratios.hedges")
_GOOD = words("grammar.ratios.good")
_MOST_EVERY = 100  # `two out of every five`
_WHOLES = frozenset({3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 25, 50, 100, 1000})
_BEFORE_QUARTER = words("grammar.ratios.before_quarter")


class Ratios:
    """Reads shares, multiples and ranks in one text."""

    def __init__(self, text: Text) -> None:
        """Take the text."""
        self.tokens, self.low = text.tokens, text.low

    def at(self, i: int) -> Share | None:
        """Return the share, multiple or rank that starts at token `i`."""
        token = self.tokens[i]
        if token.name:
            return None
        if token.kind == "n":
            return self._of_figure(i)
        if token.kind != "w":
            return None
        if token.lang == "de":
            return self._between(i) or self._german(i) or self._out_of(i) or self._rank(i)
        return self._english(i) or self._out_of(i) or self._rank(i)

    def _of_figure(self, i: int) -> Share | None:
        """Return the share, multiple or rank that starts with a figure."""
        text = self.tokens[i].text
        if self.low(i + 1) == "." and self.low(i + 2) in words("grammar.ratios.place") and text.isdigit():
            return Share(i, i + 3, "rank", float(text), float(text))
        return self._between(i) or self._out_of(i) or self._figure_rank(i) or self._to_one(i)

    def _between(self, i: int) -> Share | None:
        """Read `zwei- bis dreimal so viele`, `10- bis 20-mal`."""
        if self.low(i + 1) != "-" or self.low(i + 2) != "bis" or i + 3 >= len(self.tokens):
            return None
        low, multiple = self._count(i), german_multiple(self.low(i + 3))
        high, last = (multiple[0], i + 4) if multiple else (self._count(i + 3), i + 5)
        if multiple is None and self.low(i + 4) == "-":
            last = i + 6
        if multiple is None and self.low(last - 1) not in words("grammar.ratios.times"):
            return None
        return Share(i, last, "ratio", low, high, "range") if low and high and low < high else None

    def _count(self, i: int) -> float | None:
        if i >= len(self.tokens) or self.tokens[i].name:
            return None
        token = self.tokens[i]
        if token.kind == "n":
            return float(token.text) if token.text.isdigit() and len(token.text) < 5 else None
        if token.low in lx.EN_CARDINALS:
            return float(lx.EN_CARDINALS[token.low])
        if token.low in words("grammar.common.hundreds"):
            return 100.0 if token.low.startswith("hund") else 1000.0
        return lx.german_cardinal(token.low)

    def _german(self, i: int) -> Share | None:
        low = self.low(i)
        multiple = german_multiple(low)
        if multiple is not None or low in _DOUBLE_DE:
            last, value = i + 3 if self.low(i + 1) == "so" else i + 1, multiple[0] if multiple is not None else 2.0
            return Share(i, min(last, len(self.tokens)), "ratio", value, value)
        if low == "halb" and self.low(i + 1) == "so":
            return Share(i, min(i + 3, len(self.tokens)), "ratio", 0.5, 0.5)
        if low in words("grammar.ratios.many_fold") and self.tokens[i].text[0].isupper():
            return Share(i, i + 1, "ratio", 2.0, None, "vague")
        return self._articled(i) or self._german_words(i) or self._german_fraction(i)

    def _articled(self, i: int) -> Share | None:
        """Read a multiple behind an article: `das Doppelte`, `ein Vielfaches`."""
        low = self.low(i)
        capital = i + 1 < len(self.tokens) and self.tokens[i + 1].text[0].isupper()
        inside = capital and self.low(i + 1) not in words("grammar.ratios.the_multiple")
        inner = self._german(i + 1) if low in words("grammar.ratios.the_multiple") and inside else None
        if inner is not None and inner.kind == "ratio" and (low != "ein" or inner.hedge):
            return Share(i, inner.last, "ratio", inner.low, inner.high, inner.hedge)
        return None

    def _german_words(self, i: int) -> Share | None:
        """Read `verdoppelt`, `Faktor 10`, `jeder fünfte`."""
        low = self.low(i)
        if low.startswith(stems("grammar.ratios.verb_stems")):
            for stem, value in _VERBS_DE.items():
                if low.startswith(stem) and "zeit" not in low:
                    return Share(i, i + 1, "ratio", float(value), float(value))
        if low in words("grammar.ratios.factor"):
            j = i + 2 if self.low(i + 1) in {"von"} else i + 1
            count = self._value(j)
            return Share(i, j + 1, "ratio", count, count) if count else None
        if low in words("grammar.ratios.every"):
            number = lx.german_ordinal(self.low(i + 1))
            if number and number > 1 and self.low(i + 2) not in un.TIME:
                return Share(i, i + 2, "ratio", 1 / number, 1 / number)
        return None

    def _value(self, j: int) -> float | None:
        if j < len(self.tokens) and self.tokens[j].kind == "n" and not self.tokens[j].name:
            text = self.tokens[j].text.replace(",", ".")
            return float(text) if text.count(".") < 2 and len(text) < 9 else None
        return self._count(j)

    def _german_fraction(self, i: int) -> Share | None:
        return self._german_half(i) or self._part(i) or self._good_part(i) or self._joined_part(i)

    def _german_half(self, i: int) -> Share | None:
        """Read `die Hälfte`, `zur Hälfte`; `die zweite Hälfte` is no share."""
        low = self.low(i)
        if low != "hälfte" and not (low in words("grammar.ratios.the_half") and self.low(i + 1) == "hälfte"):
            return None
        if low == "hälfte" and lx.german_ordinal(self.low(i - 1)) and self.low(i - 1) != "die":
            return None
        return Share(i, i + 1 if low == "hälfte" else i + 2, "ratio", 0.5, 0.5)

    def _part(self, i: int) -> Share | None:
        """Read `ein Drittel`, `zwei Drittel`."""
        low = self.low(i)
        if low == "hälfte" or (low in words("grammar.ratios.the_half") and self.low(i + 1) == "hälfte"):
            return None
        count = 1.0 if low in lx.DE_ARTICLES else (self._count(i) if low not in lx.DE_FRACTION else None)
        if count is None or not 1 <= count < 20 or not self.tokens[min(i + 1, len(self.tokens) - 1)].text[:1].isupper():
            return None
        part = lx.DE_FRACTION.get(self.low(i + 1).removesuffix("n"))
        return (
            Share(i, i + 2, "ratio", count * part, count * part) if part and part != 0.5 and count * part <= 3 else None
        )

    def _good_part(self, i: int) -> Share | None:
        """Read `ein gutes Drittel`, `ein knappes Viertel`."""
        part = lx.DE_FRACTION.get(self.low(i + 2))
        if self.low(i) not in lx.DE_ARTICLES or self.low(i + 1) not in _GOOD or not part:
            return None
        hedge = _GOOD_HEDGES.get(self.low(i + 1), "")
        low, high = None if hedge == "almost" else part, None if hedge == "at_least" else part
        return Share(i, i + 3, "ratio", low, high, hedge)

    def _joined_part(self, i: int) -> Share | None:
        """Read `dreiviertel`, `das Drittel`."""
        low = self.low(i)
        if low in words("grammar.ratios.joined") and self.low(i + 1) != "jahr":
            value = 2 / 3 if low.startswith("zwei") else 0.75
            return Share(i, i + 1, "ratio", value, value)
        named = low in words("grammar.ratios.parts") and self.tokens[i].text[0].isupper()
        if named and self.low(i - 1) in words("grammar.ratios.before_part"):
            return Share(i, i + 1, "ratio", lx.DE_FRACTION[low], lx.DE_FRACTION[low])
        return None

    def _english(self, i: int) -> Share | None:
        low = self.low(i)
        if low in words("grammar.ratios.twice"):
            value = 2.0 if low == "twice" else 3.0
            return Share(i, i + 1, "ratio", value, value)
        if low in _VERBS_EN and self.low(i + 1) not in words("grammar.ratios.no_verb_behind"):
            return Share(i, i + 1, "ratio", float(_VERBS_EN[low]), float(_VERBS_EN[low]))
        if low in _PLAIN_EN and self.low(i + 1) in _BEHIND_PLAIN:
            return Share(i, i + 1, "ratio", float(_PLAIN_EN[low]), float(_PLAIN_EN[low]))
        return self._english_told(i) or self._english_fraction(i)

    def _english_told(self, i: int) -> Share | None:
        """Read `tenfold`, `a factor of 10`, `every fifth`, `half of`, `several times`."""
        low = self.low(i)
        fold = english_fold(low)
        if fold:
            return Share(i, i + 1, "ratio", fold, fold)
        if low == "factor" and self.low(i + 1) == "of":
            count = self._value(i + 2)
            return Share(i, i + 3, "ratio", count, count) if count else None
        if low == "every":
            number = lx.EN_ORDINAL.get(self.low(i + 1)) or 0
            nth = number > 1 and self.low(i + 2) not in un.TIME
            return Share(i, i + 2, "ratio", 1 / number, 1 / number) if nth else None
        if low == "half":
            return self._half(i)
        if low in words("grammar.ratios.several") and self.low(i + 1) == "times":
            return Share(i, i + 2, "ratio", 2.0, None, "vague")
        return None

    def _half(self, i: int) -> Share | None:
        after, before = self.low(i + 1), self.low(i - 1)
        if (
            before in lx.EN_ORDINAL
            or before in words("grammar.ratios.before_half")
            or (before == "-" and self.low(i - 2) in lx.EN_CARDINALS)
        ):
            return None
        if after in words("grammar.ratios.behind_half"):
            return Share(i, i + 1, "ratio", 0.5, 0.5)
        if before in _BEFORE_FRACTION and after not in words("grammar.numbers.a_or_hyphen"):
            return Share(i, i + 1, "ratio", 0.5, 0.5)
        return None

    def _english_fraction(self, i: int) -> Share | None:
        low = self.low(i)
        article = low in words("grammar.ratios.article")
        count = 1.0 if article else self._count(i)
        if count is None or not 1 <= count < 20:
            return None
        j = i + 2 if self.low(i + 1) == "-" else i + 1
        part = lx.EN_FRACTION.get(self.low(j))
        if part is None or (self.low(j) in words("grammar.ratios.half") and not article):
            return None
        told = self._one_part(i, j) if count == 1 else self._parts(i, j, count)
        return Share(i, j + 1, "ratio", count * part, count * part) if told else None

    def _one_part(self, i: int, j: int) -> bool:
        """Whether `a third`, `one quarter` is a share, not a rank or three months."""
        before, after = self.low(i - 1), self.low(j + 1)
        if not (after in _AFTER_FRACTION or before in words("grammar.ratios.than") or j + 1 >= len(self.tokens)):
            return False
        return self.low(j) != "quarter" or after in words("grammar.ratios.behind_quarter") or before in _BEFORE_QUARTER

    def _parts(self, i: int, j: int, count: float) -> bool:
        """Whether `three quarters`, `two-thirds` is a share; `two quarters` are half a year."""
        if not self.low(j).endswith("s"):
            return False
        return self.low(j) != "quarters" or self.low(i + 1) == "-" or self.low(j + 1) == "of" or count == 3

    def _out_of(self, i: int) -> Share | None:
        """Read `vier von fünf`, `one in five`, `9 out of 10`, `Siebzig von hundert`."""
        low = self.low(i)
        above = 1.0 if low in lx.DE_ARTICLES or low == "one" else self._count(i)
        j = self._whole(i) if above is not None and above >= 1 else None
        below = self._count(j) if j is not None else None
        if above is None or j is None or below is None or not above < below or self._is_amount(i, j):
            return None
        told = below in _WHOLES or self._among(i, j, below)
        return Share(i, j + 1, "ratio", above / below, above / below) if told else None

    def _among(self, i: int, j: int, below: float) -> bool:
        """Whether any number at `j` can be the whole: `one in 30`, `two out of every 15`."""
        if self.low(j - 1) == "every" and below <= _MOST_EVERY:
            return True
        return self.low(i) == "one" and self.low(i + 1) == "in" and not 1900 <= below <= 2100

    def _whole(self, i: int) -> int | None:
        """Return where the whole stands that the number at `i` is told of: `out of`, `in every`, `von`."""
        low, link, j = self.low(i), self.low(i + 1), i + 2
        thing = j < len(self.tokens) and self.tokens[i + 1].kind == "w" and link not in words("grammar.ratios.in")
        if low == "one" and thing and self.low(j) == "in" and self.low(j + 1) in lx.EN_CARDINALS:
            return j + 1  # `one chip in seven`
        if link == "out" and self.low(j) == "of":
            return j + 1 + (self.low(j + 1) == "every")
        if link == "of" and low not in words("grammar.ratios.small"):
            return None
        if link in words("grammar.ratios.in"):
            return j + (self.low(j) == "every")
        return j if link == "von" else None

    def _is_amount(self, i: int, j: int) -> bool:
        """Whether the whole at `j` goes on to an amount: `five of 10 million`, `ein von 20 Prozent`."""
        after = self.tokens[j + 1] if j + 1 < len(self.tokens) else None
        if after is None:
            return False
        sized = after.low in lx.EN_MAGNITUDE or after.low in lx.DE_MAGNITUDE or after.low in un.TIME
        measured = after.text in "%" or after.low in words("grammar.common.percent") or after.text in un.SYMBOLS
        return sized or measured or (self.low(i) in lx.DE_ARTICLES and self.low(i + 1) != "von")

    def _to_one(self, i: int) -> Share | None:
        if (
            self.low(i + 1) in words("grammar.ratios.to_one")
            and self.low(i + 2) in words("grammar.ratios.one")
            and self.low(i + 3) not in {".", ","}
        ):
            value = self._count(i)
            return Share(i, i + 3, "ratio", value, value) if value else None
        return None

    def _figure_rank(self, i: int) -> Share | None:
        """Read `3rd largest`."""
        if self.low(i + 1) in words("grammar.common.ordinal_ends") and self.tokens[i + 1].glued:
            j = i + 3 if self.low(i + 2) == "-" else i + 2
            if (
                self.low(j).endswith("est")
                or self.low(j) in words("grammar.ratios.behind_ordinal")
                or self.low(i - 1) in words("grammar.ratios.ranks")
            ):
                value = self._count(i)
                return Share(i, j + 1, "rank", value, value) if value else None
        return None

    def _rank(self, i: int) -> Share | None:
        """Read `drittgrößte`, `second-largest`, `Platz drei`, `No. 1`, `number one`."""
        low = self.low(i)
        rank = german_rank(low) if self.tokens[i].lang == "de" else None
        if rank:
            return Share(i, i + 1, "rank", float(rank), float(rank))
        ordinal = self._ordinal_rank(i)
        if ordinal is not None:
            return ordinal
        if low in words("grammar.ratios.rank_words"):
            j = i + 2 if self.low(i + 1) in {".", "#"} else i + 1
            value = self._count(j)
            if value and value <= 1000 and (j == i + 1 or self.tokens[i + 1].glued):
                return Share(i, j + 1, "rank", value, value)
        return None

    def _ordinal_rank(self, i: int) -> Share | None:
        """Read `second-largest`, `ranked third`."""
        ordinal = lx.EN_ORDINAL.get(self.low(i))
        if not ordinal or ordinal <= 1:
            return None
        j = i + 2 if self.low(i + 1) == "-" else i + 1
        superlative = self.low(j).endswith("est") and self.low(j) not in words("grammar.ratios.no_superlatives")
        placed = self.low(j) in words("grammar.ratios.behind_rank") or self.low(i - 1) in words("grammar.ratios.ranked")
        if not superlative and not placed:
            return None
        end = j + 1 if self.low(i - 1) not in words("grammar.ratios.ranks") else i + 1
        return Share(i, end, "rank", float(ordinal), float(ordinal))
