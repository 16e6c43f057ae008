"""What a cell of an answer is, said once in the type of its row: kind, unit, vocabulary.

A row is a TypedDict whose fields are annotated with a kind. Faces read it to write numbers and headings, to make JSON
schemas and TypeScript types; the row itself stays a plain dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from typing_extensions import TypedDict


@dataclass(frozen=True, slots=True)
class Kind:
    """How a cell is to be read.

    Args:
        name: money, share, ratio, number, count, day, id, ids, org, term, text, words or quantity (unit beside it).
        unit: of the number.
        group: key in the locales under which the words of a term stand.
        digits: significant digits that people are shown.
    """

    name: str
    unit: str = ""
    group: str = ""
    digits: int = 3


class Band(TypedDict):
    """The 5, 50 and 95 % points of draws."""

    low: float
    median: float
    high: float


class Range(TypedDict):
    """The ends of a stated range, equal where one value is stated."""

    low: float
    high: float


Words = TypedDict("Words", {"en": str, "de": str})  # noqa: UP013 - a text of the data in both languages
Id = Annotated[str, Kind("id")]
Ids = Annotated[list[str], Kind("ids")]
Org = Annotated[str, Kind("org")]
Day = Annotated[str, Kind("day")]
Text = Annotated[str, Kind("text")]
Both = Annotated[Words, Kind("words")]
Count = Annotated[int, Kind("count")]
Usd = Annotated[float, Kind("money", "USD")]
UsdBand = Annotated[Band, Kind("money", "USD")]
Share = Annotated[float, Kind("share", "1")]
ShareBand = Annotated[Band, Kind("share", "1")]
RatioBand = Annotated[Band, Kind("number", "1", digits=2)]
Correlation = Annotated[float, Kind("number", "1", digits=2)]
Quantity = Annotated[Range, Kind("quantity")]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the row, and what its cells are."""

    key: str
    kind: Kind
    parts: tuple[str, ...] = ()  # of a band or range


def _parts(hint: Any) -> tuple[str, ...]:
    if hint is Band or hint is Range:
        return tuple(hint.__annotations__)
    return next((found for part in get_args(hint) if (found := _parts(part))), ())


def _kind(hint: Any) -> Kind:
    if get_origin(hint) is Annotated:
        return next((part for part in get_args(hint)[1:] if isinstance(part, Kind)), Kind("text"))
    return next((found for part in get_args(hint) if (found := _kind(part)).name != "text"), Kind("text"))


@cache
def columns(row: type) -> tuple[Column, ...]:
    """Return the columns of a type of rows."""
    return tuple(
        Column(key, _kind(hint), _parts(hint)) for key, hint in get_type_hints(row, include_extras=True).items()
    )
