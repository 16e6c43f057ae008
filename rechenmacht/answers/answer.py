"""An answer: values, tables, notes and charts by key, and the claims that they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rechenmacht.answers.kinds import Column, Kind, columns

if TYPE_CHECKING:
    from rechenmacht.answers.question import Question

Row = dict[str, Any]


@dataclass(frozen=True)
class Note:
    """A sentence: a key of the locales, and the values it names, each with its kind where it is not plain text."""

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
    """

    name: str
    row: type
    rows: Sequence[Any]
    show: tuple[str, ...] = ()
    people: Sequence[Any] | None = None
    group: str = ""
    empty: str = ""

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
class Ranges:
    """A chart of points with ranges: one row each of a table's band column, the largest first kept."""

    name: str
    table: str
    label: str
    band: str
    only: Mapping[str, str] = field(default_factory=dict)
    most: int = 10


@dataclass(frozen=True)
class Answer:
    """What a question is answered with; every face shows this and nothing else."""

    question: Question
    values: Mapping[str, Any]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()
    claims: tuple[str, ...] = ()
    charts: tuple[Ranges, ...] = ()
    failed: bool = False
