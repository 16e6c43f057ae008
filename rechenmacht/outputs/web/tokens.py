"""The token file: one account a line, `name sha256-of-token`; who holds the file cannot sign in with it."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from pathlib import Path

from rechenmacht import files
from rechenmacht.errors import BadInput

LOG = logging.getLogger("rechenmacht")
MOST_BYTES = 4_000_000
NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
HASH = re.compile(r"[0-9a-f]{64}")


def hashed(token: str) -> str:
    """Return the hash of a token; tokens are random and long, so one round is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def read(path: Path) -> dict[str, str]:
    """Return hash -> name.

    Raises:
        BadInput: if the file cannot be read or a line is not `name hash`.
    """
    lines = files.text(path, MOST_BYTES).splitlines()
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        if len(parts) != 2 or not NAME.fullmatch(parts[0]) or not HASH.fullmatch(parts[1]):
            raise BadInput(f"{path.name}: line {number}: write a name and a hash (rechenmacht serve-token makes them)")
        found[parts[1]] = parts[0]
    return found


def add(path: Path, name: str) -> str:
    """Add an account to a token file and return its token.

    Raises:
        BadInput: if the name is taken or cannot be one, or the file cannot be written.
    """
    if not NAME.fullmatch(name):
        raise BadInput(f"{name!r}: a name has 1 to 64 letters, digits, dots, dashes or underscores")
    if path.exists() and name in read(path).values():
        raise BadInput(f"{path.name}: there is an account {name!r} already; remove its line first")
    token, old, mode = secrets.token_urlsafe(32), "", 0o600
    if path.exists():
        old, mode = files.text(path, MOST_BYTES), path.stat().st_mode & 0o777
    files.write(path, old + ("" if not old or old.endswith("\n") else "\n") + f"{name} {hashed(token)}\n", mode=mode)
    return token


class Tokens:
    """A token file, read anew when it changes.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._names: dict[str, str] = {}

    def name_of(self, token: str) -> str | None:
        """Return whose token it is, or None.

        Raises:
            BadInput: if the file cannot be read.
        """
        return self.holder(hashed(token))

    def holder(self, digest: str) -> str | None:
        """Return whose token has a hash, or None; of a file that has become unreadable, as it was before.

        Raises:
            BadInput: if the file could never be read.
        """
        try:
            state = self.path.stat()
            now = (state.st_mtime_ns, state.st_size)
            if now != self._seen:
                self._names, self._seen = read(self.path), now
        except (OSError, BadInput) as error:
            if self._seen is None:
                said = error if isinstance(error, BadInput) else f"cannot be read ({error.strerror})"
                raise BadInput(f"{self.path.name}: {said}") from None
            # What was read last still holds: one bad line locks nobody out, and lets nobody in.
            LOG.warning("token file: %s; the accounts of its last good state hold", error)
        return self._names.get(digest)
