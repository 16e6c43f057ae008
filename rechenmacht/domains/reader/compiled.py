"""Where the reader's compiled modules are loaded from, if there are any of just this text; else plain Python is read.

They are made by `compiling`, and lie in the cache folder under the hash of the text that they were made of: what was
made of an older text is never found. RECHENMACHT_READER=plain reads plain Python in any case.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from rechenmacht.files import cache_path

HERE = Path(__file__).parent
PACKAGE = __name__.rpartition(".")[0]
VARIABLE = "RECHENMACHT_READER"
PLAIN, UNCHECKED = "plain", "unchecked"
CHECKED = "answers-the-same"  # the file that says that the compiled reader has answered as the plain one
SUFFIX = EXTENSION_SUFFIXES[0]
GROUP = "__mypyc"  # how the name of the library ends that holds all modules
# What is only read at the edge, or finds its word lists beside itself.
LEFT_OUT = frozenset(
    {
        "__init__.py",
        "compiled.py",
        "compiling.py",
        "extract.py",
        "llm.py",
        "questions.py",
        "reading.py",
        "rows.py",
        "settling.py",
        "sources.py",
        "words.py",
    }
)


def sources() -> dict[str, Path]:
    """Return the files of the modules that are compiled, by their dotted names."""
    inside = (path for path in sorted(HERE.glob("*.py")) if path.name not in LEFT_OUT)
    checks = (path for path in sorted((HERE / "checks").glob("*.py")) if path.stem != "__init__")
    found = {f"{PACKAGE}.{path.stem}": path for path in inside}
    return found | {f"{PACKAGE}.checks.{path.stem}": path for path in checks}


def _around() -> list[tuple[str, Path]]:
    """Return the files whose types the compiled modules rely on, and the one that compiles them."""
    beside = [HERE.parents[1] / "dates.py", *(HERE / name for name in ("words.py", "compiling.py", "settling.py"))]
    return [(path.name, path) for path in (*beside, *sorted((HERE.parents[1] / "evidence").glob("*.py")))]


def place() -> Path:
    """Return where the modules compiled from this text by this Python lie, or would lie."""
    found = hashlib.sha256(f"{SUFFIX}\0{sys.version}\0".encode())
    for name, path in (*sources().items(), *_around()):
        found.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return cache_path() / f"reader-{found.hexdigest()[:20]}"


class Finder:
    """Finds the reader's modules in compiled form; whether there is one is asked when the first of them is wanted."""

    def __init__(self) -> None:
        """Look for nothing yet."""
        self._found: dict[str, Path] | None = None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is loaded from, or None where its plain text is to be read."""
        del path, target
        if not name.startswith(f"{PACKAGE}.") and not name.endswith(GROUP):
            return None
        if self._found is None and f"{name.rpartition('.')[2]}.py" not in LEFT_OUT:
            self._found = found()
        file = (self._found or {}).get(name)
        if file is None:
            return None
        return spec_from_file_location(name, file, loader=ExtensionFileLoader(name, str(file)))


def found() -> dict[str, Path]:
    """Return the files of the compiled modules and of the library that holds them, by name, if all are there."""
    asked = os.environ.get(VARIABLE, "")
    folder = place() if asked != PLAIN else HERE
    if asked == PLAIN or not ((folder / CHECKED).exists() or (asked == UNCHECKED and folder.exists())):
        return {}
    files = {name: folder / f"{name}{SUFFIX}" for name in sources()}
    files |= {path.name.removesuffix(SUFFIX): path for path in folder.glob(f"*{GROUP}{SUFFIX}")}
    return files if len(files) > len(sources()) and all(path.exists() for path in files.values()) else {}


def used() -> bool:
    """Whether the reader's modules were loaded in compiled form."""
    module = sys.modules.get(f"{PACKAGE}.scene")
    return str(getattr(module, "__file__", "")).endswith(SUFFIX)


def install() -> None:
    """Let the reader's modules be looked for in compiled form first."""
    if not any(isinstance(one, Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, Finder())
