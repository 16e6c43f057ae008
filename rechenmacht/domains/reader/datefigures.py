"""Dates that begin with a figure: `15. September 2024`, `2025-09-30`, `2019 bis 2025`, `2030er-Jahre`."""

from __future__ import annotations

from rechenmacht.domains.reader import timewords as tw
from rechenmacht.domains.reader.dateparts import Found, Parts, year_of
from rechenmacht.domains.reader.lexicon import EN_CARDINALS
from rechenmacht.domains.reader.units import PERIOD
from rechenmacht.domains.reader.words import phrases, words

_ISO = 3


_NOT_A_YEAR_BEFORE = words("grammar.dates.about")
_YEARISH = (1900, 2100)


class Figures(Parts):
    """Reads dates that begin with a figure."""

    def _figure(self, i: int) -> Found | None:
        token = self.tokens[i]
        text = token.text
        german = token.lang == "de" and text.count(".") == 1 and self._low(i + 1) == "." and len(text) < 6
        if text.count(".") == 2 or german:
            found = self._dotted(i)
            if found is not None:
                return found
        if self._low(i + 1) in {"-", "/"} and self.tokens[i + 1].glued:
            found = self._iso(i)
            if found is not None:
                return found
        if text.isdigit() and len(text) <= 2:
            return self._day(i) or self._german_quarter(i) or self._short_decade(i)
        year = year_of(token)
        return self._plain_year(i, year) if year else None

    def _dotted(self, i: int) -> Found | None:
        parts = [int(part) for part in self.tokens[i].text.split(".") if part.isdigit()]
        last = i + 1
        if len(parts) == 2:
            follow = self._year(i + 2)
            last = i + 3 if follow else i + 2
            guess = (
                follow or tw.nearest_year(parts[1], self.article, future=self._future(i))
                if 1 <= parts[1] <= 12
                else None
            )
            if guess is None:
                return None
            parts.append(guess)
        if len(parts) != 3:
            return None
        year = parts[2] + (2000 if parts[2] < 100 else 0)
        iso = tw.day(year, parts[1], parts[0]) if _YEARISH[0] <= year <= _YEARISH[1] else None
        return Found(i, last, iso, iso) if iso else None

    def _iso(self, i: int) -> Found | None:
        pieces, j = [self.tokens[i].text], i + 1
        while len(pieces) < _ISO and j + 1 < len(self.tokens) and self.tokens[j].text == self._low(i + 1):
            if self.tokens[j + 1].kind != "n" or not self.tokens[j + 1].glued:
                break
            pieces.append(self.tokens[j + 1].text)
            j += 2
        if not all(piece.isdigit() for piece in pieces):
            return None
        if len(pieces) == _ISO:
            return self._full(i, j, pieces)
        return self._two_years(i, j, pieces[1]) if len(pieces) == 2 else None

    def _full(self, i: int, j: int, pieces: list[str]) -> Found | None:
        """Read `2025-09-30`, `9/30/2025`, `30/9/2025`."""
        numbers = [int(piece) for piece in pieces]
        if len(pieces[0]) == 4:
            iso = tw.day(*numbers)
        elif len(pieces[2]) == 4:
            month, day = (0, 1) if self.tokens[i].lang == "en" else (1, 0)
            iso = tw.day(numbers[2], numbers[month], numbers[day])
        else:
            return None
        return Found(i, j, iso, iso) if iso else None

    def _two_years(self, i: int, j: int, second: str) -> Found | None:
        """Read `2025/26`, `2019-25`, `2025-09`."""
        first, number = year_of(self.tokens[i]), int(second)
        if not first or len(second) != 2:
            return None
        if number == (first + 1) % 100:
            return Found(i, j, str(first), str(first + 1))
        if self._low(i + 1) != "-" or first % 100 >= number:
            return None
        if 1 <= number <= 12:
            return Found(i, j, f"{first}-{number:02d}", f"{first}-{number:02d}")
        return Found(i, j, str(first), str(first // 100 * 100 + number))

    def _plain_year(self, i: int, year: int) -> Found | None:
        decade = self._decade(i, year)
        if decade is not None:
            return decade
        if self._low(i + 1) == "er":
            return None
        if self._low(i + 1) in words("grammar.relations.owner"):
            return Found(i, i + 1, str(year), str(year))
        if self._counted(i):
            return None
        second = self._range_end(i)
        if second:
            return Found(i, second, str(year), self.tokens[second - 1].text)
        return Found(i, i + 1, str(year), str(year))

    def _decade(self, i: int, year: int) -> Found | None:
        """Read `2030er-Jahre`, `the 2030s`, `2030-er Jahre`."""
        after, follow, years = self.tokens[i + 1 : i + 2], self._low(i + 1), words("grammar.dates.years")
        if year % 10 or not after:
            return None
        if after[0].glued and follow in words("grammar.dates.decade_ends"):
            last = i + 2
            if self._low(last) == "-" and self._low(last + 1) in years:
                last += 2
            elif self._low(last) in years:
                last += 1
            return Found(i, last, *tw.decade(year))
        if follow in {"-", "–"} and self._low(i + 2) == "er":
            return Found(i, i + 5 if self._low(i + 4) in years else i + 3, *tw.decade(year))
        return None

    def _range_end(self, i: int) -> int | None:
        """Return the place behind the second year of `2019 bis 2025`, `2019–2025`, `zwischen 2019 und 2025`."""
        follow, before = self._low(i + 1), self._low(i - 1)
        later = self._year(i + 2)
        year = year_of(self.tokens[i])
        if later is None or year is None or later <= year:
            return None
        to = follow in words("grammar.dates.to") and before not in words("grammar.dates.since")
        through = follow in words("grammar.dates.through") and before == "from"
        if follow in {"-", "–", "—"} or to or through:
            return i + 3
        if (before, follow) in phrases("grammar.amounts.between"):
            return i + 3
        return None

    def _counted(self, i: int) -> bool:
        """Whether a four-figure number counts something, so that it is no year."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if after is not None and after.sentence == self.tokens[i].sentence and (
            after.low in self.counts or after.text in self.counts or after.text in "%°×"
        ):  # fmt: skip
            return not (after.lang == "en" and after.low in words("grammar.dates.no_year_behind"))
        return self._low(i - 1) in _NOT_A_YEAR_BEFORE or self._low(i - 1) in {"$", "€", "£"}

    def _day(self, i: int) -> Found | None:
        """Read `15. September 2024`, `15 September`, `15th of September`."""
        j, number = i + 1, int(self.tokens[i].text)
        if self._low(j) in words("grammar.dates.day_ends") and self.tokens[j].glued:
            j += 1
        if self._low(j) == "of":
            j += 1
        month = self._month_number(j)
        if month is None or not 1 <= number <= 31:
            return None
        last = j + 1
        if self._low(last) == "." and self._low(j) in tw.MONTHS_SHORT:
            last += 1
        if self._low(last) == "," and self._year(last + 1):
            last += 1
        year = self._year(last)
        guess = year or tw.nearest_year(month, self.article, future=False)
        if guess is None:
            return Found(i, last, f"--{month:02d}-{number:02d}", f"--{month:02d}-{number:02d}")
        iso = tw.day(guess, month, number)
        return Found(i, last + 1 if year else last, iso, iso) if iso else None

    def _german_quarter(self, i: int) -> Found | None:
        """Read `4. Quartal 2027`, `1. Halbjahr`, `3rd quarter`."""
        number = int(self.tokens[i].text)
        j = i + 2 if self._low(i + 1) in words("grammar.dates.day_ends") and self.tokens[i + 1].glued else i + 1
        return self._period(i, j, number) if j > i + 1 else None

    def _short_decade(self, i: int) -> Found | None:
        """Read `90er-Jahre`, `the 1990s` in short."""
        value = int(self.tokens[i].text)
        english = self._low(i + 1) == "s" and self._low(i - 1) in words("grammar.dates.between_month")
        if english and value % 10 == 0 and value >= 20 and self.tokens[i + 1].glued:
            return Found(i, i + 2, *tw.decade(value + (1900 if value >= 40 else 2000)))
        if value % 10 or len(self.tokens[i].text) != 2 or self._low(i + 1) != "er" or not self.tokens[i + 1].glued:
            return None
        j = i + 3 if self._low(i + 2) == "-" else i + 2
        if self._low(j) not in words("grammar.dates.years"):
            return None
        return Found(i, j + 1, *tw.decade(value + (1900 if value >= 40 else 2000)))

    def _ago_english(self, i: int) -> Found | None:
        """Read `two years ago`, `a year earlier`, `a week ago` (a day then)."""
        if self.article is None or self._low(i + 2) not in words("grammar.dates.ago"):
            return None
        unit = PERIOD.get(self._low(i + 1).removesuffix("s"), "decade" if self._low(i + 1).startswith("decade") else "")
        count = EN_CARDINALS.get(self._low(i), 1)
        if unit == "decade":
            return self._shift(i, i + 3, "year", -10 * count)
        if unit == "week":
            text = tw.shifted(self.article, "week", -count)
            return Found(i, i + 3, text, text)
        return self._shift(i, i + 3, unit, -count) if unit in {"year", "month", "week", "day"} else None
