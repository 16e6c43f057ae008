"""An answer in a language: headings, sentences and cells; the only place where a number of an answer is written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from string import Formatter
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import NUMBERS, Column, Kind, columns, kind_of
from rechenmacht.answers.said import Said
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.faces.labels import parameter_label, series_name, subject_name, titled
from rechenmacht.faces.language import Language
from rechenmacht.faces.said import said as sentence
from rechenmacht.faces.said import worded

PLAIN = Kind("text")
WHOLE_FROM = 1e4  # of four digits nothing is left behind the point
LONGEST = 1e18  # beyond it all digits would be no number that anybody reads
FEW = 0.005  # share of draws below which, and above one less of which, they are counted
UNITED = frozenset({"amount", "quantity"})
SIGNS = {"+": "plus", "-": "less", "*": "times", "/": "over"}
Shown = Mapping[str, Any]


@cache
def _plural(code: str) -> Any:
    return Locale(code).plural_form


@lru_cache(10_000)
def _decimal(value: float, places: int, code: str) -> str:
    return format_decimal(value, format="#,##0" + ("." + "#" * places if places else ""), locale=code)


class _Written(Formatter):
    """Fills a text with values that are written already: what it says of a number's form is not for them."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        return value if isinstance(value, str) else super().format_field(value, format_spec)


WRITTEN = _Written()


@dataclass(frozen=True)
class Words:
    """Words of a language, with the names of the fact base."""

    language: Language
    base: Base

    def __post_init__(self) -> None:
        if added := getattr(self.base, "added", None):
            object.__setattr__(self, "language", titled(self.language, added))

    def text(self, key: str, **values: object) -> str:
        """Return a text; where it has plural forms, `n` chooses."""
        if self.language.maybe(key) is None and "n" in values:
            key = f"{key}.{_plural(self.language.code)(values['n'])}"
        return self.language.texts[key].format(**values)

    def note(self, note: Note) -> str:
        """Return a note as a sentence."""
        written = {key: self.cell(value, kind) for key, (value, kind) in note.values.items()}
        key = note.key
        if self.language.maybe(key) is None and "n" in note.values:
            key = f"{key}.{_plural(self.language.code)(note.values['n'][0])}"
        return self.language.texts[key].format(**written)

    def notes(self, answer: Answer) -> list[str]:
        """Return all notes of an answer: those that are results, then those that explain."""
        return [*map(self.note, answer.warnings), *self.results(answer), *self.legends(answer)]

    def results(self, answer: Answer) -> list[str]:
        """Return the notes that carry values."""
        return [self.note(note) for note in answer.notes if note.values]

    def legends(self, answer: Answer) -> list[str]:
        """Return the notes that explain, with what three figures in a cell are."""
        bands = any("median" in c.parts for table in answer.tables if table.parts for c in table.shown)
        bands = bands or any(isinstance(answer.values.get(key), dict) and "median" in answer.values[key]
                             for key in answer.show)  # fmt: skip
        explained = [self.note(note) for note in answer.notes if not note.values]
        return [*explained, *([self.text("note.bands")] if bands else [])]

    def lines(self, answer: Answer) -> list[tuple[str, str]]:
        """Return the values that people see: (what, how much)."""
        found, name = [], answer.question.name
        for key in answer.show:
            hint = answer.question.values.get(key, str)
            kind = kind_of(hint)
            label = self._named(f"value.{name}.{key}", f"value.{key}", f"column.{key}")
            found.append((self._united(label, kind), self.cell(answer.values.get(key), kind, answer.values)))
        return [(label, cell) for label, cell in found if cell]

    def error(self, error: BadInput) -> str:
        """Return an error as a sentence."""
        return worded(error, self.language)

    def heading(self, answer: Answer, table: Table, column: Column) -> str:
        """Return the heading of a column, with the unit that all its cells share."""
        if table.verbatim:
            return column.key
        own = f"column.{answer.question.name}.{table.name}.{column.key}"
        domain = f"column.{answer.question.name.partition('.')[0]}.{column.key}"
        return self._united(self._named(own, domain, f"column.{column.key}"), column.kind)

    def _named(self, *keys: str) -> str:
        return next((found for key in keys[:-1] if (found := self.language.maybe(key)) is not None), None) or self.text(
            keys[-1]
        )

    def _united(self, heading: str, kind: Kind) -> str:
        scale = self.language.maybe(f"scale.{kind.name}")
        unit = (
            kind.unit if kind.name in {"number", "significant", "exact", "count"} and kind.unit not in {"", "1"} else ""
        )
        shared = scale or (self.language.maybe(f"unit.{unit}") or unit)
        return f"{heading}, {shared}" if shared else heading

    def term(self, group: str, value: str) -> str:
        """Return the word of a vocabulary, or the value itself where the data brought its own."""
        return self.language.maybe(f"{group}.{value}") or value

    def cell(self, value: Any, kind: Kind, row: Shown | None = None, column: Column | None = None) -> str:
        """Return a cell as people read it."""
        if value is None or value == "" or (isinstance(value, list) and not value):
            return ""
        if kind.name == "rows":
            return self._rows(value, column)
        if isinstance(value, dict) and kind.name != "words":
            return self._parted(value, kind, row or {})
        if isinstance(value, Said) and kind.name == "text":
            return self.said(value)
        writer = getattr(self, f"_{kind.name}", None)
        return writer(value, kind, row or {}) if writer else str(value)

    def said(self, text: Said) -> str:
        """Return a text in this language; in English as it was made, and where neither locales nor pairs word it."""
        known = self.language.maybe(text.key) if text.key and self.language.code != "en" else None
        if known is None:
            return sentence(str(text), self.language.code)
        written = {key: self._part(value, text.forms.get(key, "")) for key, value in text.values.items()}
        try:
            return WRITTEN.vformat(known, (), written)
        except (KeyError, IndexError):
            return str(text)

    def _part(self, value: object, form: str = "") -> object:
        """Return a value of a text; a number whose English text has a fixed number of places has as many here."""
        if isinstance(value, Said):
            return self.said(value)
        fixed = re.fullmatch(r",?\.(\d)f", form)
        if fixed and isinstance(value, int | float) and math.isfinite(value):
            pattern = "#,##0" + ("." + "0" * int(fixed[1]) if int(fixed[1]) else "")
            return format_decimal(round(value, int(fixed[1])) + 0.0, format=pattern, locale=self.language.code)
        if isinstance(value, float):
            whole = value == round(value) or abs(value) >= WHOLE_FROM
            return self.number(value, 0) if whole else self.language.number(value, 4)
        return self.number(value, 0) if isinstance(value, int) and not isinstance(value, bool) else value

    def _parted(self, value: Shown, kind: Kind, row: Shown) -> str:
        """Write a band, an estimate, a range or quantiles."""
        if "median" in value:
            return " / ".join(self.cell(end, kind, row) for end in value.values())
        if "q50" in value or "value" in value:
            middle, keys = ("q50", ("q05", "q95")) if "q50" in value else ("value", ("low", "high"))
            low, high = (value[key] for key in keys)
            if low is not None and low == value[middle] == high:  # one draw, or the same in all: there is no range
                return self.cell(low, kind, row)
            if kind.name in UNITED and None not in {low, value[middle], high}:
                unit = kind.unit if kind.name == "amount" else "share" if row["unit"] == "1" else row["unit"]
                return self.language.estimate(low, value[middle], high, unit, kind.digits)
            known = self.cell(value[middle], kind, row)
            if low is None and high is None:
                return known
            if low is None or high is None:
                key = "number.at_most" if low is None else "number.at_least"
                ends = self.text(key, n=self.cell(high if low is None else low, kind, row))
            else:
                ends = self._between(low, high, kind, row)
            return self.text("number.with_band", n=known, band=ends) if known else ends
        return " – ".join(dict.fromkeys(self.cell(end, kind, row) for end in value.values()))

    def _between(self, low: float, high: float, kind: Kind, row: Shown) -> str:
        if kind.name in UNITED and math.isfinite(low) and math.isfinite(high):
            unit = kind.unit if kind.name == "amount" else row["unit"]
            return self.language.band(
                low, high, "share" if unit == "1" and kind.name == "quantity" else unit, kind.digits
            )
        return self.text("number.to", low=self.cell(low, kind, row), high=self.cell(high, kind, row))

    def _rows(self, rows: Sequence[Shown], column: Column | None) -> str:
        if column is None or column.inner is None:
            return ""
        inner = columns(column.inner)
        cells = ([self.cell(row.get(c.key), c.kind, row, c) for c in inner] for row in rows)
        return "; ".join(" ".join(cell for cell in line if cell) for line in cells)

    def number(self, value: float, places: int) -> str:
        """Write a number with as many places at most."""
        if not math.isfinite(value):
            return "" if math.isnan(value) else "∞" if value > 0 else "−∞"
        if abs(value) >= LONGEST:
            return self.language.number(value, 4)
        return _decimal(round(value, places) + 0.0, places, self.language.code).replace("-", "−")

    def _money(self, value: float, _kind: Kind, _row: Shown) -> str:
        billions = value / 1e9
        size = abs(billions)
        return self.number(billions, 0 if size >= 100 else 1 if size >= 1 else 2)

    def _share(self, value: float, _kind: Kind, _row: Shown) -> str:
        percent = value * 100
        if not math.isfinite(value):
            return ""
        return self.text("number.percent", n=self.number(percent, 1 if abs(percent) < 10 else 0))

    def _drawn(self, value: float, _kind: Kind, row: Shown) -> str:
        """Write a share of draws; none, all, and a handful are counted, so that no share is printed as certain."""
        draws = row["draws"]
        hits = round(value * draws)
        counted = {"n": self.number(hits, 0), "draws": self.number(draws, 0)}
        if hits in {0, draws} or min(value, 1 - value) < FEW:
            return self.text("number.no_draw" if not hits else "number.some_draws", **counted)
        return self.language.percent(value, 2)

    def _number(self, value: float, kind: Kind, _row: Shown) -> str:
        return self.number(value, kind.digits)

    def _significant(self, value: float, kind: Kind, _row: Shown) -> str:
        if not math.isfinite(value):
            return self.number(value, 0)
        return self.language.number(value, kind.digits)

    def _exact(self, value: float, kind: Kind, _row: Shown) -> str:
        rounded = float(f"{value:.{kind.digits}g}") if math.isfinite(value) else value
        return self.number(rounded, 12) if abs(rounded) < 1e15 else self.language.number(value, kind.digits)

    def _count(self, value: int, _kind: Kind, _row: Shown) -> str:
        return self.number(value, 0)

    def _amount(self, value: float, kind: Kind, _row: Shown) -> str:
        return self.language.amount(value, kind.unit, kind.digits)

    def _quantity(self, value: float, kind: Kind, row: Shown) -> str:
        if row["unit"] == "1":
            return self._share(value, kind, row)
        return self.language.amount(value, row["unit"], kind.digits)

    def _numbers(self, value: Sequence[float], kind: Kind, row: Shown) -> str:
        return "; ".join(self._exact(one, kind, row) for one in value)

    def _ids(self, value: Sequence[str], _kind: Kind, _row: Shown) -> str:
        return " ".join(value)

    def _texts(self, value: Sequence[str], _kind: Kind, _row: Shown) -> str:
        return "; ".join(value)

    def _flag(self, value: bool, _kind: Kind, _row: Shown) -> str:
        return self.text("flag.yes" if value else "flag.no")

    def _flags(self, value: Sequence[bool], kind: Kind, row: Shown) -> str:
        return "; ".join(self._flag(one, kind, row) for one in value)

    def _day(self, value: str, _kind: Kind, _row: Shown) -> str:
        return value

    def _quarter(self, value: str, _kind: Kind, _row: Shown) -> str:
        return self.language.date(value)

    def _year_end(self, value: str, _kind: Kind, _row: Shown) -> str:
        return self.language.at_end(value)

    def _org(self, value: str, _kind: Kind, _row: Shown) -> str:
        if ":" not in value:
            return self.term("other", value.replace(" ", "_")) if " " in value else value
        return subject_name(self.base, self.language, value)

    def _orgs(self, value: Sequence[str], kind: Kind, row: Shown) -> str:
        return "; ".join(self._org(one, kind, row) for one in value)

    def _deals(self, value: Sequence[str], _kind: Kind, _row: Shown) -> str:
        return "; ".join(self._deal(one) for one in value)

    def _deal(self, one: str) -> str:
        deal = next((deal for deal in self.base.tables.deals if deal.id == one), None)
        if deal is None:
            return one
        payer, payee = (subject_name(self.base, self.language, end) for end in (deal.payer, deal.payee))
        return f"{payer} → {payee}, {self.language.date(deal.date)}"

    def _levers(self, value: str, kind: Kind, _row: Shown) -> str:
        return "; ".join(self._lever(one, kind.group) for one in value.split())

    def _lever(self, text: str, group: str) -> str:
        """Write `revenue.openai=0.5` in words, and a lever without a value by its name."""
        key, _, written = text.partition("=")
        lever, _, firm = key.partition(".")
        name = self.language.maybe(f"{group}_name.{lever}")
        if name is None:
            return text
        if written:
            value = float(written)
            name = self.text(f"{group}.{lever}", n=self.number(value, 4), percent=self.number(value * 100, 2))
        return f"{subject_name(self.base, self.language, f'org:{firm}')}: {name}" if firm else name

    def _term(self, value: str, kind: Kind, _row: Shown) -> str:
        return self.term(kind.group, value)

    def _terms(self, value: Sequence[str], kind: Kind, _row: Shown) -> str:
        return ", ".join(self.term(kind.group, one) for one in value)

    def _words(self, value: Mapping[str, str], _kind: Kind, _row: Shown) -> str:
        return value[self.language.code]

    def _measured(self, value: str, _kind: Kind, _row: Shown) -> str:
        quantity = self.base.quantities.get(value)
        return f"{self.language.pick(quantity, 'name')} ({value})" if quantity else value

    def _parameter(self, value: str, _kind: Kind, _row: Shown) -> str:
        label = parameter_label(self.base, self.language, value)
        return value if label == value else f"{label} ({value})"

    def _outcome(self, value: str, _kind: Kind, _row: Shown) -> str:
        from rechenmacht.domains.uncertainty.expressions import WORDED, written

        if not WORDED.match(value):
            variable, region, quarter = value.split("@")
            return f"{series_name(self.language, variable, region)}, {self.language.at_end(quarter)}"
        words = written(value, "outcome")
        parts = [self._asked(words.terms[0])]
        for sign, term in zip(words.signs, words.terms[1:], strict=True):
            parts += [self.text(f"quantity_sign.{SIGNS[sign]}"), self._asked(term)]
        if words.factor != 1:
            parts += [self.text("quantity_sign.times"), self.language.number(words.factor)]
        bar = f" {words.side} {self.language.big(words.bar, 6)}" if words.side else ""
        return " ".join(parts) + bar

    def _asked(self, term: Any) -> str:
        """Write a term of a quantity: the series, and what of it is meant."""
        if term.kind == "end":
            return self._outcome(f"{term.variable}@{term.region}@{term.first}", PLAIN, {})
        name = series_name(self.language, term.variable, term.region)
        return self.text(f"quantity_term.{term.kind}", what=name, first=term.first, last=term.last)

    def _region(self, value: str, _kind: Kind, _row: Shown) -> str:
        from rechenmacht.domains.race.outcomes import REGION

        codes = {shown: code for code, shown in REGION.items()}
        return self.term("region", codes.get(value, value))

    def _variable(self, value: str, _kind: Kind, _row: Shown) -> str:
        return series_name(self.language, value, "World").removeprefix(f"{self.text('region.world')}, ")


__all__ = ["NUMBERS", "PLAIN", "Words", "worded"]
