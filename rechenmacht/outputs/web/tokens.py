"""The token file: one account a line, `name sha256-of-token`; who holds the file cannot sign in with it."""

from __future__ import annotations

import hashlib
import re
import secrets
from pathlib import Path

from rechenmacht.errors import BadInput

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
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: cannot be read ({error})") from None
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
    token = secrets.token_urlsafe(32)
    try:
        if not path.exists():
            path.touch(mode=0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{name} {hashed(token)}\n")
    except OSError as error:
        raise BadInput(f"{path.name}: cannot be written ({error.strerror})") from None
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
        """Return whose token has a hash, or None.

        Raises:
            BadInput: if the file cannot be read.
        """
        try:
            state = self.path.stat()
        except OSError as error:
            raise BadInput(f"{self.path.name}: cannot be read ({error.strerror})") from None
        now = (state.st_mtime_ns, state.st_size)
        if now != self._seen:
            self._names, self._seen = read(self.path), now
        return self._names.get(digest)
