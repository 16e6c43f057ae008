"""Timed runs of the capital measures, each beside a reference measured in the same run.

python bench/capital.py prints one JSON line per run: seconds, the reference's seconds, and their ratio. Ratios travel
between machines, seconds do not.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np

from rechenmacht.domains.capital import shocks, stress
from rechenmacht.domains.capital.circulation import balanced_circulation, balanced_circulation_draws, max_circulation
from rechenmacht.domains.capital.clearing import clear
from rechenmacht.domains.capital.contracts import contracts, counted, draw_amounts, last_date
from rechenmacht.evidence.base import load
from rechenmacht.sample import strata, values

DRAWS = 10_000


def best(run: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def show(name: str, seconds: float, reference: float, what: str) -> None:
    line = {"name": name, "seconds": round(seconds, 4), "reference_seconds": round(reference, 4)}
    print(json.dumps({**line, "ratio": round(seconds / reference, 3), "reference": what}))


def one_at_a_time(dues: np.ndarray, cash: np.ndarray, some: int) -> float:
    """Seconds that clearing each draw alone would take, from a few of them."""

    def run() -> None:
        for k in range(some):
            clear(dues[k], cash[k], alpha=0.5, beta=0.6)

    return best(run, 1) / some * len(dues)


def main() -> None:
    rng = np.random.default_rng(1)
    flows = np.zeros((300, 300))
    np.add.at(flows, (rng.integers(0, 300, 5000), rng.integers(0, 300, 5000)), rng.lognormal(0, 1.5, 5000))
    np.fill_diagonal(flows, 0.0)
    cash = rng.lognormal(2, 1.5, 300)
    solve = best(lambda: [np.linalg.solve(np.eye(300) + flows / flows.sum(), cash) for _ in range(10)])
    what = "ten dense solves of 300 x 300"
    show("maximal circulation, 300 nodes, 5,000 contracts", best(lambda: max_circulation(flows)), solve, what)
    show("balanced split, 300 nodes, 5,000 contracts", best(lambda: balanced_circulation(flows)), solve, what)
    show("clearing, 300 nodes, 5,000 contracts", best(lambda: clear(flows, cash, alpha=0.5, beta=0.6)), solve, what)
    dues = rng.random((DRAWS, 25, 25)) * (rng.random((25, 25)) < 0.2) * (1 - np.eye(25))
    means = rng.lognormal(1, 1.5, (DRAWS, 25)) * 0.1
    together = best(lambda: clear(dues, means, alpha=0.5, beta=0.6), 1)
    show(f"clearing, 25 nodes, {DRAWS:,} draws", together, one_at_a_time(dues, means, 200), "draw by draw")
    base = load()
    book, at = counted(contracts(base)), last_date(base)

    def draw(parameter: object) -> np.ndarray:
        return values(parameter, strata(parameter.name, DRAWS, 1))  # type: ignore[arg-type, attr-defined]

    matrices = book.matrix(draw_amounts(base, book, draw))
    several = best(lambda: balanced_circulation_draws(matrices), 1)
    alone = best(lambda: [balanced_circulation(matrices[:, :, k]) for k in range(100)], 1) * DRAWS / 100
    show(f"balanced split of the real network, {DRAWS:,} draws", several, alone, "draw by draw")
    for name in shocks.available(base):
        one = shocks.find(base, name)
        seconds = best(lambda one=one: stress.run(base, book, draw, at, one), 1)
        show(f"stress {name}, {DRAWS:,} draws", seconds, together, f"clearing, 25 nodes, {DRAWS:,} draws")


if __name__ == "__main__":
    main()
