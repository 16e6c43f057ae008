"""`rechenmacht model ...`: the race model itself."""

from __future__ import annotations

import typer

from rechenmacht.faces.group import group

app = typer.Typer(
    help="The race model itself: its equations.", no_args_is_help=True, rich_markup_mode=None,
    cls=group("model", ("race",)),
)  # fmt: skip


@app.callback()
def _model() -> None:
    """The race model itself: its equations."""
