"""`rechenmacht engine ...` and `rechenmacht chip compare`: what a system of chips delivers."""

from __future__ import annotations

import typer

from rechenmacht.faces.group import group

app = typer.Typer(
    help="What a system of chips delivers: time, power, cost, what bounds it.", no_args_is_help=True,
    rich_markup_mode=None, cls=group("engine"),
)  # fmt: skip
chip_app = typer.Typer(
    help="Chips side by side.", no_args_is_help=True, rich_markup_mode=None, cls=group("chip", ("engine",))
)


@app.callback()
def _engine() -> None:
    """What a system of chips delivers."""


@chip_app.callback()
def _chips() -> None:
    """Chips side by side."""
