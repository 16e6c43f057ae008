"""The answer to the question compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs
from rechenmacht import scenario as scenarios
from rechenmacht.answers.answer import Answer, Note, Ranges, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.answers.common import acting, changed, claims_of, counterfactual, moved, rewritten
from rechenmacht.domains.race.inputs import inputs
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.race.questions import observed_to
from rechenmacht.domains.uncertainty import pairs, questions, ranks, rows
from rechenmacht.domains.uncertainty.chosen import Asked, asked_of, take
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.domains.uncertainty.expressions import Quantity
from rechenmacht.evidence.base import Base
from rechenmacht.sample import draw
from rechenmacht.scenario import Scenario

Array = NDArray[np.float64]
KEYS = ("q05", "q25", "q50", "q75", "q95")
KEPT = 12  # assumptions of each outcome
SHOWN = 6
DRIVERS = "uncertain.drivers"


def _scenario(base: Base, name: str, own: Scenario | None) -> Scenario:
    return own or scenarios.read(scenarios.available(base)[name])


def compare(asked: questions.Compare, base: Base, told: Told) -> Answer:
    """Run both scenarios on the same draws."""
    wanted, sees = asked_of(asked.outcome, of(base).series), observed_to(asked.until)
    both = (_scenario(base, asked.a, asked.own_a), moved(_scenario(base, asked.b, asked.own_b), asked, sees))
    models = [runs.model_of(base, one, inputs(base, sees)) for one in both]
    found = []
    for turn, model in enumerate(models):
        tick = lambda done, turn=turn: told(turn * asked.draws + done, 2 * asked.draws)  # noqa: E731
        found.append(take(whole(model, asked.draws, asked.seed, asked.backend, tick), wanted))
    names = [p.name for p in models[0].parameters]
    values = np.stack(list(draw(models[0].parameters, asked.draws, asked.seed).values()))
    noise = ranks.noise(asked.draws, sum(p.low < p.high for p in models[0].parameters))
    lines: list[Row] = []
    without: list[Note] = []
    for one, x, y in zip(wanted, *found, strict=True):
        apart = pairs.differ(x, y)
        lines.append(_line(asked, one, apart, x, y, _drivers(base, names, pairs.drivers(values, x, y))))
        if apart.ratios is None and one.unit != runs.INDICATOR:
            without.append(Note("note.uncertainty.no_ratio", {
                "outcome": (str(one), Kind("outcome")), "n": (apart.without, Kind("count")),
                "draws": (asked.draws, Kind("count")),
            }))  # fmt: skip
    people = [
        {"outcome": row["outcome"], "parameter": one["name"], "unit": row["unit"], "rank": one["rank"],
         "basis": one["basis"], "claims": len(base.parameters[one["name"]].claims)}
        for row in lines for one in row["drivers"][:SHOWN] if abs(one["rank"]) >= noise
    ]  # fmt: skip
    maybe = ("difference", "share_a", "share_b", "ratio", "holds")
    shown = ("outcome", *(key for key in maybe if any(row[key] is not None for row in lines)), "higher", "lower")
    driven = Table("drivers", rows.Deciding, people, ("parameter", "rank", "basis", "claims"), group="outcome",
                   title=DRIVERS, machine=False)  # fmt: skip
    titles = {key: (one.title.model_dump(), Kind("words")) for key, one in zip("ab", both, strict=True)}
    said = Note("note.uncertainty.compared", {
        **titles, "draws": (asked.draws, Kind("count")), "noise": (noise, Kind("significant", digits=2)),
    })  # fmt: skip
    claims = [claim for model, one in zip(models, both, strict=True) for claim in claims_of(base, model, one)]
    against = list(dict.fromkeys(name for one in both for name in rewritten(one, sees)))
    values_ = {"a": asked.a, "b": asked.b, "draws": asked.draws, "seed": asked.seed, "conditioned_to": sees,
               "contradicts": against,
               "titles": {key: words for key, (words, _) in titles.items()}}  # fmt: skip
    return Answer(
        asked, values_, (Table("outcomes", rows.Difference, lines, shown), driven),
        (said, *changed(asked), *without, *acting(models[0], asked.backend)),
        tuple(dict.fromkeys(claims)), _charts(lines),
        heads=counterfactual(against, sees),
    )  # fmt: skip


def _line(asked: questions.Compare, one: Asked, apart: pairs.Difference, x: Array, y: Array, drivers: list[Row]) -> Row:
    """Return a row of the answer from the outcome's draws in both scenarios, x and y (draw,)."""
    holds, sure = None, one.unit == runs.INDICATOR
    if isinstance(one, Quantity) and one.words.side:
        ratios = pairs.ratio(x, y)
        holds = None if ratios is None else one.holds(ratios)
    return {
        "outcome": str(one), "unit": one.unit, "draws": asked.draws,
        "difference": None if sure else dict(zip(KEYS, apart.quantiles.tolist(), strict=True)),
        "share_a": float(x.mean()) if sure else None, "share_b": float(y.mean()) if sure else None,
        "ratio": None if apart.ratios is None else dict(zip(KEYS, apart.ratios.tolist(), strict=True)),
        "relative": apart.relative, "holds": holds, "higher": apart.higher, "lower": apart.lower, "same": apart.same,
        "higher_unpaired": apart.unpaired, "drivers": drivers,
    }  # fmt: skip


def _charts(lines: list[Row]) -> tuple[Ranges, ...]:
    """Return a chart of what drives each difference."""
    return tuple(
        Ranges(f"drivers-{k + 1}", "drivers", "parameter", "rank", KEPT, "1", only={"outcome": row["outcome"]},
               title=DRIVERS)
        for k, row in enumerate(lines)
    )  # fmt: skip


def _drivers(base: Base, names: list[str], found: NDArray[np.float64]) -> list[Row]:
    """Return the assumptions that a difference follows most; `found` has shape (parameter,)."""
    if not found.any():
        return []
    order = (-abs(found)).argsort(kind="stable")[:KEPT].tolist()
    return [{"name": names[i], "rank": float(found[i]), "basis": base.parameters[names[i]].basis} for i in order]
