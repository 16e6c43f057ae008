"""What the store takes, gives and raises; it loads no library of databases."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """Return the number of the newest form of the tables."""
    return max(path.name for path in (MIGRATIONS / "versions").glob("v*.py"))[1:5]


class Busy(Exception):
    """Somebody else holds the database, or it does not answer; nothing of what was asked has been done."""


class Missing(Exception):
    """There is no such workspace or scenario, or not for this user."""


class Denied(Exception):
    """The user may see it, but not change it."""


class Full(Exception):
    """A limit is reached; the text says which."""


class Conflict(Exception):
    """Somebody saved in between; `version` is what is stored now (0: it is gone)."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is stored")
        self.version = version


class Row(NamedTuple):
    """A saved scenario; `content` is JSON."""

    id: str
    workspace: str
    version: int
    content: str
    author: str
    saved: str


class Limits(NamedTuple):
    """What may be saved: views in a workspace and workspaces of one's own, versions of a view, bytes of an account."""

    views: int = 1000
    versions: int = 200
    size: int = 20 * 1024 * 1024
