"""Spans told from the article's day: the year as a whole, the half of it that is over, the quarter under way."""

from __future__ import annotations

from rechenmacht.domains.reader import tenses
from rechenmacht.domains.reader import timewords as tw
from rechenmacht.domains.reader.datefigures import Figures
from rechenmacht.domains.reader.dateparts import Found
from rechenmacht.domains.reader.words import phrases, words

_REPORTED = 3  # month up to which what was in the year as a whole is told of the year before


class Spans(Figures):
    """Reads spans told from the article's day in one text."""

    def _span(self, i: int) -> Found | None:
        """Return the span that starts at token `i`."""
        if self.article is None:
            return None
        low = self._low(i)
        if low == "quarter":
            return self._this_quarter(i)
        if low == "halfway":
            return self._halfway(i)
        if low == "half":
            year = self._low(i + 1) in words("grammar.common.a") and self._low(i + 2) in tw.YEAR_WORDS
            return self._shift(i, i + 4, "month", -6) if year and self._low(i + 3) == "ago" else None
        return self._whole_year(i)

    def _this_year(self, i: int) -> int:
        """Return the year that is told of as a whole: the one before where it has only just ended."""
        year, month = (self.article.year, self.article.month) if self.article is not None else (1, 12)
        return year - (month <= _REPORTED and self._tense(i) == tenses.PAST)

    def _whole_year(self, i: int) -> Found | None:
        """Read `im Gesamtjahr`, `for the full year`."""
        low = self._low(i)
        if low in words("grammar.dates.whole_year"):
            told = self._year(i + 1)
            year = str(told or self._this_year(i))
            return Found(i, i + 2 if told else i + 1, year, year)
        full = low in words("grammar.dates.full") and self._low(i + 1) in tw.YEAR_WORDS
        if not full or words("grammar.dates.for").isdisjoint({self._low(i - 1), self._low(i - 2)}):
            return None
        year = str(self._this_year(i))
        return Found(i, i + 2, year, year) if self._year_behind(i + 2)[1] is None else None

    def _halfway(self, i: int) -> Found | None:
        """Read `halfway through the year`, `halfway through 2026`."""
        if self._low(i + 1) not in words("grammar.dates.halfway"):
            return None
        told = self._year(i + 2)
        if told:
            return Found(i, i + 3, *tw.year_part(told, 1))
        here = self.article is not None and self._low(i + 3) in tw.YEAR_WORDS
        return Found(i, i + 4, *tw.year_part(self.article.year, 1)) if self.article is not None and here else None

    def _this_quarter(self, i: int) -> Found | None:
        """Read `the quarter now under way`, `the quarter just ended`."""
        behind = (self._low(i + 1), self._low(i + 2))
        if self._low(i - 1) != "the":
            return None
        if behind in phrases("grammar.dates.under_way"):
            return self._shift(i, i + 3, "quarter", 0)
        return self._shift(i, i + 3, "quarter", -1) if behind in phrases("grammar.dates.just_ended") else None
