"""Sweeps: many scenarios, parameter sets and seeds, run in chunks on one machine or many, merged to the same bytes.

A chunk is some draws of one cell (scenario, settings, seed). Its key is a hash of all that decides its result, and its
file appears whole or not at all, so that chunks can be run in any order, twice, or by a worker that dies: what is done
stays done. A chunk keeps its draws of the wanted outcomes, so that the merged quantiles are exact.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rechenmacht import __version__, files, runs
from rechenmacht.commit import commit
from rechenmacht.domains.race.backends.choose import Backend
from rechenmacht.domains.race.plugins import without
from rechenmacht.domains.uncertainty.chosen import Outcome, outcomes_of, take
from rechenmacht.domains.uncertainty.ensemble import QUANTILES, Model, simulator
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, load
from rechenmacht.sample import draw
from rechenmacht.scenario import Scenario, find, with_settings

Array = NDArray[np.float32]
MAX_CHUNK = 100_000
CHUNK_LIMIT = 4_000_000_000  # bytes
SCHEMA = "rechenmacht.sweep/1"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Design(_Strict):
    """A sweep as its file says it: every scenario with every set of settings and every seed.

    `sets` are lists of settings as on the command line; one empty list is the scenario as it is.
    """

    scenarios: tuple[str, ...] = Field(min_length=1)
    sets: tuple[tuple[str, ...], ...] = ((),)
    seeds: tuple[int, ...] = (1,)
    draws: Annotated[int, Field(ge=1, le=1_000_000_000)] = 10_000
    chunk: Annotated[int, Field(ge=1, le=MAX_CHUNK)] = 10_000
    outcomes: tuple[str, ...] = ()
    backend: Backend = "kernel"


@dataclass(frozen=True)
class Cell:
    """One combination: a scenario with its settings, and a seed."""

    scenario: Scenario
    settings: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Chunk:
    """Some draws of a cell; `key` names its file."""

    cell: int
    first: int
    size: int
    key: str


@dataclass(frozen=True)
class Sweep:
    """A checked sweep: its design, cells, wanted outcomes and chunks."""

    design: Design
    cells: tuple[Cell, ...]
    wanted: tuple[Outcome, ...]
    chunks: tuple[Chunk, ...]


def read(path: Path) -> Design:
    """Return a design.

    Raises:
        BadInput: if the file cannot be used; the message names file and entry.
    """
    content = files.toml(path)
    try:
        return Design.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path.name}: {where}: {first['msg'].lower()}") from None


def _key(base: Base, code: str, cell: Cell, design: Design, wanted: Sequence[Outcome], first: int, size: int) -> str:
    decides = {
        "version": __version__,
        "commit": code,
        "data": base.checksum,
        "scenario": cell.scenario.model_dump(mode="json"),
        "seed": cell.seed,
        "draws": design.draws,
        "first": first,
        "size": size,
        "outcomes": [str(one) for one in wanted],
        "backend": design.backend,
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:32]


def plan(base: Base, design: Design) -> Sweep:
    """Return the chunks of a design.

    Raises:
        BadInput: if a scenario, a setting or an outcome cannot be used.
    """
    wanted = outcomes_of(design.outcomes)
    cells, code = [], commit()
    for name in design.scenarios:
        for settings in design.sets:
            changed = with_settings(find(base, name), settings, runs.FIRST_SIMULATED)
            runs.model_of(base, changed)  # refuses what cannot be run
            cells += [Cell(changed, settings, seed) for seed in design.seeds]
    chunks = [
        Chunk(number, first, size, _key(base, code, cell, design, wanted, first, size))
        for number, cell in enumerate(cells)
        for first in range(0, design.draws, design.chunk)
        for size in [min(design.chunk, design.draws - first)]
    ]
    return Sweep(design, tuple(cells), wanted, tuple(chunks))


@lru_cache(maxsize=4)
def _loaded(workspace: Path | None) -> Base:
    return without(load(workspace))  # `sweep` refuses plug-ins


@lru_cache(maxsize=8)
def _model(workspace: Path | None, scenario: str) -> Model:
    return runs.model_of(_loaded(workspace), Scenario.model_validate_json(scenario))


def compute(
    workspace: Path | None, scenario: str, seed: int, draws: int, first: int, size: int, wanted: tuple[Outcome, ...],
    backend: Backend, path: Path,
) -> str:  # fmt: skip
    """Run one chunk where its file is missing, and return the file's name. Safe to call twice and anywhere."""
    if held(path) is not None:
        return path.name
    model = _model(workspace, scenario)
    quarters = tuple(dict.fromkeys(one.quarter for one in wanted))
    p = draw(model.parameters, draws, seed, range(first, first + size))
    outcomes = simulator(model, backend, quarters)(np.stack(list(p.values())))
    out = io.BytesIO()
    np.save(out, take(outcomes, wanted, quarters).astype(np.float32))
    files.write(path, out.getvalue() + _seal(path, out.getvalue()))
    return path.name


def _seal(path: Path, content: bytes) -> bytes:
    """Return the checksum that ends a chunk's file; it holds for its own name: no other can take its place."""
    return hashlib.sha256(path.stem.encode() + b"\0" + content).digest()


def held(path: Path) -> Array | None:
    """Return a chunk, shape (outcome, draw), or None if it is missing, damaged, or another chunk's."""
    try:
        content = files.read(path, CHUNK_LIMIT)
    except BadInput:
        return None
    body, seal = content[:-32], content[-32:]
    if len(content) <= 32 or seal != _seal(path, body):
        return None
    found: Array = np.load(io.BytesIO(body), allow_pickle=False)
    return found


def _calls(base: Base, sweep: Sweep, folder: Path, chunks: Sequence[Chunk]) -> Iterator[tuple[Any, ...]]:
    for chunk in chunks:
        cell = sweep.cells[chunk.cell]
        yield (
            base.workspace, cell.scenario.model_dump_json(), cell.seed, sweep.design.draws, chunk.first, chunk.size,
            sweep.wanted, sweep.design.backend, folder / f"{chunk.key}.npy",
        )  # fmt: skip


def _through_dask(calls: list[tuple[Any, ...]], workers: int, scheduler: str, tick: Callable[[], None]) -> None:
    try:
        from distributed import Client, LocalCluster, as_completed  # noqa: PLC0415 - an extra
    except ImportError:
        raise BadInput("workers need Dask: pip install 'rechenmacht[cluster]'") from None
    with ExitStack() as stack:
        if scheduler:
            try:
                client: Any = stack.enter_context(Client(scheduler, timeout="10s"))  # type: ignore[no-untyped-call]
            except (OSError, ValueError, TimeoutError) as error:
                raise BadInput(f"--scheduler {scheduler}: no Dask scheduler answers ({error})") from None
        else:
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)  # type: ignore[no-untyped-call]
            stack.enter_context(cluster)
            client = stack.enter_context(Client(cluster))  # type: ignore[no-untyped-call]
        futures = [client.submit(compute, *call, pure=False, retries=3) for call in calls]
        for future in as_completed(futures):  # type: ignore[no-untyped-call]
            future.result()
            tick()


def run(
    base: Base,
    sweep: Sweep,
    folder: Path,
    *,
    workers: int = 0,
    scheduler: str = "",
    progress: Callable[[int], None] | None = None,
) -> int:
    """Run the chunks that are missing in a folder and return how many that were.

    Args:
        base: the fact base.
        sweep: what to run.
        folder: where chunks lie, one file each.
        workers: processes of a local Dask cluster; none computes here.
        scheduler: address of a Dask scheduler instead; its workers must see the folder.
        progress: called with the number of chunks done.

    Raises:
        BadInput: if Dask is not installed or no scheduler answers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(".*.part"):  # of earlier versions
        stale.unlink(missing_ok=True)
    missing = [chunk for chunk in sweep.chunks if held(folder / f"{chunk.key}.npy") is None]
    done = len(sweep.chunks) - len(missing)

    def tick() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done)

    calls = list(_calls(base, sweep, folder, missing))
    if calls and (workers or scheduler):
        _through_dask(calls, workers, scheduler, tick)
    else:
        for call in calls:
            compute(*call)
            tick()
    return len(missing)


def merged(sweep: Sweep, folder: Path) -> str:
    """Return the sweep's quantiles and means as CSV, in the order of its design whatever the chunks' order was.

    Raises:
        BadInput: if a chunk is missing, damaged or another's, naming it.
    """
    lines = ["scenario,settings,seed,variable,region,quarter,unit," + ",".join(f"q{q:g}" for q in QUANTILES) + ",mean"]
    for number, cell in enumerate(sweep.cells):
        paths = [folder / f"{chunk.key}.npy" for chunk in sweep.chunks if chunk.cell == number]
        kept = [held(path) for path in paths]
        bad = [path for path, chunk in zip(paths, kept, strict=True) if chunk is None]
        damaged = next((path for path in bad if path.exists()), None)
        if damaged is not None:
            raise BadInput(f"{folder}: chunk {damaged.name} is damaged, or another chunk's (--resume makes it anew)")
        if bad:
            raise BadInput(f"{folder}: {len(bad)} chunks are missing (--resume goes on)")
        values = np.concatenate([chunk for chunk in kept if chunk is not None], axis=1).astype(np.float64)
        head = f"{cell.scenario.id},{' '.join(cell.settings)},{cell.seed}"
        for one, row in zip(sweep.wanted, values, strict=True):
            numbers = ",".join(f"{x:.6g}" for x in (*np.quantile(row, QUANTILES), row.mean()))
            lines.append(f"{head},{one.variable},{one.region},{one.quarter},{one.unit},{numbers}")
    return "\n".join(lines) + "\n"


Status = Literal["done", "missing"]


def states(sweep: Sweep, folder: Path) -> dict[Status, int]:
    """Return how many chunks are done and how many are missing."""
    done = sum(held(folder / f"{chunk.key}.npy") is not None for chunk in sweep.chunks)
    return {"done": done, "missing": len(sweep.chunks) - done}
