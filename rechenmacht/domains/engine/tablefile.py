"""A table of questions as a file: cells by column, as text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rechenmacht.errors import BadInput


def measured(path: Path) -> list[dict[str, str]]:
    """Read the cells of any table.

    Raises:
        BadInput: if the file cannot be read.
    """
    return _read(path)


def cells(path: Path) -> list[dict[str, str]]:
    """Read the cells of a table of questions; unknown columns are kept, missing ones empty.

    Raises:
        BadInput: if the file cannot be read or has no `quantity` column.
    """
    return _read(path, "quantity")


def _read(path: Path, needed: str = "") -> list[dict[str, str]]:
    """Read a table that has a column.

    Raises:
        BadInput: if the file cannot be read or lacks the column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text (byte {error.start})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not reader.fieldnames or (needed and needed not in reader.fieldnames):
        raise BadInput(f"{path}: no column {needed or 'at all'!r}: it says what a row asks for")
    return [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]
