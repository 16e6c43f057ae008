"""`rechenmacht capital ...`: who pays whom, how much is the same money, and who falls."""

from __future__ import annotations

import typer

from rechenmacht.faces.group import group

app = typer.Typer(
    help="The deals network: who pays whom, what is the same money, who falls.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=group("capital"),
)


@app.callback()
def _capital() -> None:
    """The deals network: who pays whom, what is the same money, who falls."""
