"""Dates and references to time: `Mitte 2027`, `seit Herbst 2024`, `Q3 2025`, `im vergangenen Jahr`."""

from __future__ import annotations

from datetime import date

from rechenmacht.domains.reader import tenses
from rechenmacht.domains.reader import timewords as tw
from rechenmacht.domains.reader.dateparts import Found
from rechenmacht.domains.reader.datespans import Spans
from rechenmacht.domains.reader.lexicon import EN_CARDINALS, EN_ORDINAL, german_cardinal, german_ordinal, small_count
from rechenmacht.domains.reader.names import is_year
from rechenmacht.domains.reader.units import PERIOD
from rechenmacht.domains.reader.words import phrases, words

_EARLY = 11  # a year that has come no further than this month has no end to look back on
_BEFORE_MONTH = words("grammar.dates.before_month")


class Dates(Spans):
    """Reads dates in one text against the date of the article."""

    def at(self, i: int) -> Found | None:
        """Return the date that starts at token `i`."""
        token = self.tokens[i]
        if token.name:
            return None
        if token.kind == "n":
            return self._figure(i)
        if token.kind != "w":
            return None
        low = token.low
        if low in tw.PARTS:
            return self._part(i)
        if low in tw.MONTHS or (low in tw.MONTHS_SHORT and token.text[0].isupper()):
            return self._month(i)
        if low in tw.SEASONS:
            return self._season(i)
        if low in tw.HOLIDAYS and token.text[0].isupper():
            return self._month_alone(i, i + 1, tw.HOLIDAYS[low])
        if low in tw.RELATIVE:
            return self._relative(i)
        return self._other(i)

    def _part(self, i: int) -> Found | None:
        """Read `Mitte 2027`, `late 2025`, `Ende September`, `the end of 2025`, `Anfang der 2030er-Jahre`."""
        part = tw.PARTS[self._low(i)]
        j = i + 1
        plain = self._low(i) in words("grammar.dates.parts_with_of")
        if self._low(j) == "-":
            j += 1
        if self._low(j) == "of" or (self._low(j) in words("grammar.dates.of_part") and self.tokens[i].lang == "de"):
            j += 1
            plain = False
            while self._low(j) in words("grammar.dates.before_part") and j < i + 5:
                j += 1
        elif plain:
            return None
        return self._part_of(i, j, part)

    def _part_of(self, i: int, j: int, part: int) -> Found | None:
        """Return a third of the year, month or decade that stands at `j`."""
        year, month = self._year(j), self._month_number(j)
        if year is not None:
            return self._part_of_year(i, j, year, part)
        if month:
            at = self._year(j + 1)
            guess = at or tw.nearest_year(month, self.article, future=self._future(i))
            if guess is None:
                return Found(i, j + 1, f"--{month:02d}", f"--{month:02d}")
            return Found(i, j + 2 if at else j + 1, *tw.month_part(guess, month, part))
        return self._part_of_relative(i, j, part) if self.article is not None else None

    def _part_of_year(self, i: int, j: int, year: int, part: int) -> Found:
        if self._low(j + 1) in words("grammar.dates.decade_ends") and self.tokens[j + 1].glued and year % 10 == 0:
            whole = self._plain_year(j, year)
            return Found(i, whole.last if whole else j + 2, *tw.decade(year, part))
        if self._low(j + 1) in {"/", "-"} and (nested := self._iso(j)):
            return Found(i, nested.last, nested.low, nested.high)
        return Found(i, j + 1, *tw.year_part(year, part))

    def _part_of_relative(self, i: int, j: int, part: int) -> Found | None:
        """Read `Ende des vergangenen Jahres`, `early this decade`."""
        if self.article is None:
            return None
        j += self._low(j) in tw.RELATIVE and self.tokens[j].lang == "de"
        inner = {self._low(k) for k in range(i, j + 1)}
        shift = next((tw.RELATIVE[word] for word in inner if word in tw.RELATIVE), 0)
        if inner & words("grammar.dates.decade"):
            return Found(i, j + 1, *tw.decade((self.article.year // 10 + shift) * 10, part))
        if self._low(j - 1) == "this" and self._low(j) == "one":
            return Found(i, j + 1, *tw.year_part(self.article.year, part))  # `by the end of this one`
        here = self._low(j) in words("grammar.dates.year_of")
        if here or self._low(j - 1) in words("grammar.dates.year_of"):
            return Found(i, j + 1 if here else j, *tw.year_part(self.article.year + shift, part))
        return None

    def _month(self, i: int) -> Found | None:
        low = self._low(i)
        month, j = tw.MONTHS.get(low) or tw.MONTHS_SHORT[low], i + 1
        if self._low(j) == "." and low in tw.MONTHS_SHORT:
            j += 1
        if not self._names_month(i, j):
            return None
        found = self._english_day(i, j, month) if self._is_day(j) else None
        if found is not None:
            return found
        if self._low(j) in words("grammar.dates.comma_of") and self._year(j + 1) and self.tokens[i].lang == "en":
            j += 1
        return self._months(i, j, month) or self._month_alone(i, j, month)

    def _months(self, i: int, j: int, month: int) -> Found | None:
        """Read `April to June 2025` from its second word on."""
        second = self._month_number(j + 1)
        linked = self._low(j) in words("grammar.dates.span")
        if not second or not linked or second <= month:
            return None
        year, told = self._year(j + 2), self._low(j) in words("grammar.dates.until_month")
        if year:
            return Found(i, j + 3, *tw.month_span(year, month, second))
        opens = (self._low(i - 1), self._low(j)) in phrases("grammar.amounts.between")
        if self.article is None or not (opens or (told and self._low(i - 1) in words("grammar.dates.from_month"))):
            return None
        year = self.article.year - (month > self.article.month and not self._ahead(i))
        return Found(i, j + 2, *tw.month_span(year, month, second))

    def _ahead(self, i: int) -> bool:
        """Whether the sentence looks ahead by a verb, not only by the `bis` of a span."""
        sentence = self.tokens[i].sentence
        near = {t.low for t in self.tokens[max(0, i - 8) : i + 12] if t.sentence == sentence}
        return bool(near & words("grammar.dates.future"))

    def _month_alone(self, i: int, j: int, month: int) -> Found:
        """Return one month, with its year where it has one."""
        year = self._year(j)
        if year and (is_year(self.tokens[j].text) or not self._counted(j)):  # `im November 2024 Firmen`
            return Found(i, j + 1, *tw.month_span(year, month))
        guess = tw.nearest_year(month, self.article, future=self._future(i))
        last, shift = self._year_named(j)
        if shift is not None and self.article is not None:
            guess = self.article.year + shift
        text = f"{guess:04d}-{month:02d}" if guess else f"--{month:02d}"
        return Found(i, last if shift is not None else i + 1, text, text)

    def _year_named(self, j: int) -> tuple[int, int | None]:
        """Return the place behind `of the next year`, `des Folgejahres` at `j`, and how far that year is away."""
        k = j
        while self._low(k) in words("grammar.dates.before_year") and k < j + 4:
            k += 1
        said = [self._low(n) for n in range(j, k + 1)]
        if said[-1] in tw.FOLLOWING:
            return k + 1, tw.FOLLOWING[said[-1]]
        shift = next((tw.RELATIVE[word] for word in said if word in tw.RELATIVE), None)
        if shift is None or not tw.YEAR_WORDS & {*said}:
            return j, None
        return k + (said[-1] in tw.YEAR_WORDS), shift

    def _names_month(self, i: int, j: int) -> bool:
        """Whether a word that can be a month is one: `May` and `March` need a date beside them, short forms too."""
        low, capital = self._low(i), self.tokens[i].text[0].isupper()
        dated = bool(self._year(j)) or self._is_day(j) or (self._low(j) == "of" and bool(self._year(j + 1)))
        if low in words("grammar.dates.ambiguous_months") and not (dated or self._low(i - 1) in _BEFORE_MONTH):
            return False
        return capital and (low not in tw.MONTHS_SHORT or dated)

    def _is_day(self, j: int) -> bool:
        if j >= len(self.tokens):
            return False
        token = self.tokens[j]
        if token.kind != "n" or len(token.text) > 2 or not token.text.isdigit() or not 1 <= int(token.text) <= 31:
            return False
        after = self.tokens[j + 1] if j + 1 < len(self.tokens) else None
        return token.lang == "en" and (
            after is None or (after.text not in "%" and after.low not in words("grammar.dates.no_day_behind"))
        )

    def _english_day(self, i: int, j: int, month: int) -> Found | None:
        number, last = int(self.tokens[j].text), j + 1
        if self._low(last) in words("grammar.common.ordinal_ends") and self.tokens[last].glued:
            last += 1
        at = last + 1 if self._low(last) == "," else last
        year = self._year(at)
        if year and (is_year(self.tokens[at].text) or not self._counted(at)):
            last = at + 1
        guess = year or tw.nearest_year(month, self.article, future=self._future(i))
        if guess is None:
            return Found(i, last, f"--{month:02d}-{number:02d}", f"--{month:02d}-{number:02d}")
        iso = tw.day(guess, month, number)
        return Found(i, last, iso, iso) if iso else None

    def _season(self, i: int) -> Found | None:
        first, last_month = tw.SEASONS[self._low(i)]
        j, year = self._year_behind(i + 1)
        if self._year(i + 1):
            j, year = i + 2, self._year(i + 1)
        within = self._low(i - 2) in words("grammar.dates.within_season")
        told = within and self._low(i - 1) in words("grammar.dates.the")
        english = self._low(i) in words("grammar.dates.ambiguous_seasons") and self.tokens[i].lang == "en"
        if english and year is None and not told:
            return None
        if year is None and self.article and (told or self._low(i - 1) in words("grammar.dates.before_season")):
            year = self.article.year if first <= self.article.month or self._future(i) else self.article.year - 1
        return Found(i, j, *tw.month_span(year, first, last_month)) if year else None

    def _relative(self, i: int) -> Found | None:
        """Read `im vergangenen Jahr`, `last year`, `this quarter`, `nächste Woche`."""
        shift, name = tw.RELATIVE[self._low(i)], self._low(i + 1)
        if self.article is None:
            return None
        if name in tw.WEEKDAYS:
            iso = tw.weekday_before(self.article, tw.WEEKDAYS[name], future=shift > 0)
            return Found(i, i + 2, iso, iso)
        month = self._month_number(i + 1)
        if month:
            return self._relative_month(i, month, shift, self.article)
        if name in tw.SEASONS:
            year = self.article.year + (shift if shift > 0 or tw.SEASONS[name][0] >= self.article.month else 0)
            return Found(i, i + 2, *tw.month_span(year, *tw.SEASONS[name]))
        return self._relative_unit(i, tw.UNITS.get(name), shift)

    @staticmethod
    def _relative_month(i: int, month: int, shift: int, article: date) -> Found | None:
        """Read `last November`, `nächsten Mai`; said in that month, it is that of another year."""
        guess = tw.nearest_year(month, article, future=shift > 0)
        same = month == article.month and shift
        return Found(i, i + 2, *tw.month_span(guess + shift if same else guess, month)) if guess else None

    def _relative_unit(self, i: int, unit: str | None, shift: int) -> Found | None:
        """Read `last year`, `this quarter`, and `the last quarter of 2025`, which is no quarter told from today."""
        if unit is None or (unit in {"week"} and self._low(i) in {"previous"}) or self._somebodys(i, unit):
            return None
        if unit == "decade" and self._low(i) in words("grammar.dates.window") and self.article is not None:
            return Found(i, i + 2, str(self.article.year - 10), str(self.article.year))
        if unit == "quarter" and self._low(i).startswith(("last", "letzt")) and self._year_behind(i + 2)[0] > i + 2:
            return self._period(i, i + 1, 4)
        if self.article is not None and self._low(i + 1).endswith("s") and self._low(i + 2) in tw.PARTS:
            return self._end_of(i, unit, shift, self.article)
        return self._shift(i, i + 2, unit, shift)

    def _somebodys(self, i: int, unit: str) -> bool:
        """Whether a week or month is one before something else: `his last week in office`, `im letzten Monat vor`."""
        if unit not in {"week", "month"}:
            return False
        own = self._low(i - 1) in words("grammar.dates.owners")
        return own or self._low(i + 2) in words("grammar.dates.before_it")

    def _end_of(self, i: int, unit: str, shift: int, article: date) -> Found | None:
        """Read `this decade's end`, `next year's start`."""
        part = tw.PARTS[self._low(i + 2)]
        if unit == "decade":
            return Found(i, i + 3, *tw.decade((article.year // 10 + shift) * 10, part))
        return Found(i, i + 3, *tw.year_part(article.year + shift, part)) if unit == "year" else None

    def _other(self, i: int) -> Found | None:
        """Read quarters, fiscal years, ends of years, days of the week, and times told from the article's day."""
        for read in (self._quarterly, self._about_year, self._span, self._daily, self._before_now):
            found = read(i)
            if found is not None:
                return found
        return None

    def _quarterly(self, i: int) -> Found | None:
        low = self._low(i)
        figure = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if low in words("grammar.dates.short_periods") and figure is not None and figure.glued and figure.kind == "n":
            return self._short_period(i)
        return self._fiscal(i) if low in words("grammar.dates.fiscal") else None

    def _about_year(self, i: int) -> Found | None:
        """Read `zum Jahresende`, `year-end 2026`."""
        part = tw.PARTS_OF_YEAR.get(self._low(i))
        if part is None or self.article is None:
            return None
        year = self._year(i + 1)
        here = self.article.year - (part == 2 and self._passed(i, self.article))
        return Found(i, i + 2 if year else i + 1, *tw.year_part(year or here, part))

    def _passed(self, i: int, article: date) -> bool:
        """Whether a year's end without a year is that of the year before: `zum Jahresende waren es`, said in spring."""
        past = self._tense(i) == tenses.PAST
        return past and article.month <= _EARLY

    def _daily(self, i: int) -> Found | None:
        low = self._low(i)
        if self.article is None:
            return None
        if low in words("grammar.dates.days"):
            text = tw.shifted(self.article, "day", -2 if low == "vorgestern" else -1)
            return Found(i, i + 1, text, text)
        if low in tw.WEEKDAYS and self.tokens[i].text[0].isupper():
            iso = tw.weekday_before(self.article, tw.WEEKDAYS[low], future=False)
            return Found(i, i + 1, iso, iso)
        if low in words("grammar.dates.year_before"):
            return Found(i, i + 1, str(self.article.year - 1), str(self.article.year - 1))
        if low in words("grammar.dates.this_year"):
            return Found(i, i + 1, str(self.article.year), str(self.article.year))
        if low in tw.PERIOD_BEFORE:
            return self._shift(i, i + 1, tw.PERIOD_BEFORE[low], -1)
        return None

    def _before_now(self, i: int) -> Found | None:
        """Read `vor zwei Jahren`, `first six months of 2025`, `third quarter`, `a year ago`."""
        low, lang = self._low(i), self.tokens[i].lang
        if low in words("grammar.dates.ago_german") and lang == "de":
            return self._ago_german(i) if low == "vor" else None
        if low in words("grammar.dates.first") and (months := self._first_months(i)):
            return months
        number = (2 if low == "latter" else EN_ORDINAL.get(low)) if lang == "en" else german_ordinal(low)
        if number is not None and number <= 4:
            hyphen = self._low(i + 1) == "-" and self._low(i + 2) in words("grammar.dates.quarters")
            return self._period(i, i + 1 + hyphen, number)
        return self._ago_english(i) if low in EN_CARDINALS or low in words("grammar.common.a") else None

    def _first_months(self, i: int) -> Found | None:
        """Read `first six months of 2025`, `ersten neun Monaten des Jahres 2025`."""
        word = self._low(i + 1)
        count = small_count(word)
        if not count or not 1 <= count <= 12 or self._low(i + 2) not in words("grammar.dates.months"):
            return None
        last, year = self._year_behind(i + 3)
        if year is None and self.article is not None:  # `the first eleven months of the year`
            last = next((k + 1 for k in (i + 4, i + 5) if self._low(k) in tw.YEAR_WORDS), last)
            told = last > i + 4 or self._low(i + 3) in words("grammar.dates.marks")
            year = self.article.year if told else None
        return Found(i, last, *tw.month_span(year, 1, int(count))) if year else None

    def _short_period(self, i: int) -> Found | None:
        number, length = int(self.tokens[i + 1].text[:1]), 3 if self._low(i) == "q" else 6
        if len(self.tokens[i + 1].text) > 1 or not 1 <= number <= 12 // length:
            return None
        last, year = self._year_behind(i + 2)
        if year is None and self._low(i + 2) in {"/", "-"} and self._year(i + 3):
            last, year = i + 4, self._year(i + 3)
        if year is None and length == 3 and self.article is not None:
            year = self.article.year if 3 * (number - 1) < self.article.month - 1 else self.article.year - 1
        if year is None:
            return Found(i, i + 2, None, None) if length == 3 else None
        return Found(i, last, *tw.month_span(year, length * (number - 1) + 1, length * number))

    def _fiscal(self, i: int) -> Found | None:
        j = i + 2 if self._low(i + 1) == "year" else i + 1
        year = self._year(j)
        if year:
            if self._low(j + 1) == "/" and (nested := self._iso(j)):
                return Found(i, nested.last, nested.low, nested.high)
            return Found(i, j + 1, str(year), str(year))
        if self._low(i) == "fy" and j < len(self.tokens) and self.tokens[j].glued and len(self.tokens[j].text) == 2:
            return Found(i, j + 1, f"20{self.tokens[j].text}", f"20{self.tokens[j].text}")
        return None

    def _ago_german(self, i: int) -> Found | None:
        """Read `vor zwei Jahren`, `vor einem Jahr`."""
        word, unit = self._low(i + 1), PERIOD.get(self._low(i + 2).removesuffix("n").removesuffix("e"), "")
        unit = (
            unit
            or PERIOD.get(self._low(i + 2).removesuffix("en"), "")
            or PERIOD.get(self._low(i + 2).removesuffix("n"), "")
        )
        count = float(word) if word.isdigit() and len(word) < 4 else german_cardinal(word)
        if self.article is None or count is None or unit not in {"year", "month", "week", "day"} or count > 500:
            return None
        return self._shift(i, i + 3, unit, -int(count))


def _since(said: list[str]) -> bool:
    """Whether a date is that of a thing since which something is told: `seit dem Start im November 2022`."""
    return len(said) > 1 and said[-2] in words("grammar.dates.since_thing")


def bounded(found: Found, before: list[str]) -> tuple[Found, str]:
    """Open the date to one side where `seit`, `ab`, `bis`, `by` stand before it; return it with its hedge."""
    said = [word for word in before if word not in words("grammar.dates.skipped")]
    last = said[-1] if said else ""
    if last in words("grammar.dates.from") or _since(said):
        return Found(found.first, found.last, found.low, None), "at_least"
    if last in words("grammar.dates.until"):
        return Found(found.first, found.last, None, found.high), "up_to"
    return found, "exact"
