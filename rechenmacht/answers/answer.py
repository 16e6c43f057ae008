"""An answer: values, tables, notes and charts by key, and the claims that they rest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from rechenmacht.answers.kinds import Column, Kind, columns

Row = dict[str, Any]


class Asked(Protocol):
    """What an answer shows of its question: name, number of its form, kinds of its values, and its fields."""

    name: ClassVar[str]
    schema_number: ClassVar[int]
    values: ClassVar[dict[str, Any]]

    def model_dump(self, *, mode: str = ...) -> dict[str, Any]:
        """Return the fields by name."""

    def model_copy(self, *, update: Mapping[str, Any] | None = ...) -> Self:
        """Return the question with some fields changed."""


@dataclass(frozen=True)
class Note:
    """A sentence: a key of the locales, and the values it names, each with its kind where it is not plain text.

    A note with values is a part of the result; one without explains how to read it.
    """

    key: str
    values: Mapping[str, tuple[Any, Kind]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Rows of one type.

    Args:
        name: its key in JSON and in the locales.
        row: the TypedDict of its rows.
        rows: all rows; machines get them with all columns.
        show: the columns for people, all if none are named.
        people: the rows for people, where they are fewer.
        group: a column whose values head parts of the table.
        empty: the sentence where no row is left for people; nothing is said if there is none.
        title: key of the line above it.
        machine: whether JSON has it; what its values already say is for people only.
        whole: the rows for CSV where `rows` is one page of a longer list.
        method: the page of the documents that says how its numbers are made.
        lines: how a terminal writes a row where columns would be too wide: the columns of each line. A key with a
            colon is written with its heading; `rows.key` are columns of the rows inside a cell, as a small table.
        verbatim: whether the columns are named by who asked, and stand as they are.
    """

    name: str
    row: type
    rows: Sequence[Any]
    show: tuple[str, ...] = ()
    people: Sequence[Any] | None = None
    group: str = ""
    empty: str = ""
    title: str = ""
    machine: bool = True
    whole: Sequence[Any] | None = None
    method: str = ""
    lines: tuple[tuple[str, ...], ...] = ()
    verbatim: bool = False

    @property
    def kinds(self) -> dict[str, Kind]:
        """What the cells of each column are."""
        return {column.key: column.kind for column in columns(self.row)}

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns for people, in the order they are named."""
        known = {column.key: column for column in columns(self.row)}
        return tuple(known[key] for key in self.show or known if key != self.group)

    @property
    def parts(self) -> list[tuple[Any, list[Any]]]:
        """The rows for people by the value of the group's column."""
        rows = self.rows if self.people is None else self.people
        found: dict[Any, list[Any]] = {}
        for row in rows:
            found.setdefault(row[self.group] if self.group else None, []).append(row)
        return list(found.items())


@dataclass(frozen=True)
class Drawing:
    """What every chart names.

    Args:
        name: its key.
        table: the table it is drawn from.
        only: values that columns of a row must have, to be shown.
        title: key of its title; `drawn.<domain>.<name>`, if none is given.
    """

    name: str
    table: str
    only: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    title: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Ranges(Drawing):
    """A chart of points with ranges: one row each of a table's band column, the largest first kept.

    Args:
        label: the column that names a row.
        band: the column of the range, or of a number.
        most: how many rows.
        unit: of the axis, where the column's kind has none; empty: the row's `unit`.
    """

    label: str
    band: str
    most: int = 10
    unit: str = ""


@dataclass(frozen=True)
class Lines(Drawing):
    """A chart over quarters: a line for the median and a band per series of a table's quantiles column."""

    series: str
    quarter: str
    band: str


@dataclass(frozen=True)
class Flows(Drawing):
    """A chart of money from payers on the left to payees on the right, bands as thick as the amount, largest first.

    Args:
        payer: the column of who pays.
        payee: the column of who receives.
        band: the column of the amount.
        kind: the column whose value colours a band.
        most: how many links.
    """

    payer: str
    payee: str
    band: str
    kind: str
    most: int = 24


@dataclass(frozen=True)
class Stacks(Drawing):
    """A chart of stacked bars: one bar for each of several columns, its parts the rows of the table.

    Args:
        part: the column that names the parts.
        bars: the columns that become bars.
        whole: the value of `part` whose row is the sum of all others.
    """

    part: str
    bars: tuple[str, ...]
    whole: str = "total"

    @property
    def band(self) -> str:
        """The first column of numbers."""
        return self.bars[0]


@dataclass(frozen=True)
class Years(Drawing):
    """A chart of small panels of stacked bars a year: the median of a column by panel, year and kind."""

    panel: str
    year: str
    kind: str
    band: str


@dataclass(frozen=True)
class Curve(Drawing):
    """A chart of points in a plane: two number columns of a table, both axes logarithmic."""

    x: str
    y: str


Chart = Ranges | Lines | Flows | Stacks | Years | Curve


@dataclass(frozen=True)
class Answer:
    """What a question is answered with; every face shows this and nothing else.

    Args:
        question: what was asked, settled.
        values: single results by key; machines get all of them.
        tables: the tables.
        notes: sentences after the tables.
        claims: ids of the claims it rests on.
        charts: what can be drawn from the tables.
        failed: whether a check failed: exit code 1.
        show: the keys of the values that people see, as lines above the tables.
        heads: sentences above the tables.
        save: writes further files into the folder that `--out` names.
        warnings: sentences about what was given, which the command line says on stderr whatever the form.
        file: the text that it is, for questions whose answer is one; printed, or written to a file.
        bare: the JSON of the command line where programs have long known another form than the document.
    """

    question: Asked
    values: Mapping[str, Any]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()
    claims: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    failed: bool = False
    show: tuple[str, ...] = ()
    heads: tuple[Note, ...] = ()
    save: Callable[[Path], None] | None = None
    warnings: tuple[Note, ...] = ()
    file: Callable[[], str] | None = None
    bare: Callable[[], str] | None = None
