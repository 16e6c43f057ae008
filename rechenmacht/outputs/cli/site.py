"""`rechenmacht site`: everything that needs no server, as a folder for any static host."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Draws, Json, Seed, base, emit, note, say


def site(
    out: Annotated[Path, typer.Option("--out", help="Folder of the site; empty, or a site written before.")] = Path(
        "site"
    ),
    address: Annotated[
        str, typer.Option("--address", help="Where it will lie, https://...: for feeds and share pictures.")
    ] = "",
    draws: Draws = 1000,
    seed: Seed = 1,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Whether the report is part of it.")] = True,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help="Whether all its links must lead somewhere.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Write the site: pages in both languages, charts, data, feeds, report, the interactive page; all links relative.

    Raises:
        BadInput: if the folder holds something else, the address is none, or a link of the site leads nowhere.
    """
    from rechenmacht.outputs.site.build import build
    from rechenmacht.outputs.site.links import broken

    if address and not address.startswith(("https://", "http://")):
        raise BadInput(f"--address {address!r} is no address (https://...)")
    from rechenmacht.domains.race.plugins import alone

    facts = base()
    alone(facts, "the site shows")
    counts = build(facts, out, note, address=address.rstrip("/"), draws=draws, seed=seed, report=report)
    wrong = broken(out) if check else []
    for line in wrong[:20]:
        note(line)
    if wrong:
        raise BadInput(f"{out}: {len(wrong)} links lead nowhere")
    if as_json:
        emit({"site": str(out), **counts, "broken": 0 if check else None})
    else:
        size = f"{counts['bytes'] / 1e6:.1f} MB"
        say(f"{out}: {counts['pages']:,} pages and files of its own, {counts['files']:,} files, {size}")
