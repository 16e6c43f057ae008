"""Every lever at both of its bounds, alone and in pairs, over all scenarios: is every outcome a finite number?

python bench/levers.py [pairs a scenario, default 20,000; 0: all] [draws a lever, default 8]. A draw is one combination:
its parameters are moved where the simulated quarters begin, as a lever moves them, so that the kernel runs thousands of
combinations at once. Prints a JSON line: combinations run, and the first that gave an outcome that is no finite number.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Iterator

import numpy as np

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.evidence.base import load
from rechenmacht.outputs.web.model import LATE, Question, Race
from rechenmacht.scenario import bounds

BATCH = 4096
Change = tuple[tuple[int, float], ...]


def alone(ends: list[tuple[int, float]], draws: int) -> Iterator[tuple[Change, int]]:
    return (((one,), draw) for one in ends for draw in range(draws))


def pairs(ends: list[tuple[int, float]], most: int, seed: int) -> Iterator[tuple[Change, int]]:
    found = (both for both in itertools.combinations(ends, 2) if both[0][0] != both[1][0])
    total = len(ends) * (len(ends) - 2) // 2
    if most and most < total:
        wanted = set(np.random.default_rng(seed).choice(total, most, replace=False).tolist())
        found = (both for place, both in enumerate(found) if place in wanted)
    return ((both, place % 64) for place, both in enumerate(found))


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    draws = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    race = Race(load())
    began, count, bad = time.perf_counter(), 0, {}
    acting = race.lever_names()
    for number, scenario in enumerate(race.scenarios):
        setup = race.setup(Question(scenario, (), 64, 1))
        compiled = race._compiled
        assert compiled is not None, race.trouble
        ends = [(i, end) for i, one in enumerate(setup.parameters) if one.name in acting for end in bounds(one)]
        values, cut = race.sample(setup, 64, 1), LATE * race.given.per_quarter
        combined = itertools.chain(alone(ends, draws), pairs(ends, most, number))
        while batch := list(itertools.islice(combined, BATCH)):
            p = np.ascontiguousarray(values[:, [draw for _, draw in batch]])
            out = np.empty((len(SERIES), len(QUARTERS), p.shape[1]), np.float32)
            parked, blocks = compiled.park(p.shape[1]), range(-(-p.shape[1] // compiled.lanes))
            levers = dict(setup.levers)
            compiled.fill(p, levers, QUARTERS, out, blocks, None, parked, cut)
            for place, (change, _) in enumerate(batch):
                for row, end in change:
                    p[row, place] = end
            compiled.fill(p, levers, QUARTERS, out, blocks, None, parked, cut, resume=True)
            count += len(batch)
            for place in np.flatnonzero(~np.isfinite(out).all((0, 1))):
                change, draw = batch[place]
                series, quarter = np.argwhere(~np.isfinite(out[:, :, place]))[0]
                said = " and ".join(f"{setup.parameters[row].name}={end:g}" for row, end in change)
                where = f"{SERIES[series].variable} in {SERIES[series].region} {QUARTERS[quarter]}, draw {draw}"
                bad.setdefault(said, f"{scenario}: {where}")
        print(scenario, count, len(bad), round(time.perf_counter() - began), file=sys.stderr, flush=True)
    line = {"scenarios": len(race.scenarios), "levers": len(acting), "combinations": count, "not_finite": len(bad)}
    print(json.dumps(line | {"first": dict(list(bad.items())[:40])}, indent=1))


if __name__ == "__main__":
    main()
