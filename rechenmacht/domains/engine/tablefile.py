"""A table of questions as a file: cells by column, as text."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rechenmacht.errors import BadInput


def cells(path: Path) -> list[dict[str, str]]:
    """Read the cells of a table; unknown columns are kept, missing ones empty.

    Raises:
        BadInput: if the file cannot be read or has no `quantity` column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text (byte {error.start})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not reader.fieldnames or "quantity" not in reader.fieldnames:
        raise BadInput(f"{path}: no column 'quantity': it says what a row asks for")
    return [{key: value or "" for key, value in row.items() if isinstance(key, str)} for row in reader]
