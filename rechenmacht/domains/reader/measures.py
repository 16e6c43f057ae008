"""What stands behind a number: percent, money, a physical unit, a duration, a multiple, a counted noun, a rate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rechenmacht.domains.reader import units as un
from rechenmacht.domains.reader.model import Kind
from rechenmacht.domains.reader.names import COUNTED
from rechenmacht.domains.reader.shortforms import CHIP_HOURS, chip_hour
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import stems, table, words


@dataclass(slots=True)
class Measure:
    """Kind, canonical unit and factor of what was read, and the place behind it."""

    kind: Kind
    unit: str
    factor: float
    last: int
    noun: str = ""
    per: str = ""


_EQUIVALENTS, _FEW_FIRMS = words("measures.equivalents"), words("measures.few_firms")
_PERCENT, _POINTS, _BASIS = words("measures.percent"), words("measures.points"), words("measures.basis")
_PERCENT_OPENS = _PERCENT | _POINTS | _BASIS | words("grammar.measures.percent_opens")
_FOLD, _STOP = words("measures.fold"), words("measures.stop")
_PER, _RECKONED = words("measures.per"), words("measures.reckoned")
_HOURS = words("measures.hours")


@lru_cache(maxsize=8192)
def physical(text: str, low: str) -> tuple[str, float] | None:
    """Return canonical unit and factor of one symbol or word, or None. Symbols keep their case."""
    if text in un.SYMBOLS:
        return un.SYMBOLS[text]
    if low in un.WORDS:
        return un.WORDS[low]
    if low.endswith(stems("grammar.measures.plural")) and low[:-1] in un.WORDS:
        return un.WORDS[low[:-1]]
    return None


def _may_count(token: Token) -> bool:
    """Whether a word can be what a number counts: a noun by its first letter, or an acronym."""
    acronym = len(token.text) > 1 and token.text.rstrip("s").isupper()
    noun = (token.lang == "de") == token.text[0].isupper() or acronym
    return token.kind == "w" and noun and not token.low.endswith("ly") and token.low not in words("judging.period.now")


class Measures:
    """Reads measures in one text."""

    def __init__(self, text: Text) -> None:
        """Take the text; a bare cent is a euro's in a German one."""
        self.tokens, self.low, self.euro_cents = text.tokens, text.low, text.lang == "de"
        self._yuan: bool | None = None

    def sign(self, sign: str) -> str:
        """Return the currency of a sign; that of the yen and the yuan is told apart by the words of the text."""
        code = un.CURRENCY_SIGNS[sign]
        if sign != "¥":
            return code
        if self._yuan is None:
            said = {token.low for token in self.tokens}
            self._yuan = bool(said & words("grammar.measures.yuan")) and not said & words("grammar.measures.yen")
        return code if self._yuan else "JPY"

    def text(self, i: int) -> str:
        """Text of token `i`, or nothing behind the end."""
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def hyphen(self, i: int) -> int:
        """Step over a hyphen that glues two parts."""
        if (
            self.text(i) in {"-", "‑", "–"}
            and self.tokens[i].glued
            and i + 1 < len(self.tokens)
            and self.tokens[i + 1].glued
        ):
            return i + 1
        return i

    def read(self, i: int, *, vague: bool = False) -> Measure | None:
        """Return the measure at `i`, apart from counted nouns."""
        j = self.hyphen(i)
        if j >= len(self.tokens):
            return None
        if self.tokens[j].name:
            return self._tokens(j) or self._formatted(j)
        low = self.low(j)
        percent = self._percent(j) if low in _PERCENT_OPENS else None
        return percent or self.currency(j) or self._tokens(j) or self._physical(j) or self.duration(j) or (
            None if vague else self._multiple(j)
        )  # fmt: skip

    def _percent(self, j: int) -> Measure | None:
        low, points = self.low(j), self._points(j)
        if points is not None:
            return points
        if low in words("grammar.measures.permille"):
            return Measure("percent", "1", 1e-3, j + 1)
        if low == "per" and self.low(j + 1) in words("grammar.measures.cent") and self.low(j + 1) == "cent":
            return Measure("percent", "1", 0.01, j + 2)
        if low in _PERCENT:
            point = self.low(j + 1) == "-" and self.low(j + 2) in words("grammar.measures.points")
            return Measure("percent", "1", 0.01, j + 3 if point else j + 1, "point" if point else "")
        return None

    def _points(self, j: int) -> Measure | None:
        """Read `percentage points`, `Prozentpunkte`, `basis points`."""
        low = self.low(j)
        if low in _POINTS or (low == "prozent" and self.low(j + 1) == "-" and self.low(j + 2) == "punkte"):
            return Measure("percent", "1", 0.01, j + 1, "point")
        if low in words("grammar.measures.point_heads") and self.low(j + 1) in words("grammar.measures.points"):
            return Measure("percent", "1", 0.01 if low == "percentage" else 1e-4, j + 2, "point")
        return Measure("percent", "1", 1e-4, j + 1, "point") if low in _BASIS else None

    def currency(self, j: int) -> Measure | None:
        """Return the currency word, code or sign at `j`."""
        text, low = self.text(j), self.low(j)
        if low in words("grammar.measures.eurocent") or (low == "euro" and self.low(self.hyphen(j + 1)) in un.CENTS):
            return Measure("money", "EUR", 0.01, j + 1 if low != "euro" else self.hyphen(j + 1) + 1)
        if low in un.CURRENCY_WORDS:
            code, factor = un.CURRENCY_WORDS[low]
            if low in words("grammar.measures.pounds") and self.low(j + 1) in words("grammar.measures.weighs"):
                return None
            return Measure("money", code, factor, j + 1)
        if text in un.CURRENCY_CODES:
            return Measure("money", un.CURRENCY_CODES[text], 1.0, j + 1)
        if text in un.CURRENCY_SIGNS:
            return Measure("money", self.sign(text), 1.0, j + 1)
        if low in un.CENTS:
            return Measure("money", "EUR" if self.euro_cents else "USD", 0.01, j + 1)
        return self._named_dollar(j)

    def _named_dollar(self, j: int) -> Measure | None:
        """Read `US-Dollar`, `US dollars`, `U.S. dollars`, `US$`, `Taiwan-Dollar`, `US-Cent`."""
        low = self.low(j)
        if low == "u" and self.low(j + 1) == "." and self.low(j + 2) == "s" and self.low(j + 3) == ".":
            return Measure("money", "USD", 1.0, j + 5) if self.low(j + 4).startswith("dollar") else None
        if low not in un.DOLLARS:
            return None
        k = j + 2 if self.low(j + 1) == "-" else j + 1
        if self.low(k).startswith("dollar") or self.text(k) == "$":
            return Measure("money", un.DOLLARS[low], 1.0, k + 1)
        if low == "us" and self.low(k) in un.CENTS:
            return Measure("money", "USD", 0.01, k + 1)
        return None

    def _tokens(self, j: int) -> Measure | None:
        """Read `tokens per second` and `H100 equivalents`."""
        if self.low(j) in words("grammar.measures.token"):
            last = self._per_second(j + 1)
            return Measure("number", "token/s", 1.0, last, "token") if last else None
        return self._equivalents(j)

    def _equivalents(self, j: int) -> Measure | None:
        """Read `H100 equivalents`, `H200-Äquivalente`, `B300e`."""
        digits = self.low(j + 1) if j + 1 < len(self.tokens) and self.tokens[j + 1].kind == "n" else ""
        unit = f"{self.low(j)}{digits}e"
        if unit not in _EQUIVALENTS:
            return None
        k = j + 2
        if self.low(k) in words("grammar.measures.e") and self.tokens[k].glued:
            return Measure("number", unit, 1.0, k + 1)
        k += self.low(k) == "-"
        if self.low(k) in words("grammar.measures.chip"):
            k += 1 + (self.low(k + 1) == "-")
        if self.low(k).startswith(stems("grammar.measures.equivalent")):
            return Measure("number", unit, 1.0, k + 1)
        return None

    def _formatted(self, j: int) -> Measure | None:
        """Read a rate that names its number format first (`524 FP8-ExaFLOPS`)."""
        digits = j + 1 < len(self.tokens) and self.tokens[j + 1].kind == "n" and self.tokens[j + 1].glued
        if self.low(j) not in words("grammar.measures.formats") or not digits:
            return None
        k = self.hyphen(j + 2)
        found = physical(self.text(k), self.low(k)) if k < len(self.tokens) else None
        return Measure("number", *found, k + 1) if found is not None and found[0] == "FLOP/s" else None

    def _per_second(self, j: int) -> int | None:
        if self.low(j) in words("grammar.common.per") and self.low(j + 1) in words("grammar.common.second"):
            return j + 2
        return None

    def _physical(self, j: int) -> Measure | None:
        token = self.tokens[j]
        if token.kind != "w" and token.text != "°":
            return None
        if token.text == "°":
            return (
                Measure("number", "degC", 1.0, j + 2) if self.text(j + 1) in words("grammar.measures.celsius") else None
            )
        found = physical(token.text, token.low)
        if found is None:
            return self._two_words(j)
        unit, factor = found
        if (
            token.text in un.AMBIGUOUS
            and not token.glued
            and (token.text in words("grammar.measures.letters") or self._abbreviated(j))
            and not (token.text == "g" and self.text(j + 1) == "/" and self.tokens[j + 1].glued)
        ):
            return None
        return self._composed(token, unit, factor, j + 1)

    def _abbreviated(self, j: int) -> bool:
        """Whether a point behind a letter shortens a word (`900 W. Main Street`); at a sentence's end it does not."""
        if self.text(j + 1) != ".":
            return False
        return j + 2 < len(self.tokens) and self.tokens[j + 2].sentence == self.tokens[j].sentence

    def _composed(self, token: Token, unit: str, factor: float, last: int) -> Measure:
        """Return a unit with what is joined to it: `GB/s`, `terawatt hours`, `bytes per second`, `°C`."""
        if self.text(last) == "/" and last + 1 < len(self.tokens) and self.tokens[last].glued:
            joined = f"{token.text}/{self.text(last + 1)}"
            if joined in un.SYMBOLS:
                return Measure("number", *un.SYMBOLS[joined], last + 2)
            if unit in {"B", "FLOP/s", "FLOP"} and self.low(last + 1) in words("grammar.common.second"):
                return Measure("number", "FLOP/s" if unit != "B" else "B/s", factor, last + 2)
        return self._with_word(token, unit, factor, last)

    def _with_word(self, token: Token, unit: str, factor: float, last: int) -> Measure:
        """Return a unit with the word behind it: `terawatt hours`, `bytes per second`, `°C`."""
        longer = self.hyphen(last)
        if unit == "W" and self.low(longer) in _HOURS:
            return Measure("number", "Wh", factor, longer + 1)
        per = self._per_second(last)
        if per and unit in {"B", "FLOP/s", "FLOP"}:
            return Measure("number", "B/s" if unit == "B" else "FLOP/s", factor, per)
        if token.low.startswith("exaflop") and unit == "FLOP":
            unit = "FLOP/s"
        if unit == "m" and self.low(last) in words("grammar.measures.squared"):
            return Measure("number", "m2", factor**2, last + 1)
        if unit == "degC" and self.low(last) in {"celsius"}:
            last += 1
        return Measure("number", unit, factor, last)

    def _two_words(self, j: int) -> Measure | None:
        low, after = self.low(j), self.low(self.hyphen(j + 1))
        last = self.hyphen(j + 1) + 1
        if low in words("grammar.measures.areas"):
            found = physical(after, after)
            if found is not None and found[0] == "m":
                return Measure(
                    "number", "m2" if low == "square" else "m3", found[1] ** (2 if low == "square" else 3), last
                )
        if low in words("grammar.measures.ton_heads") and after in words("grammar.measures.tons"):
            return Measure("number", "kg", 1e3, last)
        if low in words("grammar.measures.prefixes"):
            found = un.WORDS.get(low + after)
            if found:
                return Measure("number", *found, last)
        return None

    def duration(self, j: int) -> Measure | None:
        """Return the unit of time at `j`."""
        low = self.low(j)
        if low in un.TIME:
            if low == "second" and not (
                self.low(j - 1) == "-" or self.low(j - 1) in words("grammar.measures.one_before_second")
            ):
                return None
            unit, factor = un.TIME[low]
            return Measure("duration", unit, factor, j + 1, "time")
        if self.text(j - 1) in {"-", "‑"} and self.tokens[j].lang == "de":
            for stem, (unit, factor) in table("reading")["duration"]["compounds"].items():
                if low.startswith(stem):
                    return Measure("duration", unit, factor, j + 1, "time")
        for stem, (unit, factor) in un.DE_AGE.items():
            if low.startswith(stem) and len(low) <= len(stem) + 2:
                return Measure("duration", unit, factor, j + 1, "time")
        return None

    def _multiple(self, j: int) -> Measure | None:
        """Read `-mal`, `-fach`, `x`, `times`, `-fold` behind a number, with the comparison behind it."""
        low = self.low(j)
        if low == "mal" or low in _FOLD:
            return Measure("ratio", "1", 1.0, self._comparison(j + 1), "times")
        if low == "times" and self.low(j + 1) not in words("grammar.measures.no_times"):
            return Measure("ratio", "1", 1.0, self._comparison(j + 1), "times")
        crossed = self.tokens[j].glued or self.low(j + 1) in words("grammar.measures.behind_cross")
        figure = j + 1 < len(self.tokens) and self.tokens[j + 1].kind == "n"
        if low in words("grammar.measures.cross") and crossed and not figure:
            return Measure("ratio", "1", 1.0, self._comparison(j + 1), "times")
        return None

    def _comparison(self, j: int) -> int:
        """Step over `so hoch`, `as many`, `more`, `faster`, `schneller`."""
        if self.low(j) in words("grammar.measures.as") and j + 1 < len(self.tokens) and self.tokens[j + 1].kind == "w":
            return j + 2
        return j

    def noun(self, i: int, *, few: bool = False) -> Measure | None:
        """Return the counted noun behind a number: the nearest noun that counts, or the next word that can be one.

        `few` says that the number is small: few customers are firms, not people.
        """
        j, first = self._behind_of(self.hyphen(i)), None
        for k in range(j, min(j + 6, len(self.tokens))):
            token = self.tokens[k]
            if token.sentence != self.tokens[i - 1].sentence or self._ends_nouns(token):
                break
            counted = self._counts(k, few=few)
            if counted is not None:
                return counted
            first = k if first is None and _may_count(token) else first
            if first is not None and token.lang == "de" and token.text[0].islower():
                break
        if first is None:
            return None
        return Measure("number", "count", 1.0, self._joined(first), self.low(first))

    def _behind_of(self, i: int) -> int:
        """Return the place behind `of the same`, `of these`, `der gleichen`, where a number is one of such things."""
        opens = self.low(i) == "of" and self.low(i + 1) in words("measures.of_such")
        return i + 2 + (self.low(i + 2) in words("measures.same")) if opens else i

    @staticmethod
    def _ends_nouns(token: Token) -> bool:
        """Whether the words that can be what a number counts end at a token."""
        sign = token.kind == "s" and not (token.text in "-‑" and token.glued)
        return sign or (token.kind == "n" and not token.name) or token.low in _STOP

    def _counts(self, k: int, *, few: bool) -> Measure | None:
        """Return what a word counts that surely counts: chip hours, people, chips."""
        token, low = self.tokens[k], self.tokens[k].low
        if (last := chip_hour(self.tokens, k)) is not None:
            return Measure("number", "count", 1.0, last, CHIP_HOURS)
        if low in un.PEOPLE and not (low.startswith("deutsche") and token.text[0].islower()):
            return Measure("number", "count" if low in _FEW_FIRMS and few else "people", 1.0, k + 1, low)
        if low in COUNTED and not (token.name and low == "nvidia"):
            return Measure("number", "count", 1.0, self._joined(k), low)
        return None

    def _joined(self, k: int) -> int:
        """Return the place behind a word and the parts that hyphens glue to it (`start-ups`)."""
        last = k + 1
        while last < k + 8 and (step := self.hyphen(last)) > last and self.tokens[step].kind == "w":
            last = step + 1
        while last < len(self.tokens) and self.tokens[last].glued and self.tokens[last].kind != "s" and last < k + 12:
            last += 1
        return last

    def rate(self, i: int) -> tuple[str, int, str] | None:
        """Return (period, place behind it, other divisor) of `pro Woche`, `a year`, `/h`, `jährlich`, `je kWh`."""
        low = self.low(i)
        if low in un.PERIOD_ADVERB:
            return un.PERIOD_ADVERB[low], i + 1, ""
        glued = low == "/" and self.tokens[i].glued
        divides = low in _PER or glued
        if divides and (last := chip_hour(self.tokens, i + 1)):
            return "h", last, ""
        stem = self._period(i + 1, glued=glued)
        if stem and self._per_period(i, glued=glued):
            return stem, i + 2, ""
        if low == "in" and self.low(i + 1) == "der":
            return self._in_the(i) if not stem else None
        if divides and i + 1 < len(self.tokens) and self.tokens[i + 1].kind in "wn":
            return "", i if not glued else i + 2, self.text(i + 1)
        return None

    def _in_the(self, i: int) -> tuple[str, int, str] | None:
        """Read `in der Woche`."""
        name = self.low(i + 2)
        return (un.PERIOD[name], i + 3, "") if name in words("grammar.measures.no_plural_rate") else None

    def _period(self, i: int, *, glued: bool) -> str | None:
        """Return the period that a word names; `s` and `h` do so only behind a stroke."""
        low = self.low(i)
        stem = un.PERIOD.get(low) or (un.PERIOD.get(low.removesuffix("s")) if low.endswith("s") else None)
        return stem if glued or low not in {"s", "h"} else None

    def _per_period(self, i: int, *, glued: bool) -> bool:
        """Whether the word before a period makes a rate of it: `per year`, `im Jahr`; `a year ago` does not."""
        low, period = self.low(i), self.low(i + 1)
        if low in _PER or low in words("grammar.measures.each") or glued:
            return True
        if low in words("grammar.common.a"):
            return self.low(i + 2) not in _RECKONED
        german = (low == "im" and period in words("grammar.measures.period_stems")) or (low == "am" and period == "tag")
        behind = self.tokens[i + 2] if i + 2 < len(self.tokens) else None
        return german and (behind is None or (behind.kind != "n" and behind.low not in words("reading.rate.reckoned")))
