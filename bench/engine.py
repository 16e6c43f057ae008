"""Speed of the engine, each figure beside a reference measured in the same run.

python bench/engine.py            print a table
python bench/engine.py --json     print one JSON document

Reference: NumPy draws and sorts ten million numbers (machines differ and drift; the ratio travels).
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import fields

import numpy as np

from rechenmacht.domains.engine.layout import Bounds, Layout, space
from rechenmacht.domains.engine.library import FOLDER, stacks
from rechenmacht.domains.engine.models import named
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.search import evaluate, search
from rechenmacht.domains.engine.systems import system
from rechenmacht.domains.engine.table import predict, rows_of
from rechenmacht.domains.engine.training import Run
from rechenmacht.evidence.base import load

POINTS = FOLDER / "points.csv"


def median_seconds(action: Callable[[], object], repeats: int = 5) -> float:
    action()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure() -> dict[str, float]:
    generator = np.random.default_rng(1)
    reference = median_seconds(lambda: np.sort(generator.random(10_000_000)))
    base = load()
    c, a100, gpt3, core = coefficients(base), system(base, "4096x a100"), named("gpt3-175b"), stacks()["megatron-core"]
    run, bounds = Run(2048, 4096), Bounds(sequence=None, overlap=None, offload=None, largest_micro=64, tp_beyond=4)
    searched = median_seconds(lambda: search(gpt3, a100.hw, core, c, run, 4096, bounds))
    layouts = space(4096, 4096, 96, 96, 96, 2048, 0, a100.hw.domain, bounds)
    times = -(-1_000_000 // len(layouts))
    million = Layout(*(np.tile(getattr(layouts, f.name), times) for f in fields(Layout)))
    evaluated = median_seconds(lambda: evaluate(gpt3, a100.hw, core, c, run, million), 3)
    rows = rows_of(POINTS)
    answered = median_seconds(lambda: predict(base, rows), 3)
    return {
        "reference_s": reference,
        "search_gpt3_4096_a100_s": searched,
        "search_gpt3_4096_a100_configurations": float(len(layouts)),
        "search_ratio": searched / reference,
        "configurations_per_s": len(million) / evaluated,
        "million_configurations_ratio": evaluated / len(million) * 1e6 / reference,
        "predict_rows": float(len(rows)),
        "predict_s": answered,
        "predict_ratio": answered / reference,
        "peak_memory_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def main() -> None:
    found = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(found, indent=1))
        return
    for name, value in found.items():
        print(f"{name:40} {value:,.4g}")


if __name__ == "__main__":
    main()
