"""Where compiled kernels lie, and the fingerprint of the model that they were made from."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from rechenmacht.files import CACHE_VARIABLE, cache_folder, write

__all__ = ["CACHE_VARIABLE", "META", "WASM", "cache_folder", "model_sha256", "place"]
HERE = Path(__file__).parent
ASKED = frozenset({"questions.py", "rows.py"})  # how the model is asked, and how it answers: no equations
WASM, META = HERE / "kernel.wasm", HERE / "kernel.json"


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
