"""The `fast` backend: the mechanisms traced once, compiled once, kept on disk, run by plain threads.

The generated module lies in the user's cache folder under a name made from its own text and the versions of what
compiles it, so a changed mechanism gives a new module and an old one is never run by mistake. The first run of a model
compiles for about a minute; later ones load in about a second.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends.generate import LANES, Source, generate
from rechenmacht.domains.race.backends.trace import Traced, trace
from rechenmacht.domains.race.inputs import Inputs
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.errors import BadInput

Array = NDArray[np.float64]
CACHE_VARIABLE = "RECHENMACHT_CACHE"
SLICE = 4096  # draws that a thread takes at once
NOTHING = np.empty((0, 0, 0))


def cache_folder() -> Path:
    """Return where compiled models lie: RECHENMACHT_CACHE or the user's cache folder; a fresh one if it is closed."""
    named = os.environ.get(CACHE_VARIABLE)
    base = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(named) if named else Path(base) / "rechenmacht"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="rechenmacht-"))


def _module(source: Source) -> ModuleType:
    """Return the generated module, written first if it is not there; two processes may do so at once."""
    import numba

    from rechenmacht.domains.race.backends import kernel

    text = source.text
    made_of = text + Path(kernel.__file__).read_text(encoding="utf-8") + numba.__version__ + np.__version__
    name = "race_" + hashlib.sha256(made_of.encode()).hexdigest()[:16]
    if name in sys.modules:
        return sys.modules[name]
    path = cache_folder() / f"{name}.py"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        handle, partial = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(partial).replace(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadInput(f"{path} cannot be loaded; remove it")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Compiled:
    """A model compiled for one set of dated inputs, parameters' names and switched-off mechanisms."""

    def __init__(self, given: Inputs, names: tuple[str, ...], off: tuple[str, ...] = ()) -> None:
        try:
            from rechenmacht.domains.race.backends.kernel import runner
        except ImportError:
            raise BadInput("the fast backend needs numba: pip install 'rechenmacht[fast]'") from None
        self.given = given
        self.traced: Traced = trace(given, names, off)
        self.source: Source = generate(self.traced)
        self.run: Callable[..., None] = _runner(self.source, runner)
        self.phase = np.zeros(given.steps, dtype=np.int64)
        for number, phase in enumerate(self.traced.phases):
            self.phase[phase.steps.start : phase.steps.stop] = number

    def levers(self, levers: Mapping[str, tuple[tuple[str, float], ...]]) -> Array:
        """Return levers as (lever, 3): row of the parameter, step, value."""
        rows = [
            (self.traced.parameters.index(name), QUARTERS.index(at) * self.given.per_quarter, value)
            for name, steps in levers.items()
            for at, value in steps
        ]
        return np.array(rows, dtype=np.float64).reshape(-1, 3)

    def keep(self, quarters: tuple[str, ...]) -> NDArray[np.int64]:
        """Return for each step which kept period it ends, or -1, shape (step,)."""
        found = np.full(self.given.steps, -1, dtype=np.int64)
        for period, quarter in enumerate(quarters):
            found[(QUARTERS.index(quarter) + 1) * self.given.per_quarter - 1] = period
        return found

    def rows(self, series: Sequence[int] | None = None) -> NDArray[np.int64]:
        """Return the workspace rows of series (all if None), shape (phase, series)."""
        found = np.array(self.source.outputs, dtype=np.int64)
        return found if series is None else np.ascontiguousarray(found[:, list(series)])

    def park(self, draws: int) -> Array:
        """Return room for the state of so many draws, shape (block, state, lane)."""
        return np.empty((-(-draws // LANES), len(self.source.state), LANES))

    def fill(
        self, p: Array, levers: Array, keep: NDArray[np.int64], out: NDArray[Any], part: range,
        rows: NDArray[np.int64] | None = None, parked: Array | None = None, cut: int = -1, resume: bool = False,
    ) -> None:  # fmt: skip
        """Run blocks of draws.

        Args:
            p: parameters, shape (name, draw).
            levers: as `levers` gives them.
            keep: as `keep` gives it.
            out: filled, shape (series, period, draw).
            part: the blocks.
            rows: as `rows` gives them for the series of `out`; all series if None.
            parked: room for the state before step `cut`, as `park` gives it.
            cut: the step; below zero if nothing is parked.
            resume: begin at `cut` with the parked state; periods before it stay as they are in `out`.
        """
        outputs, room = self.rows() if rows is None else rows, NOTHING if parked is None else parked
        self.run(
            p, self.traced.dated, self.phase, keep, levers, outputs, self.source.rows, out, part.start, part.stop, room,
            cut, resume,
        )  # fmt: skip


@cache
def _cached_runner(name: str, text: str, rows: int, make: Any) -> Callable[..., None]:
    found: Callable[..., None] = make(_module(Source(text, rows, (), ())), LANES)
    return found


def _runner(source: Source, make: Any) -> Callable[..., None]:
    return _cached_runner("race", source.text, source.rows, make)


def run(
    model: Compiled,
    values: Array,
    levers: Mapping[str, tuple[tuple[str, float], ...]] | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    quarters: tuple[str, ...] = QUARTERS,
    dtype: Any = np.float32,
    threads: int | None = None,
) -> NDArray[Any]:
    """Run a compiled model on parameters of shape (name, draw); return outcomes (series, quarter, draw)."""
    draws = values.shape[1]
    out = np.empty((len(SERIES), len(quarters), draws), dtype=dtype)
    blocks = -(-draws // LANES)
    set_, keep = model.levers(levers or {}), model.keep(quarters)
    workers = threads or os.cpu_count() or 1
    size = max(1, min(SLICE // LANES, -(-blocks // workers)))  # few draws are still shared out
    parts = [range(a, min(a + size, blocks)) for a in range(0, blocks, size)]

    def one(part: range) -> int:
        model.fill(values, set_, keep, out, part)
        return int(min(part.stop * LANES, draws) - part.start * LANES)

    done = 0
    with ThreadPoolExecutor(workers) as pool:
        for finished in pool.map(one, parts):
            done += finished
            if progress:
                progress(done)
    return out


def simulate(
    given: Inputs,
    p: Mapping[str, Array],
    levers: Mapping[str, tuple[tuple[str, float], ...]] | None = None,
    off: tuple[str, ...] = (),
    progress: Callable[[int], None] | None = None,
    *,
    quarters: tuple[str, ...] = QUARTERS,
    dtype: Any = np.float32,
    threads: int | None = None,
) -> NDArray[Any]:
    """Run all draws as `race.simulate.simulate` does, compiled.

    Args:
        given: the dated arrays of the run.
        p: parameter name -> draws, each of shape (draw,).
        levers: parameter name -> (quarter, value) pairs in the order of time.
        off: mechanisms that are switched off.
        progress: called with the number of draws done.
        quarters: the quarters at whose end outcomes are kept.
        dtype: of the outcomes: float32, or float64 to compare backends.
        threads: how many; as many as processors if none is given.

    Returns:
        Outcomes of shape (series, quarter, draw).

    Raises:
        BadInput: if numba is not installed.
    """
    model = Compiled(given, tuple(p), off)
    values = np.ascontiguousarray(np.stack([np.asarray(p[name], dtype=np.float64) for name in p]))
    return run(model, values, levers, progress, quarters=quarters, dtype=dtype, threads=threads)
