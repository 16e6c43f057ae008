"""The answer to the question run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs
from rechenmacht.answers.answer import Answer, Lines, Note, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race import questions, rows
from rechenmacht.domains.race.answers.common import (
    acting,
    changed,
    claims_of,
    counterfactual,
    places,
    rewritten,
    scenario_of,
)
from rechenmacht.domains.race.chances import chances_of
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.outcomes import REGION, SERIES, Series
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.uncertainty.chosen import Asked, asked_for, kept, take
from rechenmacht.domains.uncertainty.ensemble import QUANTILES, Model, Outcomes, Summary
from rechenmacht.domains.uncertainty.expressions import Quantity
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.freshness import marks

KEYS = tuple(f"q{round(q * 100):02d}" for q in QUANTILES)
DATES = {"end_2025": "2025-Q4", "end_2028": "2028-Q4", "end_2030": "2030-Q4"}
HEAD = "installed|h100e_8bit"
FEW = 20  # draws below which the ends of a 90 % range are single draws


def run(asked: questions.Run, base: Base, told: Told) -> Answer:
    """Simulate a scenario and sum it up."""
    series = of(base).series
    named = [name for name in asked.outcome if not _in_words(name)]
    inside = [asked_for(name, series) for name in asked.outcome if _in_words(name)]
    chosen, wanted = scenario_of(asked, base), places(named, series) if named or not inside else []
    summary, outcomes, meta = runs.summed(
        base, chosen, asked.draws, asked.seed, lambda done: told(done, asked.draws), asked.backend, asked.sees
    )
    model = runs.model_of(base, chosen, inputs(base, asked.sees))
    values = {
        "scenario": meta["scenario"], "title": meta["scenario"]["title"], "draws": asked.draws, "seed": asked.seed,
        "wall_seconds": meta["wall_seconds"], "backend": asked.backend, "conditioned_to": asked.sees,
        "contradicts": rewritten(chosen, asked.sees),
    }  # fmt: skip
    quantiles = [
        row for place in wanted if series[place].unit != runs.INDICATOR
        for row in _series(series[place], summary.table[place], summary.quarters)
    ]  # fmt: skip
    full = Table("quantiles", rows.Series, quantiles, people=[])
    chances = Table("probabilities", rows.Chance, _chances(asked, chosen.id, summary, series), people=[])
    found = _quantities(asked, model, inside, outcomes)
    shown = [key for key in ("quantity", "value", "holds") if any(row[key] is not None for row in found)]
    quantities = Table("quantities", rows.Quantified, found, tuple(shown))
    marked = [mark.row() for mark in marks(base, asked.sees).values()]
    heads = Table("headlines", rows.Mark, marked, people=[] if asked.outcome else None,
                  show=("name", "data_to", "weak"), title="note.race.headlines")  # fmt: skip
    if asked.outcome:
        tables = (
            quantities,
            full,
            *_at_dates(asked, [series[place] for place in wanted], wanted, summary),
            chances,
            heads,
        )
    else:
        title = "note.race.installed" if asked.draws > 1 else "note.race.installed_once"
        head = Table("installed", rows.Installed, _installed(summary), title=title, machine=False)
        tables = (head, full, quantities, chances, heads)

    def save(folder: Path) -> None:
        runs.write(folder, summary, outcomes, meta, series)

    chart = Lines("installed", "quantiles", "region", "quarter", "value", only={"variable": HEAD})
    few = (Note("note.race.few", {"draws": (asked.draws, Kind("count"))}),) if 1 < asked.draws < FEW else ()
    notes = (*changed(asked), *few, *acting(model, asked.backend))
    drawn = (chart,) if any(row["variable"] == HEAD for row in quantiles) else ()
    return Answer(asked, values, tables, notes, claims=claims_of(base, model, chosen), charts=drawn, save=save,
                  heads=counterfactual(values["contradicts"], asked.sees))  # fmt: skip


def _in_words(name: str) -> bool:
    return "@" in name


def _quantities(asked: questions.Run, model: Model, wanted: Sequence[Asked], outcomes: Outcomes | None) -> list[Row]:
    """Return the quantities asked for in words; a run too large for memory is run anew with their series alone."""
    if not wanted:
        return []
    if outcomes is not None:
        found = take(outcomes, wanted)
    else:
        found = kept(model, asked.draws, asked.seed, asked.backend, wanted)
    return [_quantified(one, draws, asked.draws) for one, draws in zip(wanted, found, strict=True)]


def _quantified(one: Asked, values: NDArray[np.float64], draws: int) -> Row:
    """Return what draws (draw,) say of a quantity."""
    row: Row = {"quantity": str(one), "unit": one.unit, "draws": draws, "value": None, "holds": None}
    if one.unit == runs.INDICATOR:
        return {**row, "holds": float(values.mean())}
    row["value"] = _band(np.quantile(values, QUANTILES))
    return {**row, "holds": one.holds(values)} if isinstance(one, Quantity) and one.words.side else row


def _chances(asked: questions.Run, scenario: str, summary: Summary, series: Sequence[Series]) -> list[Row]:
    return [
        {"variable": one.variable, "region": one.region, "quarter": quarter, "probability": found.probability,
         "low": found.low, "high": found.high, "lead": found.lead if math.isfinite(found.lead) else None,
         "why": found.why, "broken_by": found.broken_by}
        for one, quarter, found in chances_of(scenario, summary, asked.draws, asked.sees, tuple(series))
    ]  # fmt: skip


def _at_dates(
    asked: questions.Run, found: Sequence[Series], wanted: Sequence[int], summary: Summary
) -> tuple[Table, ...]:
    """Return the outcomes asked for at three dates, for people."""
    dates = {key: summary.quarters.index(quarter) for key, quarter in DATES.items()}
    usual: list[Row] = []
    likely: list[Row] = []
    for one, place in zip(found, wanted, strict=True):
        row = {"variable": one.variable, "region": one.region}
        if one.unit == runs.INDICATOR:
            shares = {key: float(summary.means[place, q]) for key, q in dates.items()}
            likely.append({**row, "draws": asked.draws, **shares})
        else:
            bands = {key: _band(summary.table[place, q]) for key, q in dates.items()}
            usual.append({**row, "unit": one.unit, **bands})
    shown, title = ("region", *DATES), "note.race.asked" if asked.draws > 1 else "note.race.asked_once"
    return (
        Table("asked", rows.Dated, usual, shown, group="variable", title=title, machine=False),
        Table("likely", rows.Likely, likely, shown, group="variable", title="note.race.likely", machine=False),
    )


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
