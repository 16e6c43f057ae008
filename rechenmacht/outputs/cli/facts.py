"""`rechenmacht facts ...` and `rechenmacht init`: extend the fact base; what it holds is asked by questions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from rechenmacht.errors import BadInput, nearest
from rechenmacht.faces.group import group
from rechenmacht.outputs.cli.common import Json, base, emit, note, say, table, workspace

app = typer.Typer(help="The fact base: every number with its source.", no_args_is_help=True, rich_markup_mode=None,
                  cls=group("facts"))  # fmt: skip


def _mine() -> Path:
    folder = workspace()
    if folder is None:
        raise BadInput("no workspace here: make one with rechenmacht init DIR, or name one with --workspace")
    return folder


@app.command()
def add(
    subject: Annotated[str, typer.Option("--subject", help="Entity id, such as chip:h100-sxm.")],
    quantity: Annotated[str, typer.Option("--quantity", help="Quantity id.")],
    unit: Annotated[str, typer.Option("--unit", help="Unit of the numbers; converted to the quantity's.")],
    as_of: Annotated[str, typer.Option("--as-of", help="Date that the number is about.")],
    source: Annotated[str, typer.Option("--source", help="Source id (in the base or the workspace's sources.csv).")],
    basis: Annotated[
        str, typer.Option("--basis", help="measured, reported, specified, estimated, target, forecast...")
    ],
    grade: Annotated[str, typer.Option("--grade", help="primary, secondary or unverified.")],
    value: Annotated[float | None, typer.Option("--value")] = None,
    low: Annotated[float | None, typer.Option("--low")] = None,
    high: Annotated[float | None, typer.Option("--high")] = None,
    locator: Annotated[str, typer.Option("--locator", help="Page, table or sentence in the source.")] = "",
    text: Annotated[str, typer.Option("--note", help="Caveats.")] = "",
    replaces: Annotated[str | None, typer.Option("--replaces", help="Claim that this one sets aside.")] = None,
    as_json: Json = False,
) -> None:
    """Add one claim to the workspace, after all checks."""
    from rechenmacht.evidence.workspace import add_claim

    claim = add_claim(
        _mine(),
        subject=subject, quantity=quantity, low=low, value=value, high=high, unit=unit, as_of=as_of, source=source,
        locator=locator, basis=basis, grade=grade, note=text, replaces=replaces,
    )  # fmt: skip
    if as_json:
        emit(asdict(claim))
    else:
        say(f"added {claim.id} to {_mine()}")


@app.command("import")
def import_(
    name: Annotated[str, typer.Argument(help="Importer; facts import list names them.")],
    file: Annotated[Path | None, typer.Argument(help="The file or folder as its publisher ships it.")] = None,
    vintage: Annotated[
        str, typer.Option("--vintage", help="Date of the copy, 2026-05-23, where it is not the usual one.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Read a public data set into the workspace."""
    from rechenmacht.evidence.importers import IMPORTERS

    if name == "list":
        if as_json:
            emit([{"name": i.name, "title": i.title, "wants": i.wants} for i in IMPORTERS.values()])
        else:
            say(table(((i.name, i.wants, i.title) for i in IMPORTERS.values()), ("name", "wants", "title")))
        return
    if name not in IMPORTERS:
        raise BadInput(f"no importer {name!r}{nearest(name, IMPORTERS)}; known: {', '.join(IMPORTERS)}")
    if file is None:
        raise BadInput(f"name the file or folder to import: {IMPORTERS[name].wants}")
    from rechenmacht.evidence.workspace import write_imported

    mine, facts = _mine(), base()
    imported = IMPORTERS[name].read(file, facts.tables.corrections, vintage)
    copy = imported.sources[0].id if imported.sources else name  # each vintage has a file of its own
    written = asdict(write_imported(mine, imported, copy))
    if as_json:
        emit(written)
    else:
        say(f"{name}: " + ", ".join(f"{count} {what}" for what, count in written.items()) + f" -> {mine}")


@app.command()
def update(
    names: Annotated[list[str] | None, typer.Argument(help="Importers to fetch and run; all if none is named.")] = None,
    as_json: Json = False,
) -> None:
    """Fetch the pinned public data sets (needs a network) and import them into the workspace."""
    from rechenmacht.evidence.update import update as fetch

    results = fetch(names or [], _mine(), tell=note)
    if as_json:
        emit({name: asdict(written) for name, written in results.items()})
    else:
        rows = ((name, str(w.claims), str(w.history), str(w.known)) for name, w in results.items())
        say(table(rows, ("data set", "claims", "history", "known already")))


def init(folder: Annotated[Path, typer.Argument(help="Folder to make.")] = Path(), as_json: Json = False) -> None:
    """Make a workspace: a folder whose claims, parameters and scenarios overlay the shipped ones."""
    from rechenmacht.evidence.workspace import init as make

    make(folder)
    if as_json:
        emit({"workspace": str(folder.resolve())})
    else:
        say(f"workspace made in {folder.resolve()}")
