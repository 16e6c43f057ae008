"""The answer to the question run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs
from rechenmacht.answers.answer import Answer, Lines, Row, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.race import questions, rows
from rechenmacht.domains.race.answers.common import acting, changed, claims_of, places, scenario_of
from rechenmacht.domains.race.chances import chances_of
from rechenmacht.domains.race.outcomes import REGION, SERIES, Series
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.uncertainty.ensemble import QUANTILES, Summary
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.freshness import marks

KEYS = tuple(f"q{round(q * 100):02d}" for q in QUANTILES)
DATES = {"end_2025": "2025-Q4", "end_2028": "2028-Q4", "end_2030": "2030-Q4"}
HEAD = "installed|h100e_8bit"


def run(asked: questions.Run, base: Base, told: Told) -> Answer:
    """Simulate a scenario and sum it up."""
    chosen, wanted = scenario_of(asked, base), places(asked.outcome, of(base).series)
    series = of(base).series
    summary, outcomes, meta = runs.summed(
        base, chosen, asked.draws, asked.seed, lambda done: told(done, asked.draws), asked.backend, asked.sees
    )
    quantiles = [row for place in wanted for row in _series(series[place], summary.table[place], summary.quarters)]
    chances = [
        {"variable": one.variable, "region": one.region, "quarter": quarter, "probability": found.probability,
         "low": found.low, "high": found.high, "lead": found.lead if math.isfinite(found.lead) else None,
         "why": found.why, "broken_by": found.broken_by}
        for one, quarter, found in chances_of(chosen.id, summary, asked.draws, asked.sees, series)
    ]  # fmt: skip

    marked = [mark.row() for mark in marks(base, asked.sees).values()]

    def save(folder: Path) -> None:
        runs.write(folder, summary, outcomes, meta, series)

    values = {
        "scenario": meta["scenario"], "title": meta["scenario"]["title"], "draws": asked.draws, "seed": asked.seed,
        "wall_seconds": meta["wall_seconds"], "backend": asked.backend,
        "conditioned_to": asked.sees,
    }  # fmt: skip
    head = Table("installed", rows.Installed, _installed(summary), title="note.race.installed", machine=False)
    chart = Lines("installed", "quantiles", "region", "quarter", "value", only={"variable": HEAD})
    tables = (
        head, Table("quantiles", rows.Series, quantiles, people=[]),
        Table("probabilities", rows.Chance, chances, people=[]),
        Table("headlines", rows.Mark, marked, show=("name", "data_to", "weak"), title="note.race.headlines"),
    )  # fmt: skip
    model = runs.model_of(base, chosen)
    claims, notes = claims_of(base, model, chosen), (*changed(asked), *acting(model, asked.backend))
    drawn = (chart,) if any(row["variable"] == HEAD for row in quantiles) else ()
    return Answer(asked, values, tables, notes, claims=claims, charts=drawn, save=save)


def _band(numbers: Any) -> dict[str, float]:
    return {key: float(f"{number:.6g}") for key, number in zip(KEYS, numbers, strict=True)}


def _series(one: Series, table: NDArray[np.float64], quarters: Sequence[str]) -> list[Row]:
    """Return a series' rows; `table` has shape (quarter, quantile)."""
    return [
        {"variable": one.variable, "region": one.region, "unit": one.unit, "quarter": quarter,
         "value": _band(table[q])}
        for q, quarter in enumerate(quarters)
    ]  # fmt: skip


def _installed(summary: Summary) -> list[Row]:
    """Return installed compute per bloc at three dates."""
    known = {(one.variable, one.region): place for place, one in enumerate(SERIES)}
    dates = {key: summary.quarters.index(quarter) for key, quarter in DATES.items()}
    return [
        {"region": region, **{key: _band(summary.table[known[HEAD, region], q]) for key, q in dates.items()}}
        for region in REGION.values()
    ]
