"""An answer in a language: headings, sentences and cells; the only place where a number of an answer is written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Column, Kind
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.faces.labels import subject_name
from rechenmacht.faces.language import Language

PLAIN = Kind("text")
NUMBERS = frozenset({"money", "share", "ratio", "number", "significant", "count", "quantity"})


@cache
def _plural(code: str) -> Any:
    return Locale(code).plural_form


@lru_cache(10_000)
def _decimal(value: float, places: int, code: str) -> str:
    return format_decimal(value, format="#,##0" + ("." + "#" * places if places else ""), locale=code)


@dataclass(frozen=True)
class Words:
    """Words of a language, with the names of the fact base."""

    language: Language
    base: Base

    def text(self, key: str, **values: object) -> str:
        """Return a text; where it has plural forms, `n` chooses."""
        if self.language.maybe(key) is None:
            key = f"{key}.{_plural(self.language.code)(values['n'])}"
        return self.language.texts[key].format(**values)

    def note(self, note: Note) -> str:
        """Return a note as a sentence."""
        written = {key: self.cell(value, kind) for key, (value, kind) in note.values.items()}
        key = note.key
        if self.language.maybe(key) is None:
            key = f"{key}.{_plural(self.language.code)(note.values['n'][0])}"
        return self.language.texts[key].format(**written)

    def notes(self, answer: Answer) -> list[str]:
        """Return all notes of an answer, with what its bands are."""
        bands = any("median" in c.parts for table in answer.tables if table.parts for c in table.shown)
        return [*map(self.note, answer.notes), *([self.text("note.bands")] if bands else [])]

    def error(self, error: BadInput) -> str:
        """Return an error as a sentence."""
        known = self.language.maybe(error.key) if error.key else None
        return known.format(**error.values) if known else str(error)

    def heading(self, answer: Answer, table: Table, column: Column) -> str:
        """Return the heading of a column, with the unit that all its cells share."""
        own = self.language.maybe(f"column.{answer.question.name}.{table.name}.{column.key}")
        found = own or self.text(f"column.{column.key}")
        scale = self.language.maybe(f"scale.{column.kind.name}")
        return f"{found}, {scale}" if scale else found

    def term(self, group: str, value: str) -> str:
        """Return the word of a vocabulary, or the value itself where the data brought its own."""
        return self.language.maybe(f"{group}.{value}") or value

    def cell(self, value: Any, kind: Kind, row: Mapping[str, Any] | None = None) -> str:
        """Return a cell as people read it."""
        if value is None or value == "":
            return ""
        if isinstance(value, dict) and kind.name != "words":
            parts = [self.cell(end, kind, row) for end in value.values()]
            return " / ".join(parts) if "median" in value else " – ".join(dict.fromkeys(parts))
        writer = getattr(self, f"_{kind.name}", None)
        return writer(value, kind, row or {}) if writer else str(value)

    def number(self, value: float, places: int) -> str:
        """Write a number with as many places at most."""
        if not math.isfinite(value):
            return "" if math.isnan(value) else "∞" if value > 0 else "−∞"
        return _decimal(round(value, places) + 0.0, places, self.language.code).replace("-", "−")

    def _money(self, value: float, _kind: Kind, _row: Mapping[str, Any]) -> str:
        billions = value / 1e9
        size = abs(billions)
        return self.number(billions, 0 if size >= 100 else 1 if size >= 1 else 2)

    def _share(self, value: float, _kind: Kind, _row: Mapping[str, Any]) -> str:
        percent = value * 100
        if not math.isfinite(value):
            return ""
        return self.text("number.percent", n=self.number(percent, 1 if abs(percent) < 10 else 0))

    def _number(self, value: float, kind: Kind, _row: Mapping[str, Any]) -> str:
        return self.number(value, kind.digits)

    def _significant(self, value: float, kind: Kind, _row: Mapping[str, Any]) -> str:
        return self.number(float(f"{value:.{kind.digits}g}"), 6)

    def _count(self, value: int, _kind: Kind, _row: Mapping[str, Any]) -> str:
        return self.number(value, 0)

    def _quantity(self, value: float, kind: Kind, row: Mapping[str, Any]) -> str:
        if row["unit"] == "1":
            return self._share(value, kind, row)
        return self.language.amount(value, row["unit"], 6)

    def _ids(self, value: list[str], _kind: Kind, _row: Mapping[str, Any]) -> str:
        return " ".join(value)

    def _org(self, value: str, kind: Kind, _row: Mapping[str, Any]) -> str:
        return subject_name(self.base, self.language, value)

    def _term(self, value: str, kind: Kind, _row: Mapping[str, Any]) -> str:
        return self.term(kind.group, value)

    def _words(self, value: Mapping[str, str], _kind: Kind, _row: Mapping[str, Any]) -> str:
        return value[self.language.code]
