"""`rechenmacht capital ...`: who pays whom, how much is the same money, and who falls."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rechenmacht.faces.group import group
from rechenmacht.outputs.cli.capital_shown import grid, word
from rechenmacht.outputs.cli.common import Json, Language, emit, say

app = typer.Typer(
    help="The deals network: who pays whom, what is the same money, who falls.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=group("capital"),
)


@app.command()
def clear(
    network: Annotated[Path, typer.Option("--network", help="JSON file with L, e, ext?, alpha, beta, names?.")],
    case: Annotated[
        str | None, typer.Option("--case", help="Name of the network where the file holds several.")
    ] = None,
    as_json: Json = False,
    lang: Language = "en",
) -> None:
    """Clear a network of dues: the greatest clearing vector p and who defaults."""
    from rechenmacht.domains.capital.clearing import clear as solve
    from rechenmacht.domains.capital.network_file import read

    asked = read(network, case)
    result = solve(asked.dues, asked.cash, asked.external, asked.alpha, asked.beta)
    paid, fails = result.paid.tolist(), result.default.astype(int).tolist()
    if as_json:
        rounds = [[i for i, turn in enumerate(result.round) if turn == k] for k in range(int(result.round.max()) + 1)]
        emit({"p": paid, "default": fails, "owed": result.owed.tolist(), "rounds": rounds, "names": asked.names})
        return
    lines = (
        (
            asked.names[i],
            f"{paid[i]:.12g}",
            f"{result.owed[i]:.12g}",
            word("yes" if fails[i] else "no", lang),
            str(result.round[i] + 1) if fails[i] else "",
        )
        for i in range(len(paid))
    )
    say(grid(lines, ("node", "p", "owed", "default", "round"), lang))
