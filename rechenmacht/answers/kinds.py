"""What a cell of an answer is, said once in the type of its row: kind, unit, vocabulary.

A row is a TypedDict whose fields are annotated with a kind. Faces read it to write numbers and headings, to make JSON
schemas and TypeScript types; the row itself stays a plain dictionary.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from typing_extensions import TypedDict, is_typeddict


@dataclass(frozen=True, slots=True)
class Kind:
    """How a cell is to be read.

    Args:
        name: one of `NAMES`.
        unit: of the number.
        group: key in the locales under which the words of a term stand.
        digits: significant digits that people are shown; places for `number`.
    """

    name: str
    unit: str = ""
    group: str = ""
    digits: int = 3

    def __post_init__(self) -> None:
        """Refuse a kind that no face can write."""
        if self.name not in NAMES:
            raise ValueError(f"no kind {self.name!r}")


NUMBERS = frozenset({"money", "share", "drawn", "number", "significant", "exact", "count", "amount", "quantity"})
"""Kinds whose cells are numbers, or bands of numbers.

money: billions; share: percent; drawn: a share of so many draws, the number in the row's `draws`; number: so many
places; significant: so many digits; exact: all digits that matter; count: whole; amount: with its unit, scaled as
people say it; quantity: as amount, the unit in the row's `unit`.
"""
TEXTS = frozenset({
    "text", "texts", "words", "id", "ids", "term", "terms", "flag", "flags", "day", "quarter", "year_end",
    "org", "orgs", "deals", "levers",
    "measured", "parameter", "outcome", "region", "variable", "claim", "source", "numbers", "rows", "address",
})  # fmt: skip
"""Kinds whose cells are words: names in both languages, vocabularies, dates, links, lists; `rows`: rows in a cell.

deals: contracts by payer, payee and day; levers: `name=value` or `name.firm=value`, said by the texts of the group.
"""
NAMES = NUMBERS | TEXTS


class Band(TypedDict):
    """The 5, 50 and 95 % points of draws."""

    low: float
    median: float
    high: float


class Estimate(TypedDict):
    """A value and the ends of its 80 or 90 % range; an end that is not known is None."""

    low: float | None
    value: float | None
    high: float | None


class Range(TypedDict):
    """The ends of a stated range, equal where one value is stated."""

    low: float
    high: float


class Quantiles(TypedDict):
    """The quantiles of an ensemble."""

    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


BothLanguages = TypedDict("BothLanguages", {"en": str, "de": str})  # noqa: UP013 - a text of the data in both languages
Id = Annotated[str, Kind("id")]
Ids = Annotated[list[str], Kind("ids")]
Org = Annotated[str, Kind("org")]
Orgs = Annotated[list[str], Kind("orgs")]
Deals = Annotated[list[str], Kind("deals")]
Day = Annotated[str, Kind("day")]
Quarter = Annotated[str, Kind("quarter")]
Text = Annotated[str, Kind("text")]
Texts = Annotated[list[str], Kind("texts")]
Both = Annotated[BothLanguages, Kind("words")]
Flag = Annotated[bool, Kind("flag")]
Flags = Annotated[list[bool], Kind("flags")]
Claim = Annotated[str, Kind("claim")]
Source = Annotated[str, Kind("source")]
Address = Annotated[str, Kind("address")]
Parameter = Annotated[str, Kind("parameter")]
Outcome = Annotated[str, Kind("outcome")]
Region = Annotated[str, Kind("region")]
Variable = Annotated[str, Kind("variable")]
Count = Annotated[int, Kind("count")]
Exact = Annotated[float, Kind("exact", digits=12)]
Exacts = Annotated[list[float], Kind("numbers", digits=12)]
Usd = Annotated[float, Kind("money", "USD")]
UsdBand = Annotated[Band, Kind("money", "USD")]
Share = Annotated[float, Kind("share", "1")]
Drawn = Annotated[float, Kind("drawn", "1")]
ShareBand = Annotated[Band, Kind("share", "1")]
ShareEstimate = Annotated[Estimate, Kind("share", "1")]
Ratio = Annotated[float, Kind("significant", "1")]
RatioBand = Annotated[Band, Kind("number", "1", digits=2)]
Correlation = Annotated[float, Kind("number", "1", digits=2)]
Quantity = Annotated[Range, Kind("quantity")]
QuantityValue = Annotated[float, Kind("quantity")]
QuantityEstimate = Annotated[Estimate, Kind("quantity")]
QuantityQuantiles = Annotated[Quantiles, Kind("quantity")]
PARTED = (Band, Estimate, Range, Quantiles)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the row, what its cells are, and the type of rows inside a cell."""

    key: str
    kind: Kind
    parts: tuple[str, ...] = ()  # of a band, estimate or range
    inner: type | None = None
    optional: bool = False  # whether a row may do without it


def _inside(hint: Any) -> list[Any]:
    """Return a type and all types inside it."""
    wraps = get_origin(hint) in {Annotated, Union, UnionType, list, tuple} or str(hint).startswith("typing.")
    return [hint, *(found for part in (get_args(hint) if wraps else ()) for found in _inside(part))]


def kind_of(hint: Any) -> Kind:
    """Return the kind that a type is annotated with; text, if with none."""
    return next((part for part in _inside(hint) if isinstance(part, Kind)), Kind("text"))


def _column(key: str, hint: Any) -> Column:
    optional = "NotRequired" in str(get_origin(hint))
    types = [part for part in _inside(hint) if is_typeddict(part) and part is not BothLanguages]
    parted = next((part for part in types if part in PARTED), None)
    if parted:
        return Column(key, kind_of(hint), tuple(parted.__annotations__), None, optional)
    if types:
        return Column(key, Kind("rows"), (), types[0], optional)
    return Column(key, kind_of(hint), (), None, optional)


@lru_cache(2000)  # a query makes types of its own
def columns(row: type) -> tuple[Column, ...]:
    """Return the columns of a type of rows."""
    return tuple(_column(key, hint) for key, hint in get_type_hints(row, include_extras=True).items())
