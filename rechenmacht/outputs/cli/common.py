"""What all commands share: the fact base of the chosen workspace, output as text or JSON, messages on stderr."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from rechenmacht.evidence.base import Base

Lang = Literal["en", "de"]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of text.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of names and texts: en or de.")]
Draws = Annotated[int, typer.Option("--draws", help="Number of draws from the priors.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of all random streams; same seed, same bytes.")]
Off = Annotated[list[str] | None, typer.Option("--off", help="Switch a mechanism off (may be repeated).")]
WORKSPACE_VARIABLE = "RECHENMACHT_WORKSPACE"
chosen: dict[str, Path | None] = {"workspace": None}


def workspace() -> Path | None:
    """Return the workspace: the option, else the environment variable, else the folder we are in, or none."""
    from rechenmacht.evidence.workspace import find

    if chosen["workspace"] is not None:
        return chosen["workspace"]
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named) if named else find(Path.cwd())


def base() -> Base:
    """Load the fact base with the workspace laid over it.

    Raises:
        BadInput: if a row cannot be used.
    """
    from rechenmacht.evidence.base import load

    return load(workspace())


def say(text: str) -> None:
    """Print a line of the result on stdout."""
    print(text)  # noqa: T201


def note(text: str) -> None:
    """Print a message for the person at the terminal on stderr."""
    print(text, file=sys.stderr)  # noqa: T201


def emit(document: Any) -> None:
    """Print one JSON document on stdout; what JSON has no number for (infinity) becomes null."""
    say(json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False))


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return float(value)
    return value.hex() if isinstance(value, bytes) else str(value)


def table(rows: Iterable[Sequence[str]], header: Sequence[str]) -> str:
    """Return rows as aligned columns under a header; a cell never breaks a line."""
    lines = [list(header), *([" ".join(str(cell).split()) for cell in row] for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
    widths[-1] = 0
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def number(value: float | None, lang: Lang = "en") -> str:
    """Return a number with up to six significant digits and thousands marks of the language."""
    if value is None:
        return ""
    text = f"{value:.6g}" if abs(value) >= 1e15 or 0 < abs(value) < 1e-4 else f"{value:,.10g}"
    if abs(value) >= 1000 and abs(value) < 1e15:
        text = f"{value:,.0f}" if abs(value) >= 1e5 or value == int(value) else f"{value:,.2f}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def band(low: float | None, value: float | None, high: float | None, lang: Lang = "en") -> str:
    """Return `value (low to high)` with what is known of it."""
    to = "to" if lang == "en" else "bis"
    middle = number(value, lang)
    if low is None and high is None:
        return middle
    if low is not None and high is not None:
        ends = f"{number(low, lang)} {to} {number(high, lang)}"
    elif low is not None:
        ends = ("at least " if lang == "en" else "mindestens ") + number(low, lang)
    else:
        ends = ("at most " if lang == "en" else "höchstens ") + number(high, lang)
    return f"{middle} ({ends})" if middle else ends
