"""Where compiled kernels lie, and the fingerprint of the model that they were made from."""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from rechenmacht.files import write

CACHE_VARIABLE = "RECHENMACHT_CACHE"
HERE = Path(__file__).parent
ASKED = frozenset({"questions.py", "rows.py"})  # how the model is asked, and how it answers: no equations
WASM, META = HERE / "kernel.wasm", HERE / "kernel.json"


def cache_folder() -> Path:
    """Return where compiled models lie: RECHENMACHT_CACHE or the user's cache folder; a fresh one if it is closed."""
    named = os.environ.get(CACHE_VARIABLE)
    folder = Path(named) if named else user_cache_path("rechenmacht", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="rechenmacht-"))


def place(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; two processes may write the same one at once."""
    write(path, content)


@cache
def model_sha256() -> str:
    """Return the SHA-256 of the files that the equations and their compiled form come from."""
    race = (path for path in HERE.parent.glob("*.py") if path.name not in ASKED)
    backends = (HERE / name for name in ("symbols.py", "trace.py", "cheaper.py", "emit.py"))
    parts = [*race, *backends, *(HERE / "c").iterdir()]
    found = hashlib.sha256()
    for path in sorted(parts):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
