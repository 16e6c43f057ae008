"""`rechenmacht sweep FILE`: a design of scenarios, settings and seeds, on one machine or many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from rechenmacht import files
from rechenmacht.errors import BadInput
from rechenmacht.outputs.cli.common import Json, base, emit, note
from rechenmacht.outputs.cli.scenarios import progress


def sweep(
    design: Annotated[Path, typer.Argument(help="TOML file of the design; entries in docs/uncertainty.md.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the chunks and of sweep.csv.")],
    workers: Annotated[int, typer.Option("--workers", help="Processes of a local cluster; 0 computes here.")] = 0,
    scheduler: Annotated[str, typer.Option("--scheduler", help="Address of a Dask scheduler, tcp://...")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="Go on in a folder that holds chunks already.")] = False,
    as_json: Json = False,
) -> None:
    """Run a design in chunks and merge them; a stopped sweep loses only unfinished chunks.

    Raises:
        BadInput: if the design, the folder or the cluster cannot be used.
    """
    from rechenmacht import sweeps

    if not 0 <= workers <= 256:
        raise BadInput(f"--workers must be between 0 and 256, not {workers}")
    from rechenmacht.domains.race.plugins import alone

    facts = base()
    alone(facts, "a sweep runs")
    planned = sweeps.plan(facts, sweeps.read(design))
    chunks = out / "chunks"
    if chunks.exists() and any(chunks.iterdir()) and not resume:
        raise BadInput(f"{out} holds chunks already (--resume goes on, or choose another --out)")
    with progress(design.stem, len(planned.chunks)) as tick:
        try:
            ran = sweeps.run(facts, planned, chunks, workers=workers, scheduler=scheduler, progress=tick)
        except OSError as error:
            raise BadInput(f"{out}: cannot be written ({error.strerror})") from None
    text = sweeps.merged(planned, chunks)
    files.write(out / "sweep.csv", text)
    record = {
        "schema": sweeps.SCHEMA, "data_checksum": facts.checksum, "design": planned.design.model_dump(mode="json"),
        "chunks": len(planned.chunks), "chunks_run_now": ran,
    }  # fmt: skip
    files.write(out / "sweep.json", json.dumps(record, indent=1) + "\n")
    if as_json:
        emit(record | {"folder": str(out)})
        return
    note(f"{ran} of {len(planned.chunks)} chunks run, {len(planned.cells)} cells -> {out / 'sweep.csv'}")
