"""The grammar: finds every quantity of a text in one pass from left to right."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from itertools import pairwise

from rechenmacht.domains.reader import carryover, names, quarters, shortforms
from rechenmacht.domains.reader import lexicon as lx
from rechenmacht.domains.reader import timewords as tw
from rechenmacht.domains.reader import units as un
from rechenmacht.domains.reader.amounts import Amounts
from rechenmacht.domains.reader.bounds import clean
from rechenmacht.domains.reader.dateparts import Found
from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.ratios import Ratios, Share
from rechenmacht.domains.reader.temporal import Dates, bounded
from rechenmacht.domains.reader.tokens import Text
from rechenmacht.domains.reader.words import rows, stems, words
from rechenmacht.errors import BadInput

_CROWD = words("grammar.sentence.crowd")
_CARRIED = 4  # sentences that a currency is carried over, where no other large number stands between
_SPENT = stems("grammar.sentence.spent")
_FAR = 20  # sentences that it is carried to a number that a word for money tells of
MOST_QUANTITIES = 25_000
_BILLION = 1e9
_LINKS = words("grammar.sentence.links")
_BACK = words("grammar.sentence.back")
_COUNT_WORDS = names.COUNTED.union(un.WORDS, un.SYMBOLS, un.CURRENCY_WORDS, words("grammar.sentence.count_words"))


_STARTS = frozenset(
    {
        *lx.EN_CARDINALS,
        *lx.EN_ORDINAL,
        *lx.VAGUE,
        *lx.VAGUE_HEAD,
        *lx.SIGNS,
        *lx.DE_FRACTION,
        *lx.EN_FRACTION,
        *lx.DE_ARTICLES,
    }
    | {
        *tw.PARTS,
        *tw.MONTHS,
        *tw.MONTHS_SHORT,
        *tw.SEASONS,
        *tw.HOLIDAYS,
        *tw.RELATIVE,
        *tw.WEEKDAYS,
        *un.DOLLARS,
        *(code.lower() for code in un.CURRENCY_CODES),
    }
    | words("grammar.sentence.starts")
)
_STEMS = stems("grammar.sentence.start_stems")


@lru_cache(maxsize=16384)
def _may_start(low: str) -> bool:
    """Whether a word can open a quantity at all; most cannot, and the grammar passes over them."""
    return (
        shortforms.duration_word(low) is not None
        or low in _STARTS
        or low.startswith(_STEMS)
        or low.endswith(stems("grammar.sentence.start_ends"))
        or "fach" in low
    )


def _bare(one: Quantity) -> bool:
    """Whether a number has no unit and counts nothing."""
    return one.unit in {"count", "1"} and not one.noun and one.kind == "number" and isinstance(one.low, int | float)


class Grammar(Amounts):
    """Reads the quantities of one text."""

    def __init__(self, text: Text, article: date | None = None) -> None:
        """Prepare the readers of dates and ratios."""
        super().__init__(text, article)
        self.ratios = Ratios(text)
        self.dates = Dates(text, article, _COUNT_WORDS)

    def all(self) -> list[Quantity]:
        """Return the quantities in order of their place.

        Raises:
            BadInput: if the text holds more numbers than are read.
        """
        found: list[Quantity] = []
        i, count = 0, len(self.tokens)
        while i < count:
            token = self.tokens[i]
            quantity = self._at(i) if token.kind != "w" or _may_start(token.low) else None
            if quantity is None:
                i += 1
                continue
            quantity.text = self.text.text[quantity.start : quantity.end]
            quantity.sentence = self.tokens[quantity.first].sentence
            shortforms.operations(self.text, quantity)
            found.append(quantity)
            if len(found) > MOST_QUANTITIES:
                raise BadInput(f"more than {MOST_QUANTITIES:,} numbers in one text: that is a table, not an article")
            i = max(quantity.last, i + 1)
        shortforms.equivalents(self.text, found)
        shortforms.rates_before(self.text, found)
        shortforms.named_before(self.text, found)
        shortforms.densities(self.text, found)
        shortforms.per_second(self.text, found)
        shortforms.capped(self.text, found)
        found = shortforms.people_words(self.text, found)
        found = carryover.ages(self.text, found)
        quarters.by_end(self.text, found)
        self._inherit(found)
        self._inherit_back(found)
        self._people(found)
        self._money(found)
        carryover.units(self.text, found, self.factors)
        carryover.units_back(self.text, found, self.factors)
        return carryover.durations(self.text, found)

    def _inherit_back(self, found: list[Quantity]) -> None:
        """Give a bare number the unit of the one before it is compared with ("800m users, up from 400 million")."""
        for one, two in pairwise(found):
            if carryover.told_against(self.text, one, two, self.factors):
                continue
            if not self._led_on(one, two):
                continue
            between = {self.low(k) for k in range(one.last, two.first)}
            listed = one.size >= 1e6 and one.kind == "money"
            if (between & _BACK or listed) and isinstance(two.mid, int | float):
                two.unit, two.kind, two.noun = one.unit, one.kind, one.noun

    @staticmethod
    def _led_on(one: Quantity, two: Quantity) -> bool:
        """Whether a bare number stands just behind one of like size in people or money."""
        bare = two.unit == "count" and not two.noun and two.kind == "number" and two.form in {"digits", "word"}
        near = one.sentence == two.sentence and two.first - one.last <= 6 and one.size == two.size
        return bare and near and one.kind in {"number", "money"} and one.unit in {"people", "USD", "EUR", "CNY"}

    def _money(self, found: list[Quantity]) -> None:
        """Give a bare large number the last currency where the text speaks of money ("steckt 13 Milliarden in")."""
        last: Quantity | None = None
        large: Quantity | None = None
        for quantity in found:
            if quantity.kind == "money" and "/" not in quantity.unit:
                last = quantity
            if last is not None and self._of_money(quantity, last, large):
                _, stroke, period = quantity.unit.partition("/")
                quantity.unit, quantity.kind, quantity.noun = f"{last.unit}{stroke}{period}", "money", ""
                quantity.form = "carried"
                last = quantity if quantity.size >= _BILLION else last
            if quantity.size >= 1e6 and quantity.kind != "date":
                large = quantity

    def _of_money(self, quantity: Quantity, last: Quantity, large: Quantity | None) -> bool:
        """Whether a bare large number is one of money, as the one before it is or as the sentence says."""
        if quantity.size < 1e6 or quantity.kind != "number" or quantity.unit.partition("/")[0] not in {"count", "1"}:
            return False
        if self._of_spent(quantity) and quantity.sentence - last.sentence <= _FAR:
            return True
        if quantity.sentence - last.sentence > (_CARRIED if large is last else 2) or self._counts_things(quantity):
            return False
        if quantity.noun:
            return any(stem in quantity.noun for stem in words("grammar.sentence.capital"))
        begin, end = self.text.sentences[quantity.sentence]
        said = " ".join(self.low(k) for k in range(max(begin, quantity.first - 20), min(end, quantity.last + 8)))
        return any(stem in said for stem in _SPENT) or (large is last and self._told_alone(quantity))

    def _of_spent(self, quantity: Quantity) -> bool:
        """Whether a word for money just before a number says what it is: `mit Serverkosten von 20 Milliarden`."""
        before, link = self.low(quantity.first - 2), self.low(quantity.first - 1)
        told = not quantity.noun and link in words("grammar.common.of")
        return told and any(stem in before for stem in _SPENT)

    def _told_alone(self, quantity: Quantity) -> bool:
        """Whether nothing that a large number counts stands behind it."""
        if quantity.last >= len(self.tokens):
            return True
        behind = self.tokens[quantity.last]
        if (
            behind.sentence != quantity.sentence
            or behind.text in ",;:.)"
            or behind.low in words("reading.carry.behind")
        ):
            return True
        small = behind.kind == "w" and behind.text[0].islower() and behind.low not in words("reading.carry.counted")
        return behind.lang == "de" and small

    def _counts_things(self, quantity: Quantity) -> bool:
        """Whether what a number counts stands before it: `parameters of 2.3 billion`."""
        before = [self.low(k) for k in range(max(0, quantity.first - 2), quantity.first)]
        return len(before) == 2 and before[1] in words("grammar.sentence.of_things") and before[0] in names.COUNTED

    def _people(self, found: list[Quantity]) -> None:
        """Let a bare number count people where the sentence speaks of "die Zahl der Nutzer"."""
        for quantity in found:
            if quantity.unit == "count" and not quantity.noun and quantity.kind == "number" and quantity.size >= 1000:
                begin = self.text.sentences[quantity.sentence][0]
                said = [self.low(k) for k in range(max(begin, quantity.first - 18), quantity.first)]
                if set(said[-8:]) & _CROWD:
                    quantity.unit = "people"
                for k, word in enumerate(said[:-2]):
                    if (
                        word in words("grammar.sentence.number_of")
                        and said[k + 1] in words("grammar.sentence.of")
                        and set(said[k + 2 : k + 5]) & un.PEOPLE
                    ):
                        quantity.unit = "people"

    def _inherit(self, found: list[Quantity]) -> None:
        """Give a bare number the unit of the next one that a link ties to it ("von 16 auf 37 Prozent")."""
        for one, two in pairwise(found):
            if not _bare(one) or one.sentence != two.sentence or not self._tied(one, two):
                continue
            share = two.kind == "percent"
            small = one.size == 1 and isinstance(one.low, int | float) and abs(one.low) < 1000
            factor = 0.01 if share else (two.size if small else 1.0)
            if not share and two.kind in {"number", "duration"} and two.unit not in {"count", "people"}:
                factor = self.factors.get(two.first, 1.0)
            one.low, one.high = (clean(v * factor) if isinstance(v, int | float) else v for v in (one.low, one.high))
            one.unit, one.kind, one.noun = two.unit, two.kind, two.noun

    def _tied(self, one: Quantity, two: Quantity) -> bool:
        """Whether a number takes its unit from the next: only linking words stand between, and that has one."""
        if two.kind in {"date", "rank", "ratio"} or two.form in {"", "fraction"}:
            return False
        if (two.kind in {"duration", "percent"} and one.size > 1) or (two.unit == "count" and not two.noun):
            return False
        between = [self.low(k) for k in range(one.last, two.first)]
        return bool(between) and set(between) <= _LINKS and not carryover.restated(self.text, one, two)

    def _at(self, i: int) -> Quantity | None:
        token = self.tokens[i]
        if token.name or (token.kind == "s" and token.text not in un.CURRENCY_SIGNS):
            return None
        if token.kind == "s":
            return self._below_zero(i)
        if token.kind == "w" and not self._opens(i):
            return None
        dated = self.dates.at(i)
        if dated is not None:
            return self._date(dated)
        share = self.ratios.at(i)
        if share is not None:
            return self._share(share)
        return self._duration_word(i) or self._below_zero(i) or self._compound(i)

    def _below_zero(self, i: int) -> Quantity | None:
        """Read an amount, with the `minus` before money: `free cash flow of minus $24 billion`."""
        found = self._amount(i)
        if found is not None and found.kind == "money" and self.low(i - 1) in words("grammar.sentence.minus"):
            ends = (-end if isinstance(end, int | float) else end for end in (found.high, found.low))
            found.low, found.high = ends
        return found

    def _opens(self, i: int) -> bool:
        """Whether a word that can open a quantity does so: not `eight-bit`, not an article before a sign."""
        if self.low(i + 1) == "-" and self.low(i + 2) in words("grammar.common.bits"):
            return False
        if self.low(i) in rows("grammar.widths") and self.low(i + 1) in words("grammar.common.bits"):
            return False  # `in acht Bit`
        if self.low(i + 1) in words("reading.named_units"):
            return False  # `eine TPP von 21.000`
        if self.tokens[i].text in {"A", "R"} and self.text.low(i + 1) == "$" and self.tokens[i + 1].glued:
            return True  # `A$2.3 billion`
        article = self.low(i) in words("grammar.sentence.articles")
        return not article or (i + 1 < len(self.tokens) and self.tokens[i + 1].kind != "s")

    def _duration_word(self, i: int) -> Quantity | None:
        """Read `Sechsjahrestief`, `vierjähriger`."""
        told = shortforms.duration_word(self.low(i)) if self.tokens[i].lang == "de" else None
        if told is None:
            return None
        value, unit, factor = told
        return self._bound(i, i + 1, "duration", value * factor, value * factor, unit, "time")

    def _date(self, found: Found) -> Quantity | None:
        before = [self.low(k) for k in range(max(0, found.first - 4), found.first)]
        found, hedge = bounded(found, before)
        return self._make(found.first, found.last, "date", found.low, found.high, "date", hedge)

    def _share(self, share: Share) -> Quantity:
        if share.kind == "rank":
            return self._make(share.first, share.last, "rank", share.low, share.high, "1", "exact")
        sized = self._of_magnitude(share)
        if sized is not None:
            return sized
        measure = self.measures.duration(share.last) if self.low(share.last) in un.TIME else None
        if share.low is not None and measure is not None:
            value = share.low * measure.factor
            return self._bound(share.first, measure.last, "duration", value, value, measure.unit, "")
        if share.hedge:
            return self._make(share.first, share.last, share.kind, share.low, share.high, "1", share.hedge)
        return self._bound(share.first, share.last, share.kind, share.low, share.high, "1", "")

    def _of_magnitude(self, share: Share) -> Quantity | None:
        """Read `a quarter of a million people`, `ein Drittel einer Milliarde Euro`."""
        link, word = self.low(share.last), self.low(share.last + 1)
        size, last = None, share.last + 2
        if (link, word) == ("of", "a"):
            size, last = lx.EN_MAGNITUDE.get(self.low(share.last + 2)), share.last + 3
        elif link == "einer":
            size = lx.DE_MAGNITUDE.get(word)
        if not size or share.low is None:
            return None
        value = share.low * size
        money = self.measures.currency(last) if last < len(self.tokens) else None
        if money is not None:
            return self._bound(share.first, money.last, "money", value, value, money.unit, "")
        noun = self.measures.noun(last)
        unit, last = (noun.unit, noun.last) if noun is not None else ("count", last)
        return self._bound(share.first, last, "number", value, value, unit, "")
