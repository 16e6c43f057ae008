"""Parts of dates: years, quarters and halves, shifts from the article's date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rechenmacht.domains.reader import tenses
from rechenmacht.domains.reader import timewords as tw
from rechenmacht.domains.reader.tokens import Text, Token
from rechenmacht.domains.reader.words import words


@dataclass(slots=True)
class Found:
    """A date over tokens `first` to `last` (excluded), as partial ISO dates."""

    first: int
    last: int
    low: str | None
    high: str | None


_YEARISH = (1900, 2100)
_AROUND = 30  # words around a date that tell its tense


def year_of(token: Token) -> int | None:
    """Return the year that a plain four-figure token can mean."""
    if token.kind != "n" or len(token.text) != 4 or not token.text.isdigit() or token.name:
        return None
    value = int(token.text)
    return value if _YEARISH[0] <= value <= _YEARISH[1] else None


_PAST = words("grammar.dates.past")


class Parts:
    """Reads parts of dates in one text."""

    def __init__(self, text: Text, article: date | None, counts: frozenset[str]) -> None:
        """Take the text, the article's date, and the nouns and units that make a figure a count."""
        self.tokens, self._low, self.article, self.counts = text.tokens, text.low, article, counts

    def _year(self, i: int) -> int | None:
        return year_of(self.tokens[i]) if i < len(self.tokens) else None

    def _future(self, i: int) -> bool:
        """Whether the words around look ahead."""
        sentence = self.tokens[i].sentence
        near = {t.low for t in self.tokens[max(0, i - 8) : i + 6] if t.sentence == sentence}
        close = {self._low(i - 1), self._low(i - 2)}
        if self._low(i - 1) in words("grammar.dates.until_month") and close & words("grammar.dates.told_by_end"):
            return False  # `im Quartal bis August`
        if self._low(i - 1) in words("grammar.dates.within_season") and self._low(i - 2).endswith("ed"):
            return False  # `managers polled in March`
        tense = self._tense(i)
        before = {t.low for t in self.tokens[max(0, i - 20) : i] if t.sentence == sentence}
        if before & _PAST or tense == tenses.PAST:
            return False
        ahead = tense == tenses.FUTURE and not near & words("judging.period.reports")
        return bool(ahead or near & words("grammar.dates.future") or close & words("grammar.dates.future_close"))

    def _tense(self, i: int) -> str:
        """Return the tense of the words around a token up to the next marks, or to those behind them."""
        sentence, first, last = self.tokens[i].sentence, max(0, i - _AROUND), min(len(self.tokens), i + _AROUND)
        first = next((k + 1 for k in range(i, first, -1) if self._ends(k, sentence, ",;:()")), first)
        marks = [k for k in range(i + 1, last) if self._ends(k, sentence, ",;:()")]
        for end in (*marks[:2], last):
            tense = tenses.of_words([t for t in self.tokens[first:end] if t.sentence == sentence])
            if tense:
                return tense
        return tenses.of_words([t for t in self.tokens[max(0, i - _AROUND) : last] if t.sentence == sentence])

    def _ends(self, place: int, sentence: int, marks: str) -> bool:
        return self.tokens[place].sentence != sentence or self.tokens[place].text in marks

    def _month_number(self, i: int) -> int | None:
        if i >= len(self.tokens) or not self.tokens[i].text[0].isupper():
            return None
        low = self._low(i)
        return tw.MONTHS.get(low) or tw.MONTHS_SHORT.get(low)

    def _period(self, i: int, j: int, number: int) -> Found | None:
        """Return quarter or half `number`, whose name stands at `j`, with its year where it has one."""
        name = self._low(j)
        if name == "fiscal":
            j, name = j + 1, self._low(j + 1)
        length = tw.LENGTHS.get(name)
        if length is None or not 1 <= number <= 12 // length:
            return None
        last, year = self._year_behind(j + 1)
        if name in words("grammar.dates.halves") and year is None and not self._half_alone(i, j):
            return None
        if year is None and self.article is not None:
            begun = length * (number - 1) < self.article.month - 1
            year = self.article.year if begun or self._future(i) else self.article.year - 1
        if year is None:
            return Found(i, j + 1, None, None)
        return Found(i, last, *tw.month_span(year, length * (number - 1) + 1, length * number))

    def _half_alone(self, i: int, j: int) -> bool:
        """Whether a half is one of the year without saying so: `In the first half, it drew`, `first-half sales`."""
        opens = self._low(i - 1) == "the" and self._low(i - 2) in words("grammar.dates.within_season")
        return opens and self._low(j + 1) in {",", "."}

    def _year_behind(self, j: int) -> tuple[int, int | None]:
        """Return the place behind a year at `j` (`of 2025`, `des Jahres 2025`, `of this year`) and the year."""
        start = j
        while self._low(j) in words("grammar.dates.before_year") and j < start + 4:
            j += 1
        year = self._year(j)
        if year:
            return j + 1, year
        said = {self._low(k) for k in range(start, j)}
        if self.article is not None and said & tw.YEAR_WORDS:
            shift = next((tw.RELATIVE[word] for word in said if word in tw.RELATIVE), None)
            if shift is not None:
                return j, self.article.year + shift
        return start, None

    def _shift(self, i: int, last: int, unit: str, shift: int) -> Found | None:
        if self.article is None:
            return None
        if unit == "decade":
            return Found(i, last, *tw.decade((self.article.year // 10 + shift) * 10))
        if unit == "quarter":
            number = self.article.year * 4 + (self.article.month - 1) // 3 + shift
            return Found(i, last, *tw.month_span(number // 4, number % 4 * 3 + 1, number % 4 * 3 + 3))
        if unit == "week":
            return Found(i, last, *tw.week(self.article, shift))
        text = tw.shifted(self.article, unit, shift)
        return Found(i, last, text, text)
