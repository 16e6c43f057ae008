"""The log of who asked for what and who changed what: JSON lines, without what was asked or written."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from starlette.types import Scope

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.caller import Caller, caller

MOST_BYTES = 10_000_000  # of a file; five older ones are kept


class Journal:
    """Writes requests and changes into a file, or nowhere.

    A request's line has neither query nor body, so no article, no name of a view and no token gets into it.
    """

    def __init__(self, path: Path | None) -> None:
        self._logger: logging.Logger | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
            path.chmod(0o600)
            handler = RotatingFileHandler(path, maxBytes=MOST_BYTES, backupCount=5, encoding="utf-8")
        except OSError as error:
            raise BadInput(f"setting log: {path}: cannot be written ({error.strerror})") from None
        handler.setFormatter(logging.Formatter("%(message)s"))
        self._logger = logging.Logger(f"rechenmacht.journal.{path}", logging.INFO)
        self._logger.addHandler(handler)

    def _write(self, row: dict[str, Any]) -> None:
        if self._logger is not None:
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            self._logger.info(json.dumps({"time": now, **row}, ensure_ascii=True))

    def request(self, scope: Scope, asking: Caller, status: int, seconds: float) -> None:
        """Write a line of a request that has been answered."""
        who = {"client": asking.client, **({"user": asking.user} if asking.user else {})}
        what = {"method": scope["method"], "path": scope["path"][:200], "status": status, "ms": round(1000 * seconds)}
        self._write({"kind": "request", **who, **what})

    def event(self, event: str, user: str, **more: str) -> None:
        """Write a line of a change: signing in and out, workspaces, roles, saved and removed views, by their ids."""
        self._write({"kind": "event", "event": event, "client": caller().client, "user": user, **more})


@cache
def journal(path: Path | None) -> Journal:
    """Return the journal of a file.

    Raises:
        BadInput: if it cannot be written.
    """
    return Journal(path)
