"""What is found out once about an article, its times above all: see `datings`, `timeline`, `times`, `reporting`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rechenmacht.domains.reader.model import Quantity
from rechenmacht.domains.reader.records import Period
from rechenmacht.domains.reader.tokens import Token


@dataclass(slots=True)
class Kept:
    """Times by sentence, place or number; filled up as they are asked for."""

    dates: dict[int, list[tuple[Quantity, tuple[date, date]]]] = field(default_factory=dict)
    year_back: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    timeline: list[Any] = field(default_factory=list)
    periods: dict[tuple[int, int, str], Period | None] = field(default_factory=dict)
    reporting: list[Period | None] = field(default_factory=list)
    settled: dict[str, Period | None] = field(default_factory=dict)
    """By a number's id: the time by which it was judged."""
    clauses: dict[tuple[int, int], tuple[list[Token], set[str], str]] = field(default_factory=dict)
    """By sentence and clause: its tokens, their words, and the tense that they tell."""
    bases: dict[int, int | None] = field(default_factory=dict)
    """By a date's first token: the word that makes it only what a number is compared with."""
    dated: dict[str, Period | None] = field(default_factory=dict)
    """By a number's id: the time that its own sentence tells."""
    bare: dict[tuple[int, int, str], bool] = field(default_factory=dict)
    """By number: whether it goes on with one before (see `ellipsis.bare`)."""
