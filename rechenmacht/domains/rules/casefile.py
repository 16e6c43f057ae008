"""Tables that a user brings as files, read as text; what is in them is checked where they are used."""

from __future__ import annotations

from pathlib import Path

from rechenmacht.domains.rules.cases import Cases, table_of
from rechenmacht.domains.rules.places import Places
from rechenmacht.errors import BadInput


def content(path: Path) -> dict[str, str]:
    """Return the text of a CSV file and its name.

    Raises:
        BadInput: if it cannot be read.
    """
    try:
        return {"text": path.read_bytes().decode("utf-8-sig"), "name": path.name}
    except UnicodeDecodeError as error:
        raise BadInput(f"{path.name}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None


def read_table(path: Path, where: Places) -> tuple[Cases, tuple[str, ...]]:
    """Return the cases of a CSV file, and the columns of its header that were ignored.

    Raises:
        BadInput: if the file, its header or a cell cannot be used; the message names file, row and column.
    """
    found = content(path)
    return table_of(found["text"], found["name"], where)
