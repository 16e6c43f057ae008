"""What the templates show: plain records of text, numbers with their origin, tables and figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Num:
    """A written number and where it comes from: an anchor on the page (a claim or a method) or an address."""

    text: str
    href: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A text that is not in the page's language, such as a locator quoted in English."""

    text: str
    lang: str


Cell: TypeAlias = str | Num | Words


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heads, rows of cells, and the columns that hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart on the page with all that a reader needs to quote it; `says` tells in a sentence what it shows."""

    id: str
    title: str
    about: str
    wide: Markup
    narrow: Markup
    caption: str
    method: Num
    sources: tuple[Num, ...]
    table: Table | None
    files: dict[str, str] = field(default_factory=dict)
    says: str = ""
    from_deals: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, its template and what the template shows."""

    id: str
    title: str
    template: str
    view: dict[str, object]
