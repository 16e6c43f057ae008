"""Native code of the shipped model that is kept ready, with what must be known of it: loading it traces nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from rechenmacht import files
from rechenmacht.domains.race.backends import native
from rechenmacht.domains.race.backends.compiled import Compiled, Unserved, meta_from, meta_of, meta_values
from rechenmacht.domains.race.backends.emit import emit
from rechenmacht.domains.race.backends.files import cache_folder, model_sha256, place
from rechenmacht.domains.race.backends.trace import trace
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.errors import BadInput

MOST = 64 * 2**20  # bytes of a library


def _told(names: Sequence[str]) -> Path:
    """Return where it is written what is ready: for these equations and parameters, on this processor."""
    made_of = "\0".join((model_sha256(), *names, *native.flags(), native.processor()))
    return cache_folder() / f"native-{hashlib.sha256(made_of.encode()).hexdigest()[:20]}.json"


def _own(path: Path) -> bool:
    """Tell whether nobody but this user and the system's own can have written a file."""
    if not hasattr(os, "geteuid"):  # Windows
        return True
    told = path.stat()
    return told.st_uid in {0, os.geteuid()} and not told.st_mode & 0o022


def prepare(given: Inputs, names: Sequence[str]) -> None:
    """Compile the shipped model for this processor and keep it in the cache folder; half a minute.

    Raises:
        BadInput: if there is no compiler, it refuses the text, or nothing can be written.
    """
    native.compiler()
    traced = trace(given, names, general=True)
    source = emit(traced)
    path = native.made(source.text)
    meta = meta_values(meta_of(traced, given, source.rows, source.state, source.outputs, native.LANES))
    checked = hashlib.sha256(path.read_bytes()).hexdigest()
    place(_told(names), json.dumps({"library": path.name, "sha256": checked, "meta": meta}).encode())


def ready(given: Inputs, names: Sequence[str]) -> Compiled | None:
    """Return native code for a run, or None where none is ready or what lies there is not what was made."""
    told = _told(names)
    try:
        found = files.json_of(told)
        path = told.parent / Path(found["library"]).name
        if not (_own(told) and _own(path)) or hashlib.sha256(files.read(path, MOST)).hexdigest() != found["sha256"]:
            return None
        return Compiled(native.Native(path), meta_from(found["meta"]), given, names)
    except (BadInput, Unserved, OSError, KeyError, TypeError, ValueError):
        return None
