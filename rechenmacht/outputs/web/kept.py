"""Pages and documents on the disk, so that the first reader after a new start does not wait for them again."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

from rechenmacht import files
from rechenmacht.errors import BadInput

MOST = 8_000_000  # bytes of a page
PACKAGE = Path(__file__).parents[2]


def state(checksum: str, day: str) -> str:
    """Return what pages depend on, as a short hash: the data, the day, and the code as it is now."""
    with_what = (sys.version, *(version(name) for name in ("fastapi", "pydantic", "numpy")))
    found = hashlib.sha256(" ".join((checksum, day, *with_what)).encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix != ".pyc" and path.is_file():
            told = path.stat()
            found.update(f"{path.relative_to(PACKAGE)} {told.st_size} {told.st_mtime_ns}\n".encode())
    return found.hexdigest()[:32]


class Kept:
    """Pages on the disk, for one state of data and code; those of other states are removed.

    Args:
        folder: where they lie; it is made.
        state: what the pages depend on.
    """

    def __init__(self, folder: Path, state: str) -> None:
        self._folder = folder / state
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in folder.iterdir():
                if old.name != state:
                    shutil.rmtree(old, ignore_errors=True)

    def _place(self, path: str) -> Path:
        return self._folder / hashlib.sha256(path.encode()).hexdigest()

    def get(self, path: str) -> bytes | None:
        """Return a page, or None; one whose bytes have changed is none."""
        with contextlib.suppress(BadInput):
            content = files.read(self._place(path), MOST + 32)
            if len(content) > 32 and hashlib.sha256(content[32:]).digest() == content[:32]:
                return content[32:]
        return None

    def put(self, path: str, body: bytes) -> None:
        """Keep a page, where the disk has room for it."""
        with contextlib.suppress(BadInput):
            if len(body) <= MOST:
                files.write(self._place(path), hashlib.sha256(body).digest() + body, mode=0o600)
