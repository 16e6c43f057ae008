"""Cases: what is asked about, as columns. Read from a table of any length, refused with row and column."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from rechenmacht.domains.rules.logic import Bits, Columns, Floats
from rechenmacht.domains.rules.places import Places
from rechenmacht.domains.rules.specifications import BIT, FLAGS, NUMBERS, SPECIFICATIONS
from rechenmacht.errors import BadInput, nearest
from rechenmacht.numberform import Convention, convention, plain, said

SUBJECTS = ("chip", "system", "hbm", "foundry", "tool", "weights", "material")
ROLES = ("vendor", "foundry", "reexporter", "transfer")
NEEDED = ("case_id", "subject", "date", "dest")
OPTIONAL = ("vendor", "hq", "role", "chip", "party", *NUMBERS, *FLAGS)
_ECCN = re.compile(r"[0-9][a-e][0-9]{3}(\.|$)")
UNKNOWN_HQ = "?"
_YES_NO = {"": -1, "1": 1, "0": 0, "true": 1, "false": 0, "yes": 1, "no": 0, "1.0": 1, "0.0": 0}
_NUMBER_LIMIT = 1e12
_POSITIVE = frozenset({"die_mm2", "node_nm"})
T = TypeVar("T")
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """A column of names: index into `values` per row; -1 unknown."""

    codes: Codes
    values: tuple[str, ...]


@dataclass(frozen=True)
class Cases:
    """The rows asked about.

    `days` are ordinal days, `vintage` which state of the country groups holds on them. `hq` is the destination's where
    the table is silent. `unknown_places`: line and text of each destination or headquarters that nothing is called.
    """

    ids: tuple[str, ...]
    subjects: Coded
    days: Codes
    dest: Coded
    hq: Coded
    vendor: Coded
    role: Coded
    columns: Columns
    vintage: Codes
    party: Coded
    unknown_places: tuple[tuple[int, str], ...] = ()


def coded(texts: Sequence[str], unknown: str = "") -> Coded:
    """Return names as codes; `unknown` becomes -1."""
    order = {text: index for index, text in enumerate(dict.fromkeys(text for text in texts if text != unknown))}
    return Coded(np.fromiter((order.get(text, -1) for text in texts), np.int64, len(texts)), tuple(order))


class _Reader:
    """Turns the text columns of a table into arrays, each distinct text once; refuses with row and column."""

    def __init__(
        self, name: str, header: Sequence[str], rows: list[list[str]], lines: Sequence[int],
        told: Convention | None = None,
    ) -> None:  # fmt: skip
        self.name, self.lines, self.count, self.told = name, lines, len(rows), told
        columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * len(header)
        self.columns: dict[str, Sequence[str]] = dict(zip(header, columns, strict=True))

    def text(self, column: str) -> list[str]:
        return list(map(str.strip, self.columns.get(column, ("",) * self.count)))

    def numbers(self, column: str) -> Floats:
        """Return a column of numbers, NaN where a cell is empty: at once where all is well, else cell by cell."""
        texts = self.text(column)
        if self.told != "en" and any("." in text or "," in text for text in texts):
            way = convention(texts, f"{self.name}, column {column}", self.told)
            texts = [plain(text, way) for text in texts]
        positive = column in _POSITIVE
        try:
            values = np.array([text or "nan" for text in texts], float)
        except ValueError:
            values = np.array([math.inf])
        good = np.isnan(values) | ((values >= 0) & (values <= _NUMBER_LIMIT) & ((values > 0) | (not positive)))
        stray = int(np.isnan(values).sum()) != texts.count("") or "_" in "".join(texts)
        if len(values) == self.count and good.all() and not stray:
            return values
        return np.array(self.each(column, _positive if positive else _number, texts), float)

    def where(self, texts: set[str], *columns: str) -> tuple[tuple[int, str], ...]:
        """Return line and text of each cell of some columns that says one of some texts."""
        if not texts:
            return ()
        found = [(self.lines[i], t) for column in columns for i, t in enumerate(self.text(column)) if t in texts]
        return tuple(sorted(found))

    def each(self, column: str, convert: Callable[[str], T], texts: list[str] | None = None) -> list[T]:
        texts = self.text(column) if texts is None else texts
        found: dict[str, T] = {}
        for text in dict.fromkeys(texts):
            try:
                found[text] = convert(text)
            except ValueError as error:
                where = self.lines[texts.index(text)]
                raise BadInput(f"{self.name} row {where}, column {column}: {error}") from None
        return [found[text] for text in texts]


def _number(text: str) -> float:
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if "_" in text or not math.isfinite(value):
        raise ValueError(f"{text!r} is no plain number")
    if not 0 <= value <= _NUMBER_LIMIT:
        raise ValueError(f"{text} is outside 0 to {_NUMBER_LIMIT:g}")
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if value == 0:
        raise ValueError("an area or node of 0 cannot be (leave the cell empty where it is unknown)")
    return value


def _flag(text: str) -> int:
    if text.lower() not in _YES_NO:
        raise ValueError(f"{text!r} is none of 1, 0 and empty")
    return _YES_NO[text.lower()]


def day(text: str) -> int:
    """Return the ordinal of a day written 2024-07-31.

    Raises:
        ValueError: if it is no day.
    """
    try:
        if len(text) == 10:
            return date.fromisoformat(text).toordinal()
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no day (write 2024-07-31)")


def _one_of(allowed: Sequence[str], *, needed: bool) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed and (text or needed):
            raise ValueError(f"{text!r} is none of {', '.join(allowed)}{nearest(text, allowed)}" if text else "empty")
        return text

    return check


def _place(where: Places, strange: set[str], *, needed: bool) -> Callable[[str], str]:
    """Return what reads a destination: a code, UNKNOWN where nothing is called that (then put into `strange`)."""

    def check(text: str) -> str:
        if not text and needed:
            raise ValueError("empty")
        if not text or text == UNKNOWN_HQ:
            return text
        code = where.find(text)
        if code is None:
            strange.add(text)
        return code or UNKNOWN_HQ

    return check


def _company(name: str) -> str:
    """Return the word by which rules know a vendor: `NVIDIA Corporation` is nvidia."""
    return name.casefold().partition(" ")[0]


def names_of(name: str, vendor: str = "") -> frozenset[str]:
    """Return what an item is called, in lower case: its name, without its vendor, and an ECCN's headings above it."""
    text = " ".join(name.casefold().split())
    short = text.removeprefix(vendor.casefold()).strip()
    parts = text.split(".") if _ECCN.match(text) else []
    above = [".".join(parts[: index + 1]) for index in range(len(parts))]
    return frozenset(filter(None, (text, short, *above)))


def columns_of(
    numbers: Mapping[str, Floats],
    flags: Mapping[str, npt.NDArray[np.int8]],
    years: Floats,
    names: Coded,
    vocabulary: tuple[frozenset[str], ...],
    stacks: npt.NDArray[np.bool_],
) -> Columns:
    """Return the columns that conditions are asked of, with densities derived and presumptions filled in.

    All arrays have the shape (rows,).

    Args:
        numbers: per specification, in its unit; NaN, or left out, is unknown.
        flags: per specification; -1, or left out, is unknown.
        years: year of the transaction.
        names: the chips' names as codes.
        vocabulary: what each of these chips is called.
        stacks: rows about memory stacks, whose density may follow from bandwidth and area.
    """
    rows = len(years)
    full = {name: np.array(numbers.get(name, np.full(rows, np.nan)), float) for name in NUMBERS}
    signs = {name: np.array(flags.get(name, np.full(rows, -1)), np.int8) for name in FLAGS}
    full["pd"] = np.where(np.isnan(full["pd"]), full["tpp"] / full["die_mm2"], full["pd"])
    derived = np.where(stacks, full["dram_bw"] / full["die_mm2"], np.nan)
    full["hbm_density"] = np.where(np.isnan(full["hbm_density"]), derived, full["hbm_density"])
    for name, one in SPECIFICATIONS.items():
        if one.presumed is not None and one.kind == "number":
            full[name] = np.where(np.isnan(full[name]), one.presumed, full[name])
        elif one.presumed is not None:
            signs[name] = np.where(signs[name] < 0, np.int8(one.presumed), signs[name])
    unknown: dict[str, Bits] = {
        name: np.where(np.isnan(full[name]), np.uint64(BIT[name]), np.uint64(0)) for name in NUMBERS
    }
    # A density is unknown for want of the TPP, of the area (then the density itself would do as well), or of both.
    no_tpp, no_area = np.isnan(full["tpp"]), np.isnan(full["die_mm2"])
    bits = np.where(no_tpp, np.uint64(BIT["tpp"]), 0) | np.where(no_area, np.uint64(BIT["pd"]), np.uint64(0))
    unknown["pd"] = np.where(np.isnan(full["pd"]), bits, np.uint64(0)).astype(np.uint64)
    full["year"], unknown["year"] = years, np.zeros(rows, np.uint64)
    return Columns(rows, full, signs, names.codes, vocabulary, unknown)


def _build(reader: _Reader, where: Places) -> Cases:
    subjects = reader.each("subject", _one_of(SUBJECTS, needed=True))
    days = np.array(reader.each("date", day), np.int64)
    strange: set[str] = set()
    dest = reader.each("dest", _place(where, strange, needed=True))
    hq = reader.each("hq", _place(where, strange, needed=False))
    vendor = reader.text("vendor")
    role = reader.each("role", _one_of(ROLES, needed=False))
    numbers = {name: reader.numbers(name) for name in NUMBERS if name in reader.columns}
    flags = {name: np.array(reader.each(name, _flag), np.int8) for name in FLAGS if name in reader.columns}
    chips = [f"{name}\n{maker}" if name else "" for name, maker in zip(reader.text("chip"), vendor, strict=True)]
    names = coded(chips)
    vocabulary = tuple(names_of(*text.split("\n")) for text in names.values)
    years = np.array(reader.each("date", lambda text: float(text[:4])), float)
    stacks = np.array([subject == "hbm" for subject in subjects], bool)
    return Cases(
        tuple(reader.text("case_id")),
        coded(subjects),
        days,
        coded(dest, UNKNOWN_HQ),
        coded([own or there for own, there in zip(hq, dest, strict=True)], UNKNOWN_HQ),
        coded([_company(name) for name in vendor]),
        coded(role),
        columns_of(numbers, flags, years, names, vocabulary, stacks),
        where.vintage(days),
        coded(reader.text("party")),
        reader.where(strange, "dest", "hq"),
    )


def from_rows(rows: Sequence[Mapping[str, str]], where: Places, name: str = "case") -> Cases:
    """Return cases given as mappings of column to text (row numbers in messages count from 1).

    Raises:
        BadInput: if a cell cannot be used; the message names row and column.
    """
    header = [*NEEDED, *OPTIONAL]
    cells = [[row.get(column, "") for column in header] for row in rows]
    return _build(_Reader(name, header, cells, range(1, len(rows) + 1), "en"), where)


def table_of(text: str, name: str, where: Places) -> tuple[Cases, tuple[str, ...]]:
    """Return a table of cases.

    Args:
        text: CSV with at least case_id, subject, date, dest; docs/rules.md describes the columns.
        name: of the table, for messages.
        where: the destinations that are known.

    Returns:
        The cases, and the header's columns that were ignored.

    Raises:
        BadInput: if the text, its header or a cell cannot be used, or a column of numbers can be read in English and
            in German; the message names file, row and column.
    """
    told, text = said(text)
    source = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    line = 1
    try:
        for cells in source:
            if cells:
                rows.append(cells)
                lines.append(line)
            line = source.line_num + 1
    except csv.Error as error:
        raise BadInput(f"{name} row {line}: {error}") from None
    if not rows:
        raise BadInput(f"{name}: empty")
    header = [cell.strip() for cell in rows[0]]
    _check_header(name, header)
    for cells, at in zip(rows[1:], lines[1:], strict=True):
        if len(cells) != len(header):
            raise BadInput(f"{name} row {at}: {len(cells)} cells where {len(header)} are needed")
    cases = _build(_Reader(name, header, rows[1:], lines[1:], told), where)
    return cases, tuple(column for column in header if column not in {*NEEDED, *OPTIONAL})


def _check_header(name: str, header: list[str]) -> None:
    for column in NEEDED:
        if column not in header:
            raise BadInput(f"{name} row 1: column {column} is missing{nearest(column, header)}")
    for index, column in enumerate(header):
        if column and column in header[:index]:
            raise BadInput(f"{name} row 1: column {column} stands twice")
