"""Numbers with what they measure: money, percent, units, durations, multiples, counts; ranges and rates."""

from __future__ import annotations

from datetime import date

from rechenmacht.domains.reader import lexicon as lx
from rechenmacht.domains.reader import names
from rechenmacht.domains.reader import units as un
from rechenmacht.domains.reader.bounds import Bounds
from rechenmacht.domains.reader.measures import Measure, Measures
from rechenmacht.domains.reader.mentions import plain
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.numbers import Number, number
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import phrases, rows, stems, words

_CHANGE = words("grammar.amounts.change")
_NOT_COUNTED = words("grammar.amounts.not_counted")
_OR_MORE, _BETWEEN = phrases("grammar.amounts.or_more"), phrases("grammar.amounts.between")
_FAR_APART = 3.0  # the ends of a range of a change are nearer to each other
_DASH = frozenset({"-", "–", "—", "‑"})
_OF_THEM = phrases("reading.carry.of_them")
_FROM_TO = phrases("grammar.amounts.from_to")
_AND_A_HALF = phrases("grammar.amounts.and_a_half")
_MONEYLIKE = stems("grammar.amounts.moneylike")
_VAGUE_DE, _LETTERS = rows("grammar.amounts.vague_de"), rows("grammar.amounts.letters")
_NO_END = frozenset({"article", "half", "few", "vague"})
_LINKS_RANGE = words("grammar.amounts.range_links")


def _thousands(one: Number, measure: Measure) -> bool:
    """Whether a count with three decimals is one of thousands after all."""
    counted = measure.unit == "count" and measure.noun not in words("grammar.common.points_any")
    return counted and one.decimals == 3 and one.size == 1 and one.form == "digits"


class Amounts(Bounds):
    """Reads the amounts of one text."""

    def __init__(self, text: Text, article: date | None = None) -> None:
        """Mark the names in the text and prepare the readers of its parts."""
        super().__init__(text)
        names.mark(text)
        self.article = article
        self.measures = Measures(text)
        self.factors: dict[int, float] = {}

    def _prefix(self, i: int) -> tuple[str, int] | None:
        """Return the currency that stands before a number at `i` and the place of the number."""
        token = self.tokens[i]
        nxt = i + 1
        if token.text in un.CURRENCY_SIGNS:
            code = self.measures.sign(token.text)
        elif token.text in un.CURRENCY_CODES:
            code = un.CURRENCY_CODES[token.text]
        elif token.low in un.DOLLARS and token.text.isupper():
            nxt = i + 2 if self.low(nxt) == "-" else nxt
            if self.low(nxt) != "$":
                return None
            code, nxt = un.DOLLARS[token.low], nxt + 1
        elif token.low == "rs":
            code = "INR"
        else:
            return None
        if nxt < len(self.tokens) and self.tokens[nxt].text in {"-", "~"}:
            nxt += 1
        return (code, nxt) if nxt < len(self.tokens) else None

    def _number(self, i: int) -> tuple[Number, str] | None:
        """Return a number at `i` with the currency before it."""
        if i >= len(self.tokens):
            return None
        prefix = self._prefix(i)
        if prefix is None:
            found = number(self.tokens, i)
            return (found, "") if found else None
        code, j = prefix
        found = number(self.tokens, j, money=True)
        if found is None or found.form in {"article", "few"}:
            return None
        found.first = i
        return found, code

    def _amount(self, i: int) -> Quantity | None:
        read = self._number(i)
        if read is None:
            return None
        one, code = read
        measure = Measure("money", code, 1.0, one.last) if code else self.measures.read(one.last, vague=one.vague)
        if one.vague and measure is None and self.low(one.last) in words("grammar.common.of"):
            measure = self.measures.currency(one.last + 1)
        if measure is None and self._letter(one.last):
            return None
        two = self._second(one, measure, code)
        ranged = self._range(one, measure, two[0], code or two[1]) if two is not None else None
        if ranged is not None:
            return ranged
        if one.form in {"article", "half", "few"}:
            return self._weak(one, measure)
        measure = measure or self._counted(one)
        return None if measure is None else self._finish(one, one, measure)

    def _letter(self, i: int) -> bool:
        """Whether a letter that may be a magnitude is glued behind a number."""
        return i < len(self.tokens) and self.tokens[i].glued and self.tokens[i].text in lx.GLUED_MAGNITUDE

    def _weak(self, one: Number, measure: Measure | None) -> Quantity | None:
        """An article counts only before a unit; `a few` only before money or a physical unit."""
        if measure is None:
            return self._few_of(one)
        if one.form == "few":
            return self._few(one, measure)
        if measure.kind == "duration" and one.form == "article" and self._half_behind(measure.last):
            value = 1.5 * measure.factor
            return self._bound(one.first, measure.last + 3, "duration", value, value, measure.unit, "time")
        if measure.kind == "money" and measure.last < len(self.tokens) and self.tokens[measure.last].kind == "n":
            return None  # "a US$5.5 billion charge"
        if one.form == "article" and not self._article_counts(one, measure):
            return None
        return self._finish(one, one, measure)

    def _half_behind(self, j: int) -> bool:
        """Whether a half is added to a unit of time: `a year and a half`."""
        return (self.low(j), self.low(j + 1), self.low(j + 2)) in _AND_A_HALF

    def _few_of(self, one: Number) -> Quantity | None:
        """Read `a few billion-dollar deals`."""
        inner = self._compound(one.last) if one.form == "few" and one.last < len(self.tokens) else None
        if inner is None:
            return None
        size = float(inner.low) if isinstance(inner.low, int | float) else 1.0
        return self._make(one.first, inner.last, "vague", one.low * size, one.high * size, inner.unit, "vague")

    def _few(self, one: Number, measure: Measure) -> Quantity | None:
        """Read `a few gigawatts`."""
        hyphen = self.low(one.last) == "-" or self.low(measure.last) == "-"
        many_percent = measure.kind == "percent" and self.low(one.first) == "viele"
        if measure.kind in {"duration", "ratio"} or hyphen or many_percent:
            return None
        low, high = one.low * measure.factor, one.high * measure.factor
        return self._make(one.first, measure.last, "vague", low, high, measure.unit, "vague")

    def _article_counts(self, one: Number, measure: Measure) -> bool:
        """Whether an article before a unit counts one of it."""
        if measure.kind == "ratio" or self.low(measure.last - 1) in _NOT_COUNTED:
            return False
        if measure.kind == "duration" and not self._real_duration(one, self.tokens[one.first].lang):
            return False
        if measure.kind == "percent" and self.low(one.first) in words("grammar.common.a"):
            return False
        return not (self.low(measure.last) == "-" and measure.kind != "number")

    def _real_duration(self, one: Number, lang: str) -> bool:
        before, low = self.low(one.first - 1), self.low(one.first)
        if before in words("grammar.amounts.no_duration"):
            return False
        if self.low(one.last + 1) in words("grammar.amounts.ago"):
            return False
        if self.low(one.last + 1) in words("reading.duration.later"):
            return True
        if low in words("grammar.common.a"):
            return before in words("grammar.amounts.before_a")
        return lang == "de" and self.low(one.last) not in words("grammar.amounts.no_day")

    def _counted(self, one: Number) -> Measure | None:
        """Return the counted noun of a bare number, or decide that the bare number is a quantity all the same."""
        more = 2 * ((self.low(one.last), self.low(one.last + 1)) in _OR_MORE)
        noun = self.measures.noun(one.last + more, few=one.high < 1000)
        if noun is None:
            return self._bare(one)
        if (one.form == "word" and one.size == 1 and one.low == 1) or noun.noun in words("grammar.common.ordinal_ends"):
            return None
        if one.decimals and one.decimals != 3 and one.size == 1 and noun.noun not in names.COUNTED:
            return Measure("number", "1", 1.0, one.last)
        return Measure("ratio", "1", 1.0, one.last) if one.form == "fraction" else noun

    def _bare(self, one: Number) -> Measure | None:
        """Return what a number with no noun measures, or None where it is no quantity."""
        if one.form == "vague":
            behind = self.measures.noun(one.last + 1) if self.low(one.last) in words("grammar.common.of") else None
            return behind or Measure("vague", "count", 1.0, one.last)
        if one.form == "fraction":
            return Measure("ratio", "1", 1.0, one.last)
        if one.form == "single" or (self._small(one) and not self._part_or_bound(one)):
            return None
        whole = one.low == int(one.low) and not (one.decimals and one.size == 1)
        if (whole and self._ordinal(one)) or self._list_mark(one):
            return None
        return Measure("number", "count" if whole else "1", 1.0, one.last)

    @staticmethod
    def _small(one: Number) -> bool:
        """Whether a number is one word with no magnitude."""
        return one.form == "word" and one.size == 1 and one.last - one.first == 1

    def _ordinal(self, one: Number) -> bool:
        """Whether a German figure with a point is an ordinal: `die 3. Generation`."""
        first = self.tokens[one.first]
        if first.lang != "de" or one.low >= 32 or one.last + 1 >= len(self.tokens):
            return False
        point, after = self.tokens[one.last], self.tokens[one.last + 1]
        same = after.paragraph == first.paragraph and after.sentence == first.sentence
        return point.low == "." and point.glued and same and after.text[0].isupper()

    def _part_or_bound(self, one: Number) -> bool:
        """Whether a small number word counts with no noun: `nine of the 14 grids`, `four of them`, `at least two`."""
        of_them = (self.low(one.last), self.low(one.last + 1)) in _OF_THEM
        if of_them or self.low(one.last) in words("reading.carry.these"):
            return True
        if (self.low(one.first - 1), self.low(one.last)) in _FROM_TO and one.last + 1 < len(self.tokens):
            return number(self.tokens, one.last + 1) is not None  # `von acht auf 18 Monate`
        if self.low(one.last) in words("grammar.amounts.of_whole"):
            place = one.last + 1 + (self.low(one.last + 1) in words("grammar.amounts.whose"))
            place += place < len(self.tokens) and self.tokens[place].low != plain(self.tokens[place].low)  # China's
            whole = number(self.tokens, place) if place < len(self.tokens) else None
            return whole is not None and whole.form in {"digits", "word"} and whole.low > one.low
        return self.hedge(one.first, one.last) in {"at_least", "up_to"} and self.low(one.last) in {
            "",
            ".",
            ",",
            ";",
            ")",
        }

    def _list_mark(self, one: Number) -> bool:
        """A figure at the start of a line with a point or bracket behind it numbers a list; so does one in brackets."""
        i = one.first
        starts = i == 0 or self.tokens[i - 1].paragraph != self.tokens[i].paragraph
        alone = one.last >= len(self.tokens) or self.tokens[one.last].paragraph != self.tokens[i].paragraph
        after = self.low(one.last)
        return (starts and (after in {".", ")"} or alone)) or (
            self.low(i - 1) == "(" and after == ")" and one.low < 100
        )

    def _second(self, one: Number, measure: Measure | None, code: str) -> tuple[Number, str] | None:
        """Return the second end of a range that `one` opens, or None."""
        j = measure.last if measure is not None and not (measure.kind == "money" and code) else one.last
        if not self._within(one, j) or not self._opens_range(one, j):
            return None
        start = self._range_start(one, j)
        read = self._number(start)
        if read is None or not self._ends_range(one, read[0], measure, j, start) or self._far_apart(one, read[0], j):
            return None
        two, sized = read[0], one.size == 1 and (measure is None or bool(code))
        low = one.low * (two.size if sized else 1)
        return read if low < two.low or (measure is not None and not code) else None

    def _within(self, one: Number, j: int) -> bool:
        """Whether more words of a number's sentence stand behind a place."""
        return j + 1 < len(self.tokens) and self.tokens[j].sentence == self.tokens[one.first].sentence

    def _ends_range(self, one: Number, two: Number, measure: Measure | None, j: int, start: int) -> bool:
        """Whether a number at `start` can be the end of a range whose ends the word at `j` ties."""
        link = self.low(j)
        if two.form in _NO_END | {"fraction"} or (
            link in words("grammar.amounts.or") and not self._few_or_few(one, two, measure)
        ):
            return False
        return not (link in _DASH and not self._dashed(one, j, start)) and not self._dated(one, two)

    def _far_apart(self, one: Number, two: Number, j: int) -> bool:
        """Whether a number is by how much something changed, and the next to what: `by some 21,000 to 88,400`."""
        before = {self.low(one.first - 1), self.low(one.first - 2)}
        far = one.size == two.size and two.low > _FAR_APART * one.low
        return far and self.low(j) in words("grammar.amounts.to") and not words("grammar.amounts.by").isdisjoint(before)

    def _between(self, one: Number, j: int) -> bool:
        """Whether a number is the first of `zwischen ... und`, `between ... and`."""
        return (self.low(one.first - 1), self.low(j)) in _BETWEEN

    def _opens_range(self, one: Number, j: int) -> bool:
        """Whether the word at `j` ties a number to the end of a range; `from 5 to 7` of a change does not."""
        link, before = self.low(j), self.low(one.first - 1)
        if one.form in _NO_END or not (self._between(one, j) or link in _LINKS_RANGE or link in _DASH):
            return False
        changed = link == "to" and (before == "from" or self.low(one.first - 2) == "from")
        return not (changed and self._changes(one.first))

    def _range_start(self, one: Number, j: int) -> int:
        """Return where the second number of a range begins."""
        start = j + 1
        if self.low(j) == "bis" and self.low(start) == "zu":
            start += 1
        if self._between(one, j) and self.low(start) in words("grammar.amounts.about"):
            start += 1
        return start

    @staticmethod
    def _few_or_few(one: Number, two: Number, measure: Measure | None) -> bool:
        """Whether two small numbers are told as `two or three`."""
        near = one.low < two.low <= one.low + 5 and one.size == two.size == 1
        return two.last - two.first == 1 and near and measure is None

    def _dashed(self, one: Number, j: int, start: int) -> bool:
        """Whether a dash at `j` ties two numbers: glued to the second, or free between figures."""
        free = not self.tokens[j].glued and self.low(j) in {"–", "—", "-"}
        return self.tokens[start].glued or (free and self.tokens[one.first].kind == "n")

    def _dated(self, one: Number, two: Number) -> bool:
        """Whether the second number is a year and the first is none."""
        year = names.is_year(self.tokens[two.first].text) and two.last - two.first == 1
        return year and not names.is_year(self.tokens[one.first].text)

    def _changes(self, i: int) -> bool:
        begin = self.text.sentences[self.tokens[i].sentence][0]
        return any(self.low(k) in _CHANGE for k in range(max(begin, i - 25), i))

    def _range(self, one: Number, measure: Measure | None, two: Number, code: str) -> Quantity | None:
        second = self._end_measure(measure, two, code)
        if second is None or (measure is not None and measure.unit != second.unit):
            return None
        if measure is not None and measure.noun == "point" and second.noun != "point":
            return None  # `climbed 0.8 percentage points to 5.3 percent`
        first = measure or second
        if one.size == 1 and two.size > 1 and (measure is None or code):
            one = one.scaled(two.size)
        if one.low * first.factor > two.low * second.factor:
            return None
        quantity = self._finish(one, two, second, first.factor)
        quantity.start, quantity.first = self.tokens[one.first].start, one.first
        return quantity

    def _end_measure(self, measure: Measure | None, two: Number, code: str) -> Measure | None:
        """Return in what the end of a range is measured: by itself, as its start, or by what it counts."""
        second = self.measures.read(two.last)
        if code and (second is None or second.kind != "money"):
            return Measure("money", code, 1.0, two.last)
        if second is not None:
            return second
        if measure is not None and measure.last <= two.first:
            return Measure(measure.kind, measure.unit, measure.factor, two.last, measure.noun)
        return self._counted(two)

    def _finish(self, one: Number, two: Number, measure: Measure, first_factor: float | None = None) -> Quantity:
        low = one.low * (measure.factor if first_factor is None else first_factor)
        high = two.high * measure.factor
        unit, last, per = self._with_rate(measure, two)
        if first_factor is None and _thousands(one, measure):
            low, high = low * 1000, high * 1000  # "15,488 chips" in a German text
        kind = "vague" if one.vague else measure.kind
        if first_factor is not None or (one is not two and low != high):
            quantity = self._make(one.first, last, kind, low, high, unit, "range")
        elif one.vague:
            quantity = self._make(one.first, last, kind, low, high, unit, "vague")
        else:
            quantity = self._bound(one.first, last, kind, low, high, unit, measure.noun)
        quantity.noun, quantity.per, quantity.form, quantity.size = measure.noun, per, one.form, max(one.size, two.size)
        self.factors[one.first] = one.size * measure.factor
        return quantity

    def _with_rate(self, measure: Measure, two: Number) -> tuple[str, int, str]:
        """Return the unit of a number with its rate per time, the place behind it, and another divisor."""
        unit, last = measure.unit, measure.last
        if measure.kind == "money" and last == two.last:
            after = self.measures.currency(last)
            last = after.last if after and after.unit == unit else last  # "$5 Milliarden Dollar"
        rate = self.measures.rate(last) if measure.kind not in {"duration", "ratio"} and unit != "people" else None
        if rate is None:
            return unit, last, ""
        period, behind, per = rate
        if period or behind > last:
            return f"{unit}/{period or per}", behind, per
        return unit, last, per

    def _compound(self, i: int) -> Quantity | None:
        """Read `Billionen-Investments`, `Milliardendeal`, `multibillion-dollar`, `trillion-dollar`."""
        token = self.tokens[i]
        low = token.low
        if low in words("grammar.amounts.magnitudes") and self.low(i + 1) == "-" and self.low(i + 2) == "dollar":
            size = _LETTERS[low.removeprefix("multi")[0]]
            return self._make(i, i + 3, "vague", size, size * 10, "USD", "vague")
        if token.lang != "de":
            return None
        for stem, size in _VAGUE_DE.items():
            if not low.startswith(stem):
                continue
            tail, last = low[len(stem) :], i + 1
            if not tail and self.low(i + 1) == "-" and self.tokens[i + 1].glued:
                tail, last = self.low(i + 2), i + 3
            if tail and any(word in tail for word in _MONEYLIKE):
                return self._make(i, last, "vague", size, size * 10, "EUR" if "euro" in tail else "USD", "vague")
        return None
