"""What all commands share: the base of the chosen workspace, results on stdout, messages on stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rechenmacht.evidence.base import Base

WORKSPACE_VARIABLE = "RECHENMACHT_WORKSPACE"
chosen: dict[str, Path | None] = {"workspace": None}
spoken = {"lang": "en"}
plugins: dict[str, bool | None] = {"run": None}  # undecided: a workspace that names some is then not run


def workspace() -> Path | None:
    """Return the workspace: the option, else the environment variable, else the folder we are in, or none."""
    from rechenmacht.evidence.workspace import find

    if chosen["workspace"] is not None:
        return chosen["workspace"]
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named) if named else find(Path.cwd())


def base(*, checked: bool = True) -> Base:
    """Load the fact base with the workspace laid over it; without the check also one that has faults.

    Raises:
        BadInput: if a row or a plug-in cannot be used.
    """
    from rechenmacht.evidence.base import Base, gather, load

    found = load(workspace()) if checked else Base(gather(workspace())[0], workspace())
    if plugins["run"] is None:
        return found
    from rechenmacht.domains.race.plugins import extended, without

    return extended(found) if plugins["run"] else without(found)


def say(text: str) -> None:
    """Print a line of the result on stdout."""
    print(text)  # noqa: T201


def note(text: str) -> None:
    """Print a message for the person at the terminal on stderr."""
    print(text, file=sys.stderr)  # noqa: T201


def emit(document: Any) -> None:
    """Print one JSON document on stdout; what JSON has no number for (infinity) becomes null."""
    say(json.dumps(plain(document), ensure_ascii=False, indent=1, allow_nan=False))


def plain(value: Any) -> Any:
    """Return plain data as JSON can write it: what is not finite is None, other things are their text."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return float(value)
    return value.hex() if isinstance(value, bytes) else str(value)
