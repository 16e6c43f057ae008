"""The answer to the question sensitivity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs
from rechenmacht import scenario as scenarios
from rechenmacht.answers.answer import Answer, Note, Ranges, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.answers.common import acting, changed, claims_of, counterfactual, moved, rewritten
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.uncertainty import questions, ranks, rows, sobol
from rechenmacht.domains.uncertainty.chosen import Asked, Outcome, asked_of, take
from rechenmacht.domains.uncertainty.ensemble import Model, simulator, whole
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.sample import draw, values

Array = NDArray[np.float64]
SHOWN = 12
COUNT, TITLE = Kind("count"), Kind("words")


@dataclass(frozen=True)
class Measures:
    """What one method found: numbers per outcome and parameter, and the order of importance.

    `columns` map a number's name to an array of shape (outcome, parameter); of `order`, of the same shape, larger is
    more important, and below `noise` is chance: people are not shown it.
    """

    columns: dict[str, Array]
    order: Array
    names: tuple[str, ...]
    note: str
    said: dict[str, tuple[object, Kind]]
    noise: float = 0.0


def sensitivity(asked: questions.Sensitivity, base: Base, told: Told) -> Answer:
    """Measure by the method that is asked for.

    Raises:
        BadInput: if the method cannot measure what is asked for.
    """
    wanted = asked_of(asked.outcome, of(base).series)
    if asked.method == "gradient":
        _at_an_end(wanted)
    chosen = moved(asked.own or scenarios.read(scenarios.available(base)[asked.scenario]), asked)
    model = runs.model_of(base, chosen)
    found = METHODS[asked.method](asked, model, wanted, told)
    lines = [
        {"outcome": str(one), "unit": one.unit, "parameters": [_measured(base, found, k, i) for i in _order(found, k)]}
        for k, one in enumerate(wanted)
    ]
    above = [[i for i in _order(found, k)[:SHOWN] if found.order[k, i] >= found.noise] for k in range(len(wanted))]
    people = [_shown(base, found, one, k, i) for k, one in enumerate(wanted) for i in above[k]]
    silent = tuple(
        Note("note.uncertainty.nothing", {"outcome": (str(one), Kind("outcome"))})
        for one, kept in zip(wanted, above, strict=True) if not kept
    )  # fmt: skip
    columns = {"rank": ("rank", "ends"), "sobol": ("first", "first_range", "total", "total_range"),
               "gradient": ("elasticity",)}[asked.method]  # fmt: skip
    band = {"rank": "ends", "sobol": "total", "gradient": "elasticity"}[asked.method]
    unit = "" if asked.method == "rank" else "1"
    charts = tuple(
        Ranges(f"{asked.method}-{k + 1}", "deciding", "parameter", band, SHOWN, unit,
               only={"outcome": str(one)}, title=f"drawn.uncertainty.{asked.method}")
        for k, one in enumerate(wanted)
    )  # fmt: skip
    said = {**found.said, "scenario": (chosen.title.model_dump(), TITLE)}
    tables = (
        Table("outcomes", rows.Sensitive, lines, people=[]),
        Table("deciding", rows.Deciding, people, ("parameter", *columns, "basis", "claims"), group="outcome",
              machine=False),
    )  # fmt: skip
    values_ = {"scenario": asked.scenario, "title": chosen.title.model_dump(), "method": asked.method,
               "seed": asked.seed, "draws": asked.draws, "noise": found.noise,
               "contradicts": rewritten(chosen, LAST_OBSERVED)}  # fmt: skip
    notes = (*silent, Note(found.note, said), *changed(asked), *acting(model, asked.backend))
    return Answer(asked, values_, tables, notes, claims_of(base, model, chosen), charts,
                  heads=counterfactual(rewritten(chosen, LAST_OBSERVED), LAST_OBSERVED))  # fmt: skip


def _at_an_end(wanted: Sequence[Asked]) -> None:
    """Let pass outcomes at a quarter's end.

    Raises:
        BadInput: if one is a quantity in words.
    """
    for one in wanted:
        if not isinstance(one, Outcome):
            said = f"gradient is of outcomes at a quarter's end, variable@region@quarter, not of {one}"
            raise BadInput.of("error.quantity.end_only", said, given=str(one))


def _order(found: Measures, k: int) -> list[int]:
    return [int(i) for i in (-found.order[k]).argsort(kind="stable")]


def _measured(base: Base, found: Measures, k: int, i: int) -> Row:
    parameter = base.parameters[found.names[i]]
    numbers = {name: float(column[k, i]) for name, column in found.columns.items()}
    return {"name": parameter.name, "basis": parameter.basis, "claims": list(parameter.claims), **numbers}


def _shown(base: Base, found: Measures, one: Asked, k: int, i: int) -> Row:
    parameter = base.parameters[found.names[i]]
    row: Row = {"outcome": str(one), "parameter": parameter.name, "unit": one.unit, "basis": parameter.basis,
                "claims": len(parameter.claims)}  # fmt: skip
    numbers = {name: float(column[k, i]) for name, column in found.columns.items()}
    if "low_end" in numbers:
        low, high = numbers["low_end"], numbers["high_end"]
        row["ends"] = {"low": low, "high": high}
    for name in ("first", "total"):
        if name in numbers:
            half = numbers[f"{name}_half"]
            row[f"{name}_range"] = {"low": numbers[name] - half, "high": numbers[name] + half}
    return row | {name: number for name, number in numbers.items() if name in {"rank", "first", "total", "elasticity"}}


def _by_rank(asked: questions.Sensitivity, model: Model, wanted: Sequence[Asked], told: Told) -> Measures:
    drawn = np.stack(list(draw(model.parameters, asked.draws, asked.seed).values()))
    outcomes = take(whole(model, asked.draws, asked.seed, asked.backend, lambda done: told(done, asked.draws)), wanted)
    found = ranks.rank_correlations(drawn, outcomes)
    ends = np.stack([ranks.conditional_medians(drawn, one) for one in outcomes])
    columns = {"rank": found, "low_end": ends[..., 0], "high_end": ends[..., 1]}
    tried = sum(p.low < p.high for p in model.parameters)
    noise = ranks.noise(asked.draws, tried)
    said: dict[str, tuple[object, Kind]] = {
        "draws": (asked.draws, COUNT), "noise": (noise, Kind("significant", digits=2)), "tried": (tried, COUNT),
        "seed": (asked.seed, Kind("id")),
    }  # fmt: skip
    return Measures(columns, np.abs(found), tuple(p.name for p in model.parameters), "uncertain.noise", said, noise)


def _by_sobol(asked: questions.Sensitivity, model: Model, wanted: Sequence[Asked], told: Told) -> Measures:
    needed = {quarter for one in wanted for quarter in one.quarters}
    quarters = tuple(quarter for quarter in QUARTERS if quarter in needed)
    run = simulator(model, asked.backend, quarters)
    total = (sum(p.low < p.high for p in model.parameters) + 2) * asked.base
    y, uncertain = sobol.evaluate(
        lambda v: take(run(v), wanted, quarters), model.parameters, asked.base, asked.seed,
        lambda done: told(done, total),
    )  # fmt: skip
    found = sobol.analyse(y, sobol.resamples(asked.base, 100, asked.seed))
    columns = {
        "first": found.first, "first_half": found.first_half, "total": found.total, "total_half": found.total_half,
    }  # fmt: skip
    said: dict[str, tuple[object, Kind]] = {
        "base": (asked.base, COUNT), "runs": (total, COUNT), "seed": (asked.seed, Kind("id")),
    }  # fmt: skip
    names = tuple(model.parameters[i].name for i in uncertain)
    return Measures(columns, found.total, names, "uncertain.sobol_note", said)


def _by_gradient(asked: questions.Sensitivity, model: Model, wanted: Sequence[Any], told: Told) -> Measures:
    from rechenmacht.domains.race.backends import grad

    half = np.array([0.5])
    p = {one.name: values(one, half) for one in model.parameters}
    places = [(one.variable, one.region, one.quarter) for one in wanted]
    slopes = grad.gradients(model.given, p, places, model.levers, model.off)
    outcome = take(grad.simulate(model.given, p, model.levers, model.off), wanted)
    names = tuple(p)
    found = np.stack([slopes[name][:, 0] * p[name][0] for name in names], 1)
    found = np.divide(found, outcome, out=np.zeros_like(found), where=outcome != 0)
    return Measures({"elasticity": found}, np.abs(found), names, "uncertain.gradient_note", {})


METHODS = {"rank": _by_rank, "sobol": _by_sobol, "gradient": _by_gradient}
