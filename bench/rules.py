"""Classification of 100,000 cases, as a ratio to reading the same table with the csv module; the limit is 5 s.

python bench/rules.py            print a table
python bench/rules.py --json     print one JSON document
"""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rechenmacht.domains.rules import ruleset
from rechenmacht.domains.rules.casefile import read_table
from rechenmacht.domains.rules.cases import FLAGS, NEEDED
from rechenmacht.domains.rules.classify import classify
from rechenmacht.evidence.base import load

ROWS, REPEATS = 100_000, 3
NUMBERS = {
    "tpp": 60_000,
    "die_mm2": 3000,
    "io_bw": 2000,
    "dram_bw": 9000,
    "node_nm": 30,
    "transistors_bn": 120,
    "hbm_density": 10,
}


def table(path: Path) -> None:
    """Write a table of random cases, no two alike, a fifth of the cells unknown."""
    draw = np.random.default_rng(1)

    def some(values: list[str]) -> list[str]:
        return [values[i] for i in draw.integers(0, len(values), ROWS)]

    columns: dict[str, list[str]] = {
        "case_id": [f"K{i}" for i in range(ROWS)],
        "subject": some(["chip", "chip", "chip", "hbm", "foundry"]),
        "date": some([f"{year}-{month:02d}-17" for year in range(2022, 2030) for month in range(1, 13)]),
        "dest": some(["CN", "CN", "CN", "HK", "MO", "AE", "DE", "SG", "MY", "RU"]),
        "hq": some(["", "", "CN", "US"]), "vendor": some(["NVIDIA", "AMD", "Intel", "Huawei"]),
        "role": some(["vendor", "reexporter", ""]),
    }  # fmt: skip
    for name, high in NUMBERS.items():
        values = draw.uniform(1, high, ROWS).round(3)
        columns[name] = ["" if u < 0.2 else repr(float(v)) for u, v in zip(draw.random(ROWS), values, strict=True)]
    for name in FLAGS[:6]:
        columns[name] = some(["0", "1", "0", "1", ""])
    assert set(NEEDED) <= set(columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def seconds(action: Callable[[], object]) -> float:
    """Return the median wall time of an action."""
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure() -> dict[str, dict[str, float]]:
    """Return seconds and the ratio to the reference for each timed step."""
    rules = ruleset.load(load())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        table(path)

        def plain() -> None:
            with path.open(encoding="utf-8", newline="") as file:
                list(csv.reader(file))

        cases, _ = read_table(path, rules.places)
        found = {
            "reference: csv module reads the table": seconds(plain),
            "read and check the table": seconds(lambda: read_table(path, rules.places)),
            "classify": seconds(lambda: classify(rules, cases)),
            "whole command, --table --json": seconds(
                lambda: subprocess.run(
                    [sys.executable, "-m", "rechenmacht", "rules", "classify", "--table", str(path), "--json"],
                    check=True,
                    capture_output=True,
                )
            ),
        }
    reference = found["reference: csv module reads the table"]
    return {name: {"seconds": round(t, 3), "ratio": round(t / reference, 2)} for name, t in found.items()}


if __name__ == "__main__":
    results = measure()
    if "--json" in sys.argv:
        print(json.dumps(results, indent=1))
    else:
        print(f"{ROWS:,} cases")
        for name, row in results.items():
            print(f"{name:42}{row['seconds']:8.3f} s {row['ratio']:8.2f} x")
