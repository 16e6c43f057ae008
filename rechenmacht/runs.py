"""One folder per run: `run.json`, `summary.csv`, `probabilities.csv`, `series.csv`, `draws.npy`; whole or not at all.

`draws.npy` is float32 of shape (series, year end, draw), rows as in `series.csv`, year ends as `draw_quarters` in
`run.json`; it can be mapped into memory and is left out above a size limit, since the seed repeats the run faster than
a disk reads it.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import __version__
from rechenmacht.dates import quarter_of
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.race.axes import QUARTERS
from rechenmacht.race.inputs import inputs
from rechenmacht.race.outcomes import SERIES, Series
from rechenmacht.race.simulate import simulate
from rechenmacht.race.step import NAMES
from rechenmacht.scenario import Scenario, prepare
from rechenmacht.uncertainty.sample import draw

SCHEMA = "rechenmacht.run/1"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
HEADER = ("model", "scenario", "region", "variable", "unit", "year", "subannual", "quantile", "value")
DRAWS_LIMIT = 256 * 2**20  # bytes
YEAR_ENDS = [q for q, quarter in enumerate(QUARTERS) if quarter.endswith("Q4")]
MAX_DRAWS = 1_000_000
INDICATOR = "indicator"  # unit of series that are 0 or 1 in a draw; their mean is a probability


@dataclass(frozen=True)
class Run:
    """A finished run, read from its folder."""

    folder: Path
    meta: dict[str, Any]

    @cached_property
    def summary(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """(variable, region) -> quantiles of shape (quantile, quarter), in the order of `QUANTILES` and `QUARTERS`."""
        columns: dict[tuple[str, str], list[float]] = {}
        with (self.folder / "summary.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                columns.setdefault((row["variable"], row["region"]), []).append(float(row["value"]))
        shape = (len(self.meta["quarters"]), len(QUANTILES))
        return {key: np.reshape(values, shape).T for key, values in columns.items()}

    @cached_property
    def probabilities(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """(variable, region) -> probabilities of shape (quarter,), for the series that are 0 or 1 in a draw."""
        columns: dict[tuple[str, str], list[float]] = {}
        with (self.folder / "probabilities.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                columns.setdefault((row["variable"], row["region"]), []).append(float(row["probability"]))
        return {key: np.array(values) for key, values in columns.items()}

    @cached_property
    def draws(self) -> NDArray[np.float32] | None:
        """All outcomes at year ends, shape (series, year end, draw), or None if the run was too large to keep them."""
        path = self.folder / "draws.npy"
        kept: NDArray[np.float32] | None = np.load(path, mmap_mode="r") if path.exists() else None
        return kept

    def series(self, variable: str, region: str) -> NDArray[np.float32]:
        """Return all draws of one series at year ends, shape (year end, draw).

        Raises:
            BadInput: if the run kept no draws or has no such series.
        """
        position = [i for i, s in enumerate(SERIES) if (s.variable, s.region) == (variable, region)]
        if self.draws is None or not position:
            raise BadInput(f"{self.folder}: no draws of {variable}, {region}")
        found: NDArray[np.float32] = self.draws[position[0]]
        return found


def commit() -> str:
    """Return the commit of the code that runs, with `+changes` if its files differ from it, or `unknown`."""
    here = Path(__file__).resolve().parent

    def git(*words: str) -> str:
        ask = ["git", "-C", str(here), *words]
        return subprocess.run(ask, capture_output=True, text=True, check=True, timeout=5).stdout.strip()

    try:
        name = git("rev-parse", "--short=12", "HEAD")
        return name + ("+changes" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def quantiles(outcomes: NDArray[np.float32], chosen: Sequence[int] | None = None) -> NDArray[np.float64]:
    """Return the quantiles of outcomes (series, quarter, draw), shape (chosen series, quarter, quantile).

    Linear interpolation between order statistics (type 7 of Hyndman and Fan 1996), as numpy.quantile does. Two threads
    sort at once: sorting gives up the interpreter's lock.
    """
    wanted = range(len(outcomes)) if chosen is None else chosen
    draws = outcomes.shape[-1]
    at = np.array(QUANTILES) * (draws - 1)
    below = np.floor(at).astype(int)
    above, part = np.minimum(below + 1, draws - 1), at - below

    def one(index: int) -> NDArray[np.float64]:
        ordered = np.sort(outcomes[index], axis=-1)
        found: NDArray[np.float64] = ordered[:, below] * (1 - part) + ordered[:, above] * part
        return found

    with ThreadPoolExecutor(2) as pool:
        return np.array(list(pool.map(one, wanted)))


def summary_text(scenario: str, outcomes: NDArray[np.float32], series: tuple[Series, ...] = SERIES) -> str:
    """Return `summary.csv`: the quantiles in IAMC long form, values to six significant digits.

    Args:
        scenario: its id, for the scenario column.
        outcomes: shape (series, quarter, draw), in each series' unit.
        series: what the rows are.
    """
    out = io.StringIO(newline="")
    out.write(",".join(HEADER) + "\n")
    ordinary = [index for index, one in enumerate(series) if one.unit != INDICATOR]
    for index, table in zip(ordinary, quantiles(outcomes, ordinary), strict=True):
        one = series[index]
        head = f"Rechenmacht {__version__},{scenario},{one.region},{one.variable},{one.unit}"
        for position, quarter in enumerate(QUARTERS):
            year, sub = quarter.split("-")
            for quantile, value in zip(QUANTILES, table[position], strict=True):
                out.write(f"{head},{year},{sub},{quantile:g},{value:.6g}\n")
    return out.getvalue()


def probabilities_text(scenario: str, outcomes: NDArray[np.float32], series: tuple[Series, ...] = SERIES) -> str:
    """Return `probabilities.csv`: means over draws of the 0 or 1 series of `outcomes` (series, quarter, draw)."""
    out = io.StringIO(newline="")
    out.write("model,scenario,region,variable,year,subannual,probability\n")
    for index, one in enumerate(series):
        if one.unit != INDICATOR:
            continue
        head = f"Rechenmacht {__version__},{scenario},{one.region},{one.variable}"
        for quarter, value in zip(QUARTERS, outcomes[index].mean(axis=-1, dtype=np.float64), strict=True):
            year, sub = quarter.split("-")
            out.write(f"{head},{year},{sub},{value:.6g}\n")
    return out.getvalue()


def _dead(name: str) -> bool:
    """Tell whether the process that owns a partial folder is gone."""
    try:
        os.kill(int(name.rsplit("-", 1)[-1]), 0)
    except ProcessLookupError:
        return True
    except (ValueError, PermissionError):
        return False
    return False


@contextlib.contextmanager
def whole_folder(out: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a hidden folder beside `out` to fill; it becomes `out` in one step when the block ends well.

    Raises:
        BadInput: if `out` exists and is not an empty folder (or, with `force`, not a run folder).
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        if not force:
            raise BadInput(f"{out} exists already (choose another --out, or --force to replace a run)")
        if not (out / "run.json").exists():
            raise BadInput(f"{out} is no run folder, so --force does not replace it")
    parent = out.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        for stale in parent.glob(".rechenmacht-partial-*"):
            if _dead(stale.name):
                shutil.rmtree(stale, ignore_errors=True)
        partial = parent / f".rechenmacht-partial-{out.name}-{os.getpid()}"
        partial.mkdir()
    except OSError as error:
        raise BadInput(f"{out}: cannot be written ({error.strerror})") from None
    try:
        yield partial
        if out.exists():
            old = parent / f".rechenmacht-partial-old-{out.name}-{os.getpid()}"
            out.rename(old)
            partial.rename(out)
            shutil.rmtree(old)
        else:
            partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _meta(base: Base, scenario: Scenario, parameters: Any, draws: int, seed: int) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": __version__,
        "commit": commit(),
        "data_checksum": base.checksum,
        "scenario": scenario.model_dump(mode="json"),
        "seed": seed,
        "draws": draws,
        "quarters": list(QUARTERS),
        "quantiles": list(QUANTILES),
        "parameters": [asdict(parameter) for parameter in parameters],
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def _within_the_run(scenario: Scenario) -> None:
    """Refuse levers and expectations about quarters or series that a run does not have."""
    for at in (*(lever.at for lever in scenario.lever), *(expect.at for expect in scenario.expect)):
        if quarter_of(at) not in QUARTERS:
            raise BadInput(f"scenario {scenario.id}: {at} is not within {QUARTERS[0]} to {QUARTERS[-1]}")
    known = {f"{s.variable} in {s.region}" for s in SERIES}
    for expect in scenario.expect:
        name = f"{expect.variable} in {expect.region}"
        if name not in known:
            raise BadInput(f"scenario {scenario.id}: a run has no {name}{nearest(name, known)}")


def compute(
    base: Base, scenario: Scenario, draws: int, seed: int, progress: Callable[[int], None] | None = None
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Run a scenario in memory.

    Returns:
        Outcomes (series, quarter, draw) and the run's record as in `run.json`.

    Raises:
        BadInput: if draws or scenario cannot be used.
    """
    if not 1 <= draws <= MAX_DRAWS:
        raise BadInput(f"--draws must be between 1 and {MAX_DRAWS:,}, not {draws:,}")
    began = time.perf_counter()
    setup = prepare(base, scenario, NAMES)
    _within_the_run(scenario)
    outcomes = simulate(inputs(base), draw(setup.parameters, draws, seed), setup.levers, scenario.off, progress)
    meta = _meta(base, scenario, setup.parameters, draws, seed)
    return outcomes, {**meta, "wall_seconds": round(time.perf_counter() - began, 3)}


def _write(folder: Path, outcomes: NDArray[np.float32], meta: Mapping[str, Any]) -> None:
    (folder / "summary.csv").write_text(summary_text(meta["scenario"]["id"], outcomes), encoding="utf-8", newline="")
    chances = probabilities_text(meta["scenario"]["id"], outcomes)
    (folder / "probabilities.csv").write_text(chances, encoding="utf-8", newline="")
    lines = [
        "position,variable,region,unit",
        *(f"{i},{s.variable},{s.region},{s.unit}" for i, s in enumerate(SERIES)),
    ]
    (folder / "series.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    kept = outcomes[:, YEAR_ENDS].nbytes <= DRAWS_LIMIT
    if kept:
        np.save(folder / "draws.npy", outcomes[:, YEAR_ENDS])
    text = json.dumps(
        {**meta, "draws_kept": kept, "draw_quarters": [QUARTERS[q] for q in YEAR_ENDS]}, indent=1, ensure_ascii=False
    )
    (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def run(
    base: Base,
    scenario: Scenario,
    out: Path,
    *,
    draws: int,
    seed: int,
    off: tuple[str, ...] = (),
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Run:
    """Run a scenario and write its folder.

    Raises:
        BadInput: if the scenario, the draws or the folder cannot be used.
    """
    scenario = replace_off(scenario, off)
    with whole_folder(out, force=force) as folder:
        outcomes, meta = compute(base, scenario, draws, seed, progress)
        _write(folder, outcomes, meta)
    return Run(out, read_meta(out))


def replace_off(scenario: Scenario, off: tuple[str, ...]) -> Scenario:
    """Return the scenario with further mechanisms switched off."""
    if not off:
        return scenario
    return scenario.model_copy(update={"off": tuple(dict.fromkeys((*scenario.off, *off)))})


def read_meta(folder: Path) -> dict[str, Any]:
    """Return the record of a run folder.

    Raises:
        BadInput: if it is none.
    """
    try:
        meta: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BadInput(f"{folder} is no run folder (no readable run.json)") from None
    if not isinstance(meta, dict) or meta.get("schema") != SCHEMA:
        found = meta.get("schema") if isinstance(meta, dict) else None
        raise BadInput(f"{folder}: schema {found!r} where {SCHEMA!r} is needed")
    return meta


def read(folder: Path) -> Run:
    """Open a run folder.

    Raises:
        BadInput: if it is none.
    """
    return Run(folder, read_meta(folder))


def same_run(folder: Path, base: Base, scenario: Scenario, draws: int, seed: int) -> bool:
    """Tell whether a folder holds this very run, so that it need not be repeated."""
    try:
        meta = read_meta(folder)
    except BadInput:
        return False
    asked = {"version": __version__, "data_checksum": base.checksum, "draws": draws, "seed": seed}
    asked["scenario"] = scenario.model_dump(mode="json")
    return meta["commit"] == commit() and all(meta[key] == value for key, value in asked.items())
