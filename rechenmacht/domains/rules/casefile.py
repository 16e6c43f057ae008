"""Tables that a user brings as files, read as text; what is in them is checked where they are used."""

from __future__ import annotations

from pathlib import Path

from rechenmacht import files
from rechenmacht.domains.rules.cases import Cases, table_of
from rechenmacht.domains.rules.places import Places

MOST_BYTES = 60_000_000  # what the question takes


def content(path: Path) -> dict[str, str]:
    """Return the text of a CSV file and its name.

    Raises:
        BadInput: if it cannot be read.
    """
    return {"text": files.text(path, MOST_BYTES), "name": path.name}


def read_table(path: Path, where: Places) -> tuple[Cases, tuple[str, ...]]:
    """Return the cases of a CSV file, and the columns of its header that were ignored.

    Raises:
        BadInput: if the file, its header or a cell cannot be used; the message names file, row and column.
    """
    found = content(path)
    return table_of(found["text"], found["name"], where)
