"""The answer to the question backtest: forecasts from every quarter, scored against what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs, scenario
from rechenmacht.answers.answer import Answer, Note, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.plugins import alone
from rechenmacht.domains.race.step import NAMES
from rechenmacht.domains.uncertainty import backtest_rows as rows
from rechenmacht.domains.uncertainty import questions
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.domains.uncertainty.known_facts import facts
from rechenmacht.domains.uncertainty.rolling import files, scoring
from rechenmacht.domains.uncertainty.rolling.origins import HORIZONS, forecasts, origins
from rechenmacht.domains.uncertainty.rolling.priors import Prior, counted
from rechenmacht.domains.uncertainty.rolling.scoring import Scores, Skill
from rechenmacht.domains.uncertainty.rolling.targets import Target, observed, read
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

Mask = NDArray[np.bool_]
SORTS = ("same", "kept", "rule", "default")
SHOWN = ("title", "n", "coverage50", "coverage90", "crps", "best_baseline", "crps_best_baseline", "skill", "skill_low",
         "skill_high")  # fmt: skip


def backtest(asked: questions.Backtest, base: Base, told: Told) -> Answer:
    """Run the model from every origin and score its forecasts.

    Raises:
        BadInput: if no target that is asked for has data there.
    """
    alone(base, "the backtest is of")
    chosen = [one for one in read() if not asked.target or one.id in asked.target]
    last = QUARTERS[QUARTERS.index(asked.until) + 1] if asked.until else LAST_OBSERVED
    turns = len(origins(last)) * (1 + (len(NAMES) if asked.ablation else 0))

    def ticking(before: int) -> Callable[[int, int], None]:
        return lambda done, _of: told(before + done, turns)

    every, used = forecasts(base, read(), asked.draws, asked.seed, last=last, told=ticking(0))
    found = scoring.score([one for one in every if one.target in chosen])
    if not found.forecasts:
        raise BadInput.of("error.uncertainty.no_forecast", "nothing to score: no target has data there")
    without = _ablation(asked, base, chosen, found, last, ticking) if asked.ablation else []
    reference = runs.model_of(base, scenario.find(base, "reference"))
    known = facts(base, whole(reference, asked.draws, asked.seed))
    return _answer(asked, base, chosen, found, used, without, [asdict(one) for one in known])


def _answer(
    asked: questions.Backtest,
    base: Base,
    chosen: Sequence[Target],
    found: Scores,
    used: dict[str, tuple[Prior, ...]],
    without: list[Row],
    published: list[Row],
) -> Answer:
    pooled = _pooled(found)
    observations = files.rows(found)
    values = {"draws": asked.draws, "seed": asked.seed, "origins": list(used), "pooled": pooled}
    priors = [
        {"origin": origin, **{sort: counted(sorts).get(sort, 0) for sort in SORTS}} for origin, sorts in used.items()
    ]
    people = [_beside(row) for row in published]
    tables = (
        Table("targets", rows.TargetScore, _targets(base, chosen, found), SHOWN, title="note.uncertainty.targets"),
        Table("horizons", rows.HorizonScore, _horizons(found), title="note.uncertainty.horizons",
              show=("quarters", "n", "coverage50", "coverage90", "crps", "skill", "skill_low", "skill_high")),
        Table("priors", rows.PriorsAt, priors, people=[]),
        Table("ablation", rows.Without, without, title="note.uncertainty.ablation"),
        Table("facts", rows.PublishedFact, published, people=[]),
        Table("beside", rows.Beside, people, title="note.uncertainty.facts", machine=False),
        *((Table("observations", rows.Observation, observations, people=[]),) if asked.observations else ()),
    )  # fmt: skip
    bounded = pooled["skill_low"] is not None
    said = Note("note.uncertainty.pooled" if bounded else "note.uncertainty.pooled_point", {
        "n": (pooled["n"], Kind("count")), "targets": (len(tables[0].rows), Kind("count")),
        "c50": (pooled["coverage50"], Kind("share")), "c90": (pooled["coverage90"], Kind("share")),
        "skill": (pooled["skill"], Kind("number", digits=2)), "low": (pooled["skill_low"], Kind("number", digits=2)),
        "high": (pooled["skill_high"], Kind("number", digits=2)),
    })  # fmt: skip

    def save(folder: Path) -> None:
        files.write(folder, observations)

    return Answer(asked, values, tables, (Note("note.uncertainty.backtest"),), heads=(said,), save=save)


def _skilled(found: Scores, reference: NDArray[np.float64], mine: Mask) -> dict[str, float | None]:
    at = [one.origin for one, wanted in zip(found.forecasts, mine, strict=True) if wanted]
    got = scoring.skill(found.crps[mine], reference[mine], at)
    return dict(zip(("skill", "skill_low", "skill_high"), _numbers(got), strict=True))


def _numbers(got: Skill) -> list[float | None]:
    return [None if np.isnan(value) else value for value in (got.value, got.low, got.high)]


def _common(found: Scores, mine: Mask) -> Row:
    places = found.places[mine]
    return {
        "n": int(mine.sum()), "coverage50": scoring.coverage(places, 0.5), "coverage90": scoring.coverage(places, 0.9),
        "crps": float(found.crps[mine].mean()), "pit": scoring.histogram(places),
    }  # fmt: skip


def _pooled(found: Scores) -> Row:
    mine = np.ones(len(found.forecasts), dtype=bool)
    return {**_common(found, mine), "wis": float(found.wis.mean()), **_skilled(found, scoring.best(found), mine)}


def _targets(base: Base, chosen: Sequence[Target], found: Scores) -> list[Row]:
    names, reference = np.array([one.target.id for one in found.forecasts]), scoring.best(found)
    lines = []
    for target in chosen:
        mine = names == target.id
        if not mine.any():
            continue
        lines.append({
            "id": target.id, "title": {"en": target.title_en, "de": target.title_de}, "group": target.group,
            **_common(found, mine), "wis": float(found.wis[mine].mean()),
            "best_baseline": scoring.best_name(found, mine), "crps_best_baseline": float(reference[mine].mean()),
            **_skilled(found, reference, mine), "unit": target.unit, "forecast": target.forecast,
            "note": {"en": target.note_en, "de": target.note_de},
            "sources": list(observed(base, target).sources),
        })  # fmt: skip
    return lines


def _horizons(found: Scores) -> list[Row]:
    horizon, reference = np.array([one.horizon for one in found.forecasts]), scoring.best(found)
    lines = []
    for quarters in HORIZONS:
        mine = horizon == quarters
        if mine.any():
            seen = {one.origin for one in found.forecasts if one.horizon == quarters}
            lines.append(
                {"quarters": quarters, "origins": len(seen), **_common(found, mine), **_skilled(found, reference, mine)}
            )
    return lines


def _ablation(
    asked: questions.Backtest, base: Base, chosen: Sequence[Target], found: Scores, last: str,
    ticking: Callable[[int], Callable[[int, int], None]],
) -> list[Row]:  # fmt: skip
    """Return the scores without each mechanism, the ones that are missed most first."""
    lines, number = [], len(origins(last))
    for turn, name in enumerate(NAMES, 1):
        every, _ = forecasts(base, read(), asked.draws, asked.seed, off=(name,), last=last, told=ticking(turn * number))
        less = scoring.score([one for one in every if one.target in chosen])
        row = _common(less, np.ones(len(less.forecasts), dtype=bool))
        lines.append({
            "mechanism": name, "crps": row["crps"], "difference": row["crps"] - float(found.crps.mean()),
            "coverage50": row["coverage50"], "coverage90": row["coverage90"],
        })  # fmt: skip
    return sorted(lines, key=lambda row: -row["difference"])


def _beside(row: dict[str, Any]) -> Row:
    inside = row["low90"] <= row["observed"] <= row["high90"]
    run = {"low": row["low90"], "value": row["median"], "high": row["high90"]}
    return {"id": row["id"], "observed": row["observed"], "run": run, "unit": row["unit"], "inside": inside,
            "given": row["given"]}  # fmt: skip
