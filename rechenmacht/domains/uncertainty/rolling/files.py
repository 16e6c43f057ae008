"""One row for each forecast and what happened, as CSV and Parquet, so that others can score them again."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.uncertainty.rolling.naive import FORECASTERS
from rechenmacht.domains.uncertainty.rolling.scoring import LEVELS, Scores

CSV, PARQUET = "observations.csv", "observations.parquet"


def rows(found: Scores) -> list[dict[str, Any]]:
    """Return a row for each forecast: quantiles and what happened in the target's unit, scores of logarithms."""
    lines = []
    for k, one in enumerate(found.forecasts):
        lines.append({
            "target": one.target.id, "origin": one.origin,
            "quarter": QUARTERS[QUARTERS.index(one.origin) + one.horizon], "horizon": one.horizon,
            "unit": one.target.unit, "observed": float(np.exp(one.observed)),
            "quantiles": [float(f"{x:.6g}") for x in np.exp(found.quantiles[k])],
            "pit": float(found.places[k]), "crps": float(found.crps[k]), "wis": float(found.wis[k]),
            **{name: float(found.naive[f, k]) for f, name in enumerate(FORECASTERS)},
        })  # fmt: skip
    return lines


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    quantiles = {f"q{round(100 * level):02d}": value for level, value in zip(LEVELS, row["quantiles"], strict=True)}
    return {**{name: value for name, value in row.items() if name != "quantiles"}, **quantiles}


def write(folder: Path, found: Sequence[dict[str, Any]]) -> None:
    """Write the rows into a folder, a column for each quantile."""
    lines = [_flat(row) for row in found]
    with (folder / CSV).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()} for row in lines)
    import duckdb

    connection = duckdb.connect()
    try:
        source, target = (str(folder / name).replace("'", "''") for name in (CSV, PARQUET))
        connection.execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")  # noqa: S608
    finally:
        connection.close()
