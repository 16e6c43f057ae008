"""What the commands that are no questions yet share: options, and how their tables and numbers are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from rechenmacht.errors import BadInput
from rechenmacht.faces.console import base, chosen, emit, note, say, workspace
from rechenmacht.faces.language import language

__all__ = [
    "Backend",
    "Draws",
    "Json",
    "Lang",
    "Language",
    "Out",
    "Seed",
    "band",
    "base",
    "chosen",
    "draws_allowed",
    "emit",
    "note",
    "number",
    "say",
    "table",
    "workspace",
]  # fmt: skip

Lang = Literal["en", "de"]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout instead of text.")]
Language = Annotated[Lang, typer.Option("--lang", help="Language of names and texts: en or de.")]
Draws = Annotated[int, typer.Option("--draws", help="Number of draws from the priors.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of all random streams; same seed, same bytes.")]
Out = Annotated[Path | None, typer.Option("--out", help="Folder for CSV and figures; made whole or not at all.")]
Backend = Annotated[
    Literal["kernel", "numpy", "native"],
    typer.Option("--backend", help="kernel (shipped), numpy, or native: compiled at the first use."),
]
MOST_DRAWS = 20_000


def draws_allowed(draws: int) -> None:
    """Refuse draws that are too few to rank or too many to hold.

    Raises:
        BadInput: if they are.
    """
    if not 100 <= draws <= MOST_DRAWS:
        raise BadInput(f"--draws must be between 100 and {MOST_DRAWS:,}, not {draws:,}")


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
    words, middle = language(lang), number(value, lang)
    if low is None and high is None:
        return middle
    if low is not None and high is not None:
        ends = words.text("number.to", low=number(low, lang), high=number(high, lang))
    elif low is not None:
        ends = words.text("number.at_least", n=number(low, lang))
    else:
        ends = words.text("number.at_most", n=number(high, lang))
    return f"{middle} ({ends})" if middle else ends
