"""`rechenmacht forecast ...`: forecasts that later data can score."""

from __future__ import annotations

import typer

from rechenmacht.faces.group import group

app = typer.Typer(
    help="Forecasts that later data can score.", no_args_is_help=True, rich_markup_mode=None,
    cls=group("forecast", ("uncertainty",)),
)  # fmt: skip


@app.callback()
def _forecast() -> None:
    """Forecasts that later data can score."""
