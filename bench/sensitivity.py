"""Sobol indices of all outcomes in all parameters, beside SALib's analysis of a few, in one run.

python bench/sensitivity.py [base points]; prints JSON lines: seconds, and the ratio to SALib for one outcome.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from SALib.analyze import sobol as salib

from rechenmacht import runs, scenario
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty import sobol
from rechenmacht.domains.uncertainty.ensemble import simulator
from rechenmacht.evidence.base import load


def main() -> None:
    base = int(sys.argv[1]) if len(sys.argv) > 1 else 1024
    model = runs.model_of(load(), scenario.find(load(), "reference"))
    began = time.perf_counter()
    run = simulator(model, "native", ("2030-Q4",))
    run(np.stack([np.full(16, p.mid) for p in model.parameters]))
    print(json.dumps({"compiled_or_read_seconds": round(time.perf_counter() - began, 1)}), flush=True)
    began = time.perf_counter()
    y, uncertain = sobol.evaluate(lambda v: run(v)[:, 0], model.parameters, base, 1, None)
    simulated = time.perf_counter() - began
    chosen = sobol.resamples(base, 100, 1)
    began = time.perf_counter()
    found = sobol.analyse(y, chosen)
    analysed = time.perf_counter() - began
    line = {"outcomes": len(SERIES), "parameters": len(uncertain), "simulations": y.shape[1] * base}
    print(json.dumps(line | {"simulating_s": round(simulated, 1), "analysing_s": round(analysed, 1)}), flush=True)
    some = [i for i in range(len(y)) if y[i].std() > 0][:: len(y) // 3][:3]
    problem = {"num_vars": len(uncertain), "names": [str(i) for i in uncertain], "bounds": [[0, 1]] * len(uncertain)}
    began = time.perf_counter()
    theirs = [
        salib.analyze(problem, y[i].T.ravel().astype(float), calc_second_order=False, num_resamples=100, seed=1)
        for i in some
    ]
    peer = (time.perf_counter() - began) / len(some)
    ours = analysed / len(y)
    worst = max(float(np.abs(found.total[i] - one["ST"]).max()) for i, one in zip(some, theirs, strict=True))
    half = max(float(np.abs(found.total_half[i] - one["ST_conf"]).max()) for i, one in zip(some, theirs, strict=True))
    print(json.dumps({"salib_s_an_outcome": round(peer, 2), "ours_s_an_outcome": round(ours, 4),
                      "times": round(peer / ours, 1), "largest_difference": worst, "of_intervals": half}))  # fmt: skip


if __name__ == "__main__":
    main()
