"""Timed runs, each beside a reference measured in the same run, since machines differ and drift.

python bench/run.py            print a table
python bench/run.py --json     print one JSON document
"""

from __future__ import annotations

import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rechenmacht import runs, scenario
from rechenmacht.evidence.base import load

REPEATS = 5
DRAWS = 10_000


def median_seconds(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median wall time of an action in seconds, after one run that is not counted."""
    action()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def command(*arguments: str) -> Callable[[], object]:
    """Return an action that runs a command to its end."""
    return lambda: subprocess.run(arguments, check=True, capture_output=True)


def sort_reference() -> Callable[[], object]:
    """Return the reference for runs: draw and sort ten million numbers with NumPy."""
    generator = np.random.default_rng(1)
    return lambda: np.sort(generator.random(10_000_000))


def measure() -> dict[str, dict[str, float]]:
    """Return seconds, the reference's seconds and their ratio for each timed run."""
    base = load()
    reference = scenario.find(base, "reference")
    python, tool = sys.executable, str(Path(sys.executable).parent / "rechenmacht")
    nothing = median_seconds(command(python, "-c", "pass"))
    sorting = median_seconds(sort_reference())

    def whole_run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            runs.run(base, reference, Path(folder) / "run", draws=DRAWS, seed=1)

    timed = {
        f"simulate {DRAWS:,} draws": (median_seconds(lambda: runs.compute(base, reference, DRAWS, 1)), sorting),
        f"run of {DRAWS:,} draws with its folder": (median_seconds(whole_run), sorting),
        "load and check the fact base": (median_seconds(load), nothing),
        "rechenmacht --help": (median_seconds(command(tool, "--help")), nothing),
        "rechenmacht facts show H100": (median_seconds(command(tool, "facts", "show", "H100")), nothing),
    }
    return {name: {"seconds": s, "reference_seconds": r, "ratio": s / r} for name, (s, r) in timed.items()}


def main() -> None:
    """Measure and print."""
    rows = measure()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if "--json" in sys.argv:
        print(json.dumps({"python": platform.python_version(), "peak_mib": peak, "runs": rows}, indent=1))
        return
    print("reference of runs: draw and sort 10 million numbers; of commands and loading: python -c pass")
    for name, row in rows.items():
        print(f"{name:40} {row['seconds']:8.3f} s   {row['ratio']:8.2f} x reference ({row['reference_seconds']:.3f} s)")
    print(f"peak memory of this process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
