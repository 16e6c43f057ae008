"""The answer to the question compare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs
from rechenmacht import scenario as scenarios
from rechenmacht.answers.answer import Answer, Note, Ranges, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.answers.common import acting, claims_of
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.uncertainty import pairs, questions, rows
from rechenmacht.domains.uncertainty.chosen import outcomes_of, take
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.evidence.base import Base
from rechenmacht.sample import draw
from rechenmacht.scenario import Scenario

KEYS = ("q05", "q25", "q50", "q75", "q95")
KEPT = 12  # assumptions of each outcome
SHOWN = 6
DRIVERS = "uncertain.drivers"


def _scenario(base: Base, name: str, own: Scenario | None) -> Scenario:
    return own or scenarios.read(scenarios.available(base)[name])


def compare(asked: questions.Compare, base: Base, told: Told) -> Answer:
    """Run both scenarios on the same draws."""
    wanted = outcomes_of(asked.outcome, of(base).series)
    changed = scenarios.with_settings(_scenario(base, asked.b, asked.own_b), asked.set, runs.FIRST_SIMULATED)
    both = (_scenario(base, asked.a, asked.own_a), changed)
    models = [runs.model_of(base, one) for one in both]
    found = []
    for turn, model in enumerate(models):
        tick = lambda done, turn=turn: told(turn * asked.draws + done, 2 * asked.draws)  # noqa: E731
        found.append(take(whole(model, asked.draws, asked.seed, asked.backend, tick), wanted))
    names = [p.name for p in models[0].parameters]
    values = np.stack(list(draw(models[0].parameters, asked.draws, asked.seed).values()))
    lines: list[Row] = []
    for one, x, y in zip(wanted, *found, strict=True):
        apart = pairs.differ(x, y)
        quantiles = dict(zip(KEYS, apart.quantiles.tolist(), strict=True))
        lines.append({
            "outcome": str(one), "unit": one.unit, "difference": quantiles, "relative": apart.relative,
            "higher": apart.higher, "higher_unpaired": apart.unpaired,
            "drivers": _drivers(base, names, pairs.drivers(values, x, y)),
        })  # fmt: skip
    people = [
        {"outcome": row["outcome"], "parameter": one["name"], "unit": row["unit"], "rank": one["rank"],
         "basis": one["basis"], "claims": len(base.parameters[one["name"]].claims)}
        for row in lines for one in row["drivers"][:SHOWN]
    ]  # fmt: skip
    shown = ("outcome", "difference", "relative", "higher")
    driven = Table("drivers", rows.Deciding, people, ("parameter", "rank", "basis", "claims"), group="outcome",
                   title=DRIVERS, machine=False)  # fmt: skip
    said = Note("note.uncertainty.compared", {
        "a": (both[0].title.model_dump(), Kind("words")), "b": (both[1].title.model_dump(), Kind("words")),
        "draws": (asked.draws, Kind("count")),
    })  # fmt: skip
    claims = [claim for model, one in zip(models, both, strict=True) for claim in claims_of(base, model, one)]
    charts = tuple(
        Ranges(
            f"drivers-{k + 1}",
            "drivers",
            "parameter",
            "rank",
            KEPT,
            "1",
            only={"outcome": row["outcome"]},
            title=DRIVERS,
        )
        for k, row in enumerate(lines)
    )
    values_ = {"a": asked.a, "b": asked.b, "draws": asked.draws, "seed": asked.seed,
               "titles": {"a": both[0].title.model_dump(), "b": both[1].title.model_dump()}}  # fmt: skip
    return Answer(
        asked, values_, (Table("outcomes", rows.Difference, lines, shown), driven),
        (said, *acting(models[0], asked.backend)),
        tuple(dict.fromkeys(claims)), charts,
    )  # fmt: skip


def _drivers(base: Base, names: list[str], found: NDArray[np.float64]) -> list[Row]:
    """Return the assumptions that a difference follows most; `found` has shape (parameter,)."""
    if not found.any():
        return []
    order = (-abs(found)).argsort(kind="stable")[:KEPT].tolist()
    return [{"name": names[i], "rank": float(found[i]), "basis": base.parameters[names[i]].basis} for i in order]
