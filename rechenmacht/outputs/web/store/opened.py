"""The store of a server: opened at the start where it has to be looked at, else when somebody first asks for it.

The library that speaks to databases loads slower than all the rest of a server; a look at an SQLite file of the newest
form needs none. A new file is opened at the start, so that the first who saves does not wait for its tables.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.files import NoRoom
from rechenmacht.outputs.web.store.kinds import Busy, Limits, newest

if TYPE_CHECKING:
    from rechenmacht.outputs.web.store.store import Store

SQLITE = "sqlite:///"


def _fit(url: str) -> bool:
    """Tell whether a database can be opened later: a private SQLite file of the newest form."""
    if not url.startswith(SQLITE) or "?" in url or not url.removeprefix(SQLITE):
        return False
    path = Path(url.removeprefix(SQLITE))
    try:
        found = path.stat()
        private = stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o600
        if not private or not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            return False
        with sqlite3.connect(path, timeout=0.2) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        connection.close()
    except (OSError, ValueError, sqlite3.Error):
        return False
    return rows == [(newest(),)]


class Opened:
    """The store; call it to have it.

    Args:
        url: SQLAlchemy address.
        limits: what may be saved.

    Raises:
        BadInput: if it cannot be opened.
    """

    def __init__(self, url: str, limits: Limits) -> None:
        self._url, self._limits = url, limits
        self._lock = threading.Lock()
        self._store: Store | None = None
        if not _fit(url):
            self._open()

    def _open(self) -> Store:
        from rechenmacht.outputs.web.store.store import Store

        with self._lock:
            if self._store is None:
                self._store = Store(self._url, self._limits)
            return self._store

    def __call__(self) -> Store:
        """Return the store, opened.

        Raises:
            NoRoom: if its disk is full.
            Busy: if it could be opened at the start, but not now.
        """
        try:
            return self._store or self._open()
        except NoRoom:
            raise
        except BadInput as error:
            logging.getLogger("rechenmacht").error("%s", error)
            raise Busy from None

    def close(self) -> None:
        """Close all connections."""
        if self._store is not None:
            self._store.close()
