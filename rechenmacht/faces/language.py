"""Texts and numbers for readers, in English and German.

Texts stand in `locales/<code>.toml` and, one file a domain, in `locales/<code>/`; each key in both
languages. Numbers, dates and units are written as a newspaper of that language writes them: 5.05 million H100e,
5,05 Mio. H100e.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from rechenmacht.dates import span
from rechenmacht.errors import BadInput

LANGUAGES = ("en", "de")
LOCALES = Path(__file__).parent / "locales"
SPACE = "\u00a0"  # keeps a number and its unit on one line
SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_D3_LOCALE = {"en": "en-US", "de": "de-DE"}
# A unit and the larger ones it is written in: (at least, unit).
_SCALED = {
    "MW": ((1e3, "GW"), (1.0, "MW")),
    "kW": ((1e6, "GW"), (1e3, "MW"), (1.0, "kW")),
    "W": ((1e9, "GW"), (1e6, "MW"), (1e3, "kW"), (1.0, "W")),
}
_MONEY = ("USD", "EUR", "CNY")


def _significant(value: float, digits: int) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: str(value)}
    return found


@dataclass(frozen=True)
class Language:
    """One language: its texts by dotted key, and how it writes numbers.

    `notes` translates notes and reasons of the fact base (`parameter.<name>`, `reason.<scenario>.<parameter>`, for a
    lever with `@<quarter>`); they are in English there, so English has none.
    """

    code: str
    texts: dict[str, str]
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def d3_locale(self) -> str:
        """The name of the d3 number and time format, such as `de-DE`."""
        return _D3_LOCALE[self.code]

    def text(self, key: str, **values: object) -> str:
        """Return the text of a key with its placeholders filled.

        Raises:
            KeyError: if there is no such text (a fault of the code, not of input).
        """
        found = self.texts[key]
        return found.format(**values) if values else found

    def maybe(self, key: str) -> str | None:
        """Return the text of a key, or None if there is none."""
        return self.texts.get(key)

    def pick(self, row: object, attribute: str) -> str:
        """Return the language's column of a two-language record: `pick(entity, "name")` reads `name_de`."""
        return cast("str", getattr(row, f"{attribute}_{self.code}"))

    def number(self, value: float, digits: int = 3) -> str:
        """Write a plain number to `digits` significant digits: 1,980 or 1.980; 2.1 × 10²⁵ from 10¹⁵ on."""
        if math.isnan(value):
            return self.text("number.unknown")
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        size = abs(value)
        if size >= 1e15 or 0 < size < 1e-4:
            power = math.floor(math.log10(size))
            factor = self.number(value / 10**power, digits)
            return f"{factor}{SPACE}×{SPACE}10{str(power).translate(SUPERSCRIPT)}"
        rounded = _significant(value, digits)
        places = 0 if rounded == 0 else max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
        pattern = "#,##0." + "#" * places if places else "#,##0"
        return format_decimal(rounded, format=pattern, locale=self.code).replace("-", "−")

    def _scale(self, value: float, digits: int, money: bool) -> tuple[float, str]:
        rounded = abs(_significant(value, digits))
        for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
            if size <= rounded < 1e15:
                return size, self.text(f"number.money_{word}" if money else f"number.{word}")
        return 1.0, ""

    def big(self, value: float, digits: int = 3, *, money: bool = False) -> str:
        """Write a number in words from a million on: 5.05 million, 5,05 Mio."""
        size, word = self._scale(value, digits, money)
        written = self.number(value / size, digits)
        return f"{written}{SPACE}{word}" if word else written

    def _unit(self, unit: str, value: float) -> tuple[float, str]:
        """Return the factor and the name of the unit in which a value is written."""
        for size, larger in _SCALED.get(unit, ()):
            if abs(value) >= size:
                return size, larger
        return 1.0, self.texts.get(f"unit.{unit}", unit)

    def amount(self, value: float, unit: str, digits: int = 3) -> str:
        """Write a value with its unit, scaled as people say it.

        Args:
            value: in `unit`.
            unit: a unit of the fact base; `share` and `percent` are written in percent, `1` and `count` bare.
            digits: significant digits.
        """
        if unit == "share":
            return self.percent(value, digits)
        size, name = self._unit(unit, value)
        written = self.big(value / size, digits, money=unit in _MONEY)
        return f"{written}{SPACE}{name}" if name else written

    def percent(self, share: float, digits: int = 3) -> str:
        """Write a share (0 to 1) in percent: 12.3%, 12,3 %."""
        if not math.isfinite(share):
            return self.number(share)
        places = max(0, digits - 1 - math.floor(math.log10(max(abs(share) * 100, 1e-9)))) if share else 0
        rounded = round(share * 100, min(places, 2))
        return self.text("number.percent", n=self.number(rounded, max(digits, 2)))

    def band(self, low: float, high: float, unit: str, digits: int = 3) -> str:
        """Write a range, with scale and unit once where the upper end's suit both: 0.81–1.4 million H100e."""
        if unit == "share":
            second = self.percent(high, digits)
            first = self.percent(low, digits).removesuffix(self.text("number.percent", n=""))
            return self._range(first, second, low)
        size, name = self._unit(unit, high)
        money = unit in _MONEY
        scale, word = self._scale(high / size, digits, money)
        shared = low == 0 or abs(low) * 1000 >= abs(high) or not word
        if not shared or abs(high) >= 1e15 or (low < 0 < high and abs(low) > high):
            return self.text("number.to", low=self.amount(low, unit, digits), high=self.amount(high, unit, digits))
        ends = (self.number(low / size / scale, digits), self.number(high / size / scale, digits))
        return SPACE.join(part for part in (self._range(*ends, low), word, name) if part)

    def estimate(self, low: float, middle: float, high: float, unit: str, digits: int = 3) -> str:
        """Write a value with its range, scale and unit once, as they suit the value: 1.4 (0.8–2.1) million H100e."""
        ends = (low, middle, high)
        if unit == "share" or not all(map(math.isfinite, ends)) or max(map(abs, ends)) >= 1e15:
            return self.text(
                "number.with_band", n=self.amount(middle, unit, digits), band=self.band(low, high, unit, digits)
            )
        largest = max(abs(low), abs(high))
        size, name = self._unit(unit, largest if abs(middle) * 1000 < largest else middle)
        scale, word = self._scale((largest if abs(middle) * 1000 < largest else middle) / size, digits, unit in _MONEY)
        first, second, third = (self.number(one / size / scale, digits) for one in ends)
        written = self.text("number.with_band", n=second, band=self._range(first, third, low))
        return SPACE.join(part for part in (written, word, name) if part)

    def _range(self, first: str, second: str, low: float) -> str:
        return self.text("number.to", low=first, high=second) if low < 0 else f"{first}–{second}"

    def times(self, factor: float, digits: int = 2) -> str:
        """Write a ratio: 7.4 times is `7.4`; only the number, since the words around it differ."""
        return self.number(factor, digits)

    def date(self, text: str) -> str:
        """Write a partial date: 22 April 2026, Q3 2024, 2025."""
        if not text:
            return self.text("date.unknown")
        day = span(text)[0]
        if "Q" in text:
            return self.text("date.quarter", year=text[:4], quarter=text[-1])
        pattern = {4: "yyyy", 7: "MMMM yyyy"}.get(len(text)) or self.text("date.day")
        return format_date(day, format=pattern, locale=Locale(self.code))

    def at_end(self, quarter: str) -> str:
        """Write the end of a quarter: end of 2025, end of Q2 2025."""
        if quarter.endswith("Q4"):
            return self.text("date.year_end", year=quarter[:4])
        return self.text("date.quarter_end", quarter=self.date(quarter))

    def listed(self, parts: Sequence[str]) -> str:
        """Join words: a, b and c."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.text('number.and')} {parts[-1]}"

    def axis_expression(self, unit: str) -> str:
        """Return the Vega expression that labels an axis in the unit: `10 million`, `5 GW`, `20%`."""
        if unit == "share":
            return f"format(datum.value * 100, ',.3~r') + '{self.text('number.percent', n='')}'"
        value = "(datum.value / 1000)" if unit == "MW" else "datum.value"
        expression = f"format({value}, ',.3~r')"
        for scale, word in ((1e6, "million"), (1e9, "billion"), (1e12, "trillion")):
            label = self.text(f"number.money_{word}" if unit in _MONEY else f"number.{word}")
            larger = f"format({value} / {scale:g}, ',.3~r') + '\u00a0{label}'"
            expression = f"abs({value}) >= {scale:g} ? {larger} : ({expression})"
        return expression

    def axis_unit(self, unit: str) -> str:
        """Return the name of the unit that an axis shows: MW are shown as GW."""
        return "GW" if unit == "MW" else self.texts.get(f"unit.{unit}", unit)


@cache
def language(code: str) -> Language:
    """Return a language by its code.

    Raises:
        BadInput: if there is none.
    """
    if code not in LANGUAGES:
        raise BadInput(f"no language {code!r}; known: {', '.join(LANGUAGES)}")
    texts: dict[str, str] = {}
    for path in (LOCALES / f"{code}.toml", *sorted((LOCALES / code).glob("*.toml"))):
        texts |= _read(path)
    return Language(code, texts, _read(LOCALES / f"notes.{code}.toml"))


def _read(path: Path) -> dict[str, str]:
    return _flat(tomllib.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def placeholders(text: str) -> Iterable[str]:
    """Return the names in braces of a text, in order."""
    import string

    return [name for _, name, _, _ in string.Formatter().parse(text) if name]
