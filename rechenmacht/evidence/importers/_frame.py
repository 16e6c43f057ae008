"""What all importers share: reading a published CSV safely, and collecting rows in our forms."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.evidence.corrections import correct_rows
from rechenmacht.evidence.forms import Claim, Correction, Entity, History, Source
from rechenmacht.evidence.tables import as_columns, columns

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = dict[str, str]
LINE, KEY = "#line", "#key"
ACCESSED = "2026-11"
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")


@dataclass(frozen=True, slots=True)
class Imported:
    """What one data set says, in our forms. A history row's `file` names the history table it belongs to."""

    claims: list[Claim] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)


Reader = Callable[[Path, Sequence[Correction], str], Imported]


@dataclass(frozen=True, slots=True)
class Importer:
    """One public data set: its name, title, source id, the file or folder it wants, and how it is read."""

    name: str
    title: str
    source: str
    wants: str
    reader: Reader

    def read(self, path: Path | str, corrections: Sequence[Correction] = (), vintage: str = "") -> Imported:
        """Read the data set as its publisher ships it.

        Args:
            path: the file or folder that `wants` describes.
            corrections: all known corrections; those whose target is this importer are applied.
            vintage: the publication date of the copy, `2026-05-23`, where it is not the one of `source`.

        Returns:
            Rows in the units of quantities.csv.

        Raises:
            BadInput: if the file is missing or not the expected table, or a number or date is none.
        """
        if vintage and not _ISO_DAY.fullmatch(vintage):
            raise BadInput(f"vintage {vintage!r} is no day (write 2026-05-23)")
        if vintage:
            as_day(vintage, "vintage")
        return self.reader(Path(path), corrections, vintage)


def as_day(text: str, where: str) -> str:
    """Return a day as `2024-07-31` from `2024-07-31`, `7/31/2024` or `7/31/24`.

    Raises:
        BadInput: if it is none, beginning with `where`.
    """
    parts: tuple[str, str, str] | None = None
    if match := _ISO_DAY.fullmatch(text):
        parts = (match[1], match[2], match[3])
    elif match := _US_DAY.fullmatch(text):
        parts = (match[3] if len(match[3]) == 4 else f"20{match[3]}", match[1], match[2])
    try:
        if parts is None or not 1900 <= int(parts[0]) <= 2100:
            raise ValueError
        return date(int(parts[0]), int(parts[1]), int(parts[2])).isoformat()
    except ValueError:
        raise BadInput(f"{where}: {text!r} is no day between 1900 and 2100") from None


def quarter_ending(day: str, where: str) -> str:
    """Return `2024-Q3` for the last day of a calendar quarter.

    Raises:
        BadInput: if `day` is not the last day of a quarter.
    """
    ends = {"03-31": 1, "06-30": 2, "09-30": 3, "12-31": 4}
    if day[5:] not in ends:
        raise BadInput(f"{where}: {day} is not the last day of a calendar quarter")
    return f"{day[:4]}-Q{ends[day[5:]]}"


MOST_BYTES = 400_000_000  # of a published table


def slug(text: str) -> str:
    """Return a kebab-case id part: `Google TPU v5p` -> `google-tpu-v5p`; `x` if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "x"


def short(text: str, most: int = 200) -> str:
    """Return a note on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "..."


def _text(path: Path, name: str, old_encoding: str) -> str:
    raw = files.read(path, MOST_BYTES)
    if not raw.strip():
        raise BadInput(f"{name}: the file is empty")
    if b"\0" in raw:
        raise BadInput(f"{name}: this is a binary file, not a CSV table")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if old_encoding:
            return raw.decode(old_encoding)
        raise BadInput(f"{name}: not UTF-8 text (byte {error.start})") from None


def table(
    path: Path,
    need: Iterable[str],
    key: Iterable[str],
    target: str,
    corrections: Sequence[Correction] = (),
    name: str = "",
    old_encoding: str = "",
) -> list[Row]:
    """Read a published CSV table with the corrections for it applied.

    Args:
        path: the file.
        need: columns without which the file is not the expected table.
        key: columns that together, joined by ` | `, name a row in corrections.csv.
        target: the importer's name, as in corrections.csv.
        corrections: all known corrections.
        name: what to call the file in messages.
        old_encoding: how to read a file that is not UTF-8, where the publisher is known to use a single-byte encoding.

    Returns:
        Rows as column -> stripped text; `#line` holds the row's line and `#key` its key.

    Raises:
        BadInput: if the file is missing, empty, binary, ragged or lacks a column, or a correction is stale.
    """
    name, keys = name or path.name, tuple(key)
    reader = csv.reader(io.StringIO(_text(path, name, old_encoding), newline=""), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        header = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in (*need, *keys) if column not in header]
        if missing:
            raise BadInput(f"{name} row 1: there is no column {missing[0]!r}; is this the right file?")
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                if len(cells) != len(header):
                    raise BadInput(f"{name} row {line}: {len(cells)} cells where the header has {len(header)}")
                row = dict(zip(header, (cell.strip() for cell in cells), strict=True))
                row[LINE], row[KEY] = str(line), " | ".join(row[column] for column in keys)
                rows.append(row)
            line = reader.line_num + 1
        rows = list(correct_rows(target, KEY, rows, corrections))
    except csv.Error as error:
        raise BadInput(f"{name} row {line}: {error}") from None
    except ValueError as error:
        raise BadInput(f"{name}: {error}") from None
    if not rows:
        raise BadInput(f"{name}: the table has no rows")
    return rows


def number(row: Row, column: str, name: str, scale: float = 1.0, least: float | None = 0.0) -> float | None:
    """Return a cell as a number times `scale`; None for an empty cell or a column the file does not have.

    Args:
        row: a row from `table`.
        column: its column.
        name: the file's name for messages.
        scale: from the publisher's unit to ours.
        least: the smallest number that makes sense, before scaling; None for no limit.

    Raises:
        BadInput: naming file, row, column and the text, if it is no finite number or below `least`.
    """
    text = row.get(column, "")
    if not text:
        return None
    where = f"{name} row {row[LINE]}: {column}"
    try:
        value = float(text) * scale
    except ValueError:
        raise BadInput(f"{where} {text[:40]!r} is no number") from None
    if "_" in text or not math.isfinite(value):
        raise BadInput(f"{where} {text[:40]!r} is no plain finite number")
    if least is not None and value < least * scale:
        raise BadInput(f"{where} is {text[:40]}, below {least:g}")
    return value


def day_of(row: Row, column: str, name: str) -> str:
    """Return a cell as `2024-07-31`; an empty cell stays empty. Raises `BadInput` if it is no day."""
    text = row.get(column, "")
    return as_day(text, f"{name} row {row[LINE]}: {column}") if text else ""


def dataset(stem: str, default: str, vintage: str, title: str, publisher: str, address: str, licence: str) -> Source:
    """Return the source row of a data set's copy of `vintage` (or of `default` if none is given)."""
    day = vintage or default
    return Source(
        f"{stem}-{day}",
        f"{title} (copy of {day})",
        publisher,
        day,
        max(ACCESSED, day[:7]),
        address,
        "",
        f"{stem}-{day}",
        "data_set",
        licence,
        "en",
        "",
        (),
        "",
    )


def entity(id_: str, name: str, name_de: str = "", bloc: str = "", parent: str = "", note: str = "") -> Entity:
    """Return an entity that only a data set names; aliases are left to the fact base."""
    kind = id_.partition(":")[0]
    return Entity(id_, kind, name, name_de or name, (), (), bloc, parent, "", "", note)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return repr(value).removesuffix(".0").replace("e+", "e")
    return ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def as_row(record: DataclassInstance) -> dict[str, str]:
    """Return a record as a CSV row of its form; numbers keep all their digits."""
    return {column: _cell(value) for column, value in as_columns(record).items() if column in columns(type(record))}


class Collector:
    """Gathers rows: numbers the claims, and keeps the first of two rows that say the same thing twice."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Imported(sources=[source])
        self._claims: set[tuple[str, str, str]] = set()
        self._ids: Counter[str] = Counter()
        self._entities: set[str] = set()

    def add_entity(self, row: Entity) -> str:
        """Add an entity once and return its id."""
        if row.id not in self._entities:
            self._entities.add(row.id)
            self.out.entities.append(row)
        return row.id

    def claim(
        self,
        subject: str,
        quantity: str,
        value: float | None,
        unit: str,
        as_of: str,
        locator: str,
        *,
        basis: str = "estimated",
        grade: str = "primary",
        static: bool = False,
        note: str = "",
    ) -> None:
        """Add a claim unless the number is missing or the source has said it already."""
        if value is not None:
            band = (None, value, None)
            self.band(subject, quantity, band, unit, as_of, locator, basis=basis, grade=grade, static=static, note=note)

    def band(
        self,
        subject: str,
        quantity: str,
        band: tuple[float | None, float, float | None],
        unit: str,
        as_of: str,
        locator: str,
        *,
        basis: str = "estimated",
        grade: str = "primary",
        static: bool = False,
        note: str = "",
    ) -> None:
        """Add a claim with its 5th, 50th and 95th percentile in `unit`, unless the source has said it already."""
        if (subject, quantity, as_of) in self._claims:
            return
        low, value, high = band
        self._claims.add((subject, quantity, as_of))
        kind, _, name = subject.partition(":")
        stem = f"{kind}.{name}.{quantity}" if static else f"{kind}.{name}.{quantity}.{as_of}"
        self._ids[stem] += 1
        self.out.claims.append(
            Claim(
                f"{stem}.{self._ids[stem]}",
                subject,
                quantity,
                low,
                value,
                high,
                unit,
                as_of,
                self.source.id,
                locator,
                basis,
                grade,
                note,
            )
        )

    def history(
        self,
        subject: str,
        quantity: str,
        period: str,
        band: tuple[float | None, float, float | None],
        unit: str,
        locator: str,
        *,
        basis: str = "estimated",
        grade: str = "primary",
        note: str = "",
        file: str = "",
        source: str = "",
    ) -> None:
        """Add a history row; `band` holds the 5th, 50th and 95th percentile in `unit`."""
        low, value, high = band
        self.out.history.append(
            History(
                subject,
                quantity,
                period,
                low,
                value,
                high,
                unit,
                source or self.source.id,
                locator,
                basis,
                grade,
                note,
                file,
            )
        )
