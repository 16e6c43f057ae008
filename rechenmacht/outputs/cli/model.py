"""`rechenmacht model`: the equations for others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from rechenmacht import files
from rechenmacht.outputs.cli.common import Json, base, emit, note, say

app = typer.Typer(help="The race model itself: its equations.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def export(
    to: Annotated[
        Literal["vensim", "markdown", "json"], typer.Option("--format", help="vensim, markdown or json.")
    ] = "markdown",
    out: Annotated[Path | None, typer.Option("--out", help="File to write; standard output if none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Write the traced equations with the parameters' units and sources; Vensim at the parameters' medians."""
    from rechenmacht.outputs.model_export import FORMATS

    text = FORMATS["json" if as_json and out is None else to](base())
    if out is None:
        say(text)
        return
    files.write(out, text)
    if as_json:
        emit({"file": str(out), "format": to, "lines": len(text.splitlines())})
    note(f"{len(text.splitlines()):,} lines -> {out}")
