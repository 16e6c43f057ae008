"""Read and write the CSV tables of the fact base; every refusal names the file, the row and the reason."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from dataclasses import MISSING, asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints

from rechenmacht import files
from rechenmacht.errors import BadInput

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be used. `row` is the line in the file, the header being line 1."""

    file: str
    row: int
    reason: str

    def __str__(self) -> str:
        """Return the one sentence a user reads."""
        return f"{self.file} row {self.row}: {self.reason}" if self.row else f"{self.file}: {self.reason}"


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if not math.isfinite(value):
        raise ValueError(f"{text!r} is not a finite number")
    if "_" in text:
        raise ValueError(f"{text!r} is no plain number")
    return value


def _bound(text: str) -> float:
    return float(text) if text in {"inf", "-inf"} else _number(text)


def _optional(text: str) -> float | None:
    return _number(text) if text else None


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


_READERS: dict[object, Callable[[str], object]] = {
    float: _bound,
    float | None: _optional,
    tuple[str, ...]: _several,
}
PLACE = ("file", "row")


def carries_place(record: type[DataclassInstance]) -> bool:
    """Tell whether records of this type end with the file and row they came from, which are no columns."""
    return tuple(field.name for field in fields(record))[-2:] == PLACE


@cache
def columns(record: type[DataclassInstance]) -> tuple[str, ...]:
    """Return the CSV columns of a record type, in order."""
    names = field_names(record)
    return tuple(name.removesuffix("_") for name in (names[:-2] if carries_place(record) else names))


def field_names(record: type[DataclassInstance]) -> tuple[str, ...]:
    """Return the names of a record's fields; a name that Python keeps for itself (`class`) ends in `_`."""
    return tuple(field.name for field in fields(record))


def as_columns(record: DataclassInstance) -> dict[str, Any]:
    """Return a record as column -> value, as answers in JSON show it."""
    return {name.removesuffix("_"): value for name, value in asdict(record).items()}


@cache
def optional_columns(record: type[DataclassInstance]) -> int:
    """Return how many columns at the end have a default: a table of an older form may leave them out."""
    plain = fields(record)[: len(columns(record))]
    needed = [place for place, one in enumerate(plain) if one.default is MISSING and one.default_factory is MISSING]
    return len(plain) - 1 - needed[-1] if needed else 0


@cache
def _readers(record: type[DataclassInstance]) -> tuple[tuple[int, str, Callable[[str], object]], ...]:
    hints = get_type_hints(record)
    return tuple(
        (index, name, _READERS[hints[field]])
        for index, (name, field) in enumerate(zip(columns(record), field_names(record), strict=False))
        if hints[field] in _READERS
    )


def _text(path: Path) -> str:
    return files.text(path)


def _raw(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    text = _text(path)
    if "\0" in text:
        raise BadInput(f"{name} row {text.count(chr(10), 0, text.index(chr(0))) + 1}: a NUL character is no text")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{name} row {line}: {error}") from None


def read(path: Path, record: type[T], name: str, problems: list[Problem]) -> list[tuple[int, T]]:
    """Read one table.

    Args:
        path: the CSV file.
        record: the row's dataclass; its fields are the columns, in order. Columns at the end that have a default
            may be missing, from the whole file or from a row.
        name: what to call the file in messages.
        problems: receives a `Problem` for each row that cannot be read; such rows are left out.

    Returns:
        The rows that could be read, in file order, each with its line.

    Raises:
        BadInput: if the file as a whole is unreadable or its header is wrong.
    """
    names = columns(record)
    tagged = carries_place(record)
    rows: list[tuple[int, T]] = []
    lines = _raw(path, name)
    _, header = next(lines, (1, []))
    least = len(names) - optional_columns(record)
    if tuple(header) != names[: max(len(header), least)]:
        raise BadInput(f"{name} row 1: the columns must be {','.join(names)}; found {','.join(header) or 'nothing'}")
    readers = _readers(record)
    for line, cells in lines:
        if not least <= len(cells) <= len(header):
            problems.append(Problem(name, line, f"{len(cells)} cells where {len(header)} are needed"))
            continue
        values: list[object] = [*(cell.strip() for cell in cells), *[""] * (len(names) - len(cells))]
        try:
            for index, column, convert in readers:
                try:
                    values[index] = convert(str(values[index]))
                except ValueError as error:
                    raise ValueError(f"{column} {error}") from None
        except ValueError as error:
            problems.append(Problem(name, line, str(error)))
            continue
        place = (name, line) if tagged else ()
        rows.append((line, cast("Callable[..., T]", record)(*values, *place)))
    return rows


def write(path: Path, record: type[DataclassInstance], rows: list[dict[str, str]]) -> None:
    """Write rows (column -> text) as a table of this form, whole or not at all."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns(record), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    files.write(path, buffer.getvalue())
