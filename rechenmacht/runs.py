"""One folder per run: `run.json`, `summary.csv`, `probabilities.csv`, `series.csv`, `draws.npy`; whole or not at all.

`draws.npy` is float32 of shape (series, quarter, draw), rows as in `series.csv`, quarters (year ends, the last
observed, those that scenarios expect things of) as `draw_quarters` in `run.json`; it can be mapped into memory and is
left out above a size limit, since the seed repeats the run faster than a disk reads it.
"""

from __future__ import annotations

import csv
import io
import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import __version__, files
from rechenmacht.commit import commit
from rechenmacht.dates import quarter_of
from rechenmacht.domains.race.axes import LAST_OBSERVED, OBSERVED, QUARTERS
from rechenmacht.domains.race.backends.choose import Backend
from rechenmacht.domains.race.backends.trace import acting
from rechenmacht.domains.race.inputs import Inputs, inputs
from rechenmacht.domains.race.outcomes import SERIES, Series
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.uncertainty.ensemble import (
    QUANTILES,
    Model,
    Summary,
    in_slices,
    served,
    summarise,
    whole,
)
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base
from rechenmacht.scenario import Scenario, Setup, available, prepare, unread, with_settings
from rechenmacht.scenario import read as read_scenario

SCHEMA = "rechenmacht.run/1"
HEADER = ("model", "scenario", "region", "variable", "unit", "year", "subannual", "quantile", "value")
CHANCES_HEADER = (*HEADER[:4], "year", "subannual", "probability", "low", "high", "note")
DRAWS_LIMIT = 128 * 2**20  # bytes; more is repeated from the seed faster than it is written and read
FIRST_SIMULATED = QUARTERS[len(OBSERVED)]
# Quarters of which draws are kept: year ends, and the last observed one, from which the report tells what is now.
YEAR_ENDS = [q for q, quarter in enumerate(QUARTERS) if quarter.endswith("Q4") or quarter == OBSERVED[-1]]
MAX_DRAWS = 1_000_000
IN_MEMORY = 12_000  # draws; more are run in slices and only summed up
ALL_QUARTERS = 100_000  # draws; of more, year ends are kept
UNSEALED = ("wall_seconds",)  # of run.json: the same run takes another time
FILE_LIMIT = 256_000_000  # bytes of a run's tables
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
        for row in csv.DictReader(io.StringIO(self._checked("summary.csv").decode("utf-8"), newline="")):
            columns.setdefault((row["variable"], row["region"]), []).append(float(row["value"]))
        shape = (len(self.meta["quarters"]), len(QUANTILES))
        return {key: np.reshape(values, shape).T for key, values in columns.items()}

    @cached_property
    def probabilities(self) -> dict[tuple[str, str], NDArray[np.float64]]:
        """(variable, region) -> probabilities of shape (quarter,), for the series that are 0 or 1 in a draw."""
        columns: dict[tuple[str, str], list[float]] = {}
        for row in csv.DictReader(io.StringIO(self._checked("probabilities.csv").decode("utf-8"), newline="")):
            columns.setdefault((row["variable"], row["region"]), []).append(float(row["probability"]))
        return {key: np.array(values) for key, values in columns.items()}

    @cached_property
    def draws(self) -> NDArray[np.float32] | None:
        """All outcomes at year ends, shape (series, year end, draw), or None if the run was too large to keep them.

        Raises:
            BadInput: if the file is missing, damaged or another run's.
        """
        if not self.meta.get("draws_kept"):
            return None
        _unchanged(self.folder, "draws.npy", self.meta)
        try:
            kept: NDArray[np.float32] = np.load(self.folder / "draws.npy", mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError):
            raise BadInput(f"{self.folder}: draws.npy is damaged; run the scenario anew") from None
        return kept

    def _checked(self, name: str) -> bytes:
        """Return a file of the run.

        Raises:
            BadInput: if it is missing, damaged or another run's.
        """
        _unchanged(self.folder, name, self.meta)
        return files.read(self.folder / name, FILE_LIMIT)

    def series(self, variable: str, region: str) -> NDArray[np.float32]:
        """Return all draws of one series at year ends, shape (year end, draw).

        Raises:
            BadInput: if the run kept no draws or has no such series.
        """
        rows = csv.DictReader(io.StringIO(self._checked("series.csv").decode("utf-8"), newline=""))
        position = [int(row["position"]) for row in rows if (row["variable"], row["region"]) == (variable, region)]
        if self.draws is None or not position:
            raise BadInput(f"{self.folder}: no draws of {variable}, {region}")
        found: NDArray[np.float32] = self.draws[position[0]]
        return found


def summary_text(scenario: str, summary: Summary, series: tuple[Series, ...] = SERIES) -> str:
    """Return `summary.csv`: the quantiles in IAMC long form, values to six significant digits.

    Args:
        scenario: its id, for the scenario column.
        summary: the ensemble's quantiles, in each series' unit.
        series: what the rows are.
    """
    out = io.StringIO(newline="")
    out.write(",".join(HEADER) + "\n")
    for index, one in enumerate(series):
        if one.unit == INDICATOR:
            continue
        head = f"Rechenmacht {__version__},{scenario},{one.region},{one.variable},{one.unit}"
        for position, quarter in enumerate(summary.quarters):
            year, sub = quarter.split("-")
            for quantile, value in zip(QUANTILES, summary.table[index, position], strict=True):
                out.write(f"{head},{year},{sub},{quantile:g},{value:.6g}\n")
    return out.getvalue()


def probabilities_text(
    scenario: str, summary: Summary, series: tuple[Series, ...] = SERIES, draws: int = 1000, until: str = LAST_OBSERVED
) -> str:
    """Return `probabilities.csv`: shares of draws with their 95 % bounds, and why one is near 0 or 1."""
    from rechenmacht.domains.race.chances import chances_of, note  # noqa: PLC0415 - loads SciPy; a server starts without

    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(CHANCES_HEADER)
    for one, quarter, found in chances_of(scenario, summary, draws, until, series):
        numbers = [f"{x:.6g}" for x in (found.probability, found.low, found.high)]
        head = (f"Rechenmacht {__version__}", scenario, one.region, one.variable)
        rows.writerow([*head, *quarter.split("-"), *numbers, note(found, draws)])
    return out.getvalue()


def _unchanged(folder: Path, name: str, meta: Mapping[str, Any]) -> None:
    files.unchanged(folder / name, (meta.get("files") or {}).get(name))


def kept_quarters(base: Base) -> list[str]:
    """Return the quarters of which draws are kept: year ends, the last observed, those that scenarios name."""
    told = {quarter_of(one.at) for path in available(base).values() for one in read_scenario(path).expect}
    return [quarter for place, quarter in enumerate(QUARTERS) if place in YEAR_ENDS or quarter in told]


def _meta(base: Base, scenario: Scenario, model: Model, draws: int, seed: int, backend: Backend) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "version": __version__,
        "commit": commit(),
        "data_checksum": base.checksum,
        "scenario": scenario.model_dump(mode="json"),
        "seed": seed,
        "draws": draws,
        **served(model, backend),
        **({"plugins": model.given.added.record_of()} if model.given.added else {}),
        "conditioned_to": model.given.until,
        "quarters": list(QUARTERS),
        "draw_quarters": kept_quarters(base),
        "quantiles": list(QUANTILES),
        "parameters": [asdict(parameter) for parameter in model.parameters],
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def _within_the_run(scenario: Scenario, series: tuple[Series, ...]) -> None:
    """Refuse levers and expectations about quarters or series that a run does not have."""
    for at in (*(lever.at for lever in scenario.lever), *(expect.at for expect in scenario.expect)):
        try:
            inside = quarter_of(at) in QUARTERS
        except ValueError as error:
            raise BadInput(f"scenario {scenario.id}: {error}") from None
        if not inside:
            said, first, last = f"{at} is not within {QUARTERS[0]} to {QUARTERS[-1]}", QUARTERS[0], QUARTERS[-1]
            where = f"scenario {scenario.id}"
            raise BadInput.of("error.scenario.within", said, where=where, at=at, first=first, last=last)
    known = {f"{s.variable} in {s.region}" for s in series}
    for expect in scenario.expect:
        name = f"{expect.variable} in {expect.region}"
        if name not in known:
            raise BadInput(f"scenario {scenario.id}: a run has no {name}{nearest(name, known)}")


Read = Mapping[range, frozenset[str]]


def _acting(given: Inputs, setup: Setup, scenario: Scenario, read: Read | None) -> None:
    """Refuse levers on parameters that no equation reads any more when they are set."""
    if not setup.levers:
        return
    if read is None:
        read = acting(given, [parameter.name for parameter in setup.parameters], scenario.off)
    for name, steps in setup.levers.items():
        late = QUARTERS.index(steps[-1][0]) * given.per_quarter
        if name not in set().union(*(found for span, found in read.items() if span.stop > late)):
            raise unread(setup, name, steps[-1][0])


def model_of(base: Base, scenario: Scenario, given: Inputs | None = None, read: Read | None = None) -> Model:
    """Return what a scenario runs.

    Args:
        base: the fact base.
        scenario: what differs from the reference.
        given: the dated inputs, where they are at hand.
        read: the parameters that the equations of each span read (`backends.trace.acting`), where they are at hand.

    Raises:
        BadInput: if the scenario cannot be used.
    """
    given = given or inputs(base)
    setup = prepare(base, scenario, given.added.names)
    _within_the_run(scenario, given.added.series)
    _acting(given, setup, scenario, read)
    return Model(given, setup.parameters, setup.levers, scenario.off)


def _draws_allowed(draws: int) -> None:
    if not 1 <= draws <= MAX_DRAWS:
        raise BadInput(f"--draws must be between 1 and {MAX_DRAWS:,}, not {draws:,}")


def compute(
    base: Base,
    scenario: Scenario,
    draws: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
    backend: Backend = "kernel",
    until: str = LAST_OBSERVED,
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Run a scenario in memory; it sees no published count or price after the quarter `until`.

    Returns:
        Outcomes (series, quarter, draw) and the run's record as in `run.json`.

    Raises:
        BadInput: if draws, scenario or backend cannot be used.
    """
    _draws_allowed(draws)
    began = time.perf_counter()
    model = model_of(base, scenario, inputs(base, until))
    outcomes = whole(model, draws, seed, backend, progress)
    meta = _meta(base, scenario, model, draws, seed, backend)
    return outcomes, {**meta, "wall_seconds": round(time.perf_counter() - began, 3)}


def summed(
    base: Base, scenario: Scenario, draws: int, seed: int, progress: Callable[[int], None] | None = None,
    backend: Backend = "kernel", until: str = LAST_OBSERVED,
) -> tuple[Summary, NDArray[np.float32] | None, dict[str, Any]]:  # fmt: skip
    """Run a scenario, whole or in slices, and sum it up; it sees no published count or price after `until`.

    Returns:
        The summary, the outcomes (series, quarter, draw) where they fit into memory, and the run's record.

    Raises:
        BadInput: if draws, scenario or backend cannot be used.
    """
    if draws <= IN_MEMORY:
        outcomes, meta = compute(base, scenario, draws, seed, progress, backend, until)
        return summarise(outcomes), outcomes, meta
    _draws_allowed(draws)
    began, model = time.perf_counter(), model_of(base, scenario, inputs(base, until))
    quarters = QUARTERS if draws <= ALL_QUARTERS else tuple(QUARTERS[q] for q in YEAR_ENDS)
    summary = in_slices(model, draws, seed, backend, quarters, progress)
    meta = {**_meta(base, scenario, model, draws, seed, backend), "quarters": list(quarters)}
    return summary, None, {**meta, "wall_seconds": round(time.perf_counter() - began, 3)}


def write(
    folder: Path, summary: Summary, outcomes: NDArray[np.float32] | None, meta: Mapping[str, Any],
    series: tuple[Series, ...] = SERIES,
) -> None:  # fmt: skip
    """Write the files of a run into a folder; outcomes have shape (series, quarter, draw)."""
    name = meta["scenario"]["id"]
    texts = {
        "summary.csv": summary_text(name, summary, series),
        "probabilities.csv": probabilities_text(name, summary, series, meta["draws"], meta["conditioned_to"]),
        "series.csv": "\n".join(
            ["position,variable,region,unit",
             *(f"{i},{s.variable},{s.region},{s.unit}" for i, s in enumerate(series))]
        ) + "\n",
    }  # fmt: skip
    sums = {file: files.put(folder / file, text) for file, text in texts.items()}
    places = [QUARTERS.index(quarter) for quarter in meta["draw_quarters"]]
    kept = outcomes is not None and outcomes.nbytes * len(places) // len(QUARTERS) <= DRAWS_LIMIT
    if kept and outcomes is not None:
        out = io.BytesIO()
        np.save(out, outcomes[:, places])
        sums["draws.npy"] = files.put(folder / "draws.npy", out.getvalue())
    more = {"draws_kept": kept, "files": sums}
    record = files.sealed({**meta, **more}, UNSEALED)
    files.put(folder / "run.json", json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def run(
    base: Base,
    scenario: Scenario,
    out: Path,
    *,
    draws: int,
    seed: int,
    off: tuple[str, ...] = (),
    settings: Sequence[str] = (),
    force: bool = False,
    progress: Callable[[int], None] | None = None,
    backend: Backend = "kernel",
) -> Run:
    """Run a scenario and write its folder.

    Raises:
        BadInput: if the scenario, the draws, the backend or the folder cannot be used.
    """
    scenario = with_settings(replace_off(scenario, off), settings, FIRST_SIMULATED, observed=LAST_OBSERVED)
    with files.whole_folder(out, force=force) as folder:
        write(folder, *summed(base, scenario, draws, seed, progress, backend), of(base).series)
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
        meta: dict[str, Any] = files.json_of(folder / "run.json")
    except BadInput:
        raise BadInput(f"{folder} is no run folder (no readable run.json)") from None
    if not isinstance(meta, dict) or meta.get("schema") != SCHEMA:
        found = meta.get("schema") if isinstance(meta, dict) else None
        raise BadInput(f"{folder}: schema {found!r} where {SCHEMA!r} is needed")
    if meta.get("sha256") != files.sealed(meta, UNSEALED)["sha256"]:
        raise BadInput(f"{folder}: run.json has been changed since the run; run it anew (--force replaces it)")
    return meta


def read(folder: Path) -> Run:
    """Open a run folder.

    Raises:
        BadInput: if it is none.
    """
    return Run(folder, read_meta(folder))


def _draws_of(meta: Mapping[str, Any]) -> tuple[str, ...]:
    return ("draws.npy",) if meta.get("draws_kept") else ()


def same_run(folder: Path, base: Base, scenario: Scenario, draws: int, seed: int) -> bool:
    """Tell whether a folder holds this very run, undamaged, so that it need not be repeated."""
    try:
        meta = read_meta(folder)
        for name in {"summary.csv", "probabilities.csv", *meta.get("files", ()), *_draws_of(meta)}:
            _unchanged(folder, name, meta)
    except BadInput:
        return False
    asked = {"version": __version__, "data_checksum": base.checksum, "draws": draws, "seed": seed}
    asked |= {"scenario": scenario.model_dump(mode="json"), "conditioned_to": LAST_OBSERVED}
    asked["plugins"] = of(base).record_of() or None
    return meta["commit"] == commit() and all(meta.get(key) == value for key, value in asked.items())
