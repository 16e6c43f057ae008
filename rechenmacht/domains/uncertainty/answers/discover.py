"""The answer to the question discover."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rechenmacht import runs
from rechenmacht import scenario as scenarios
from rechenmacht.answers.answer import Answer, Note, Ranges, Row, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.race.answers.common import claims_of
from rechenmacht.domains.race.plugins import alone
from rechenmacht.domains.uncertainty import discovery, questions, rows
from rechenmacht.domains.uncertainty.chosen import Outcome, outcome, take
from rechenmacht.domains.uncertainty.discovery import Box
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base
from rechenmacht.evidence.forms import Parameter
from rechenmacht.sample import draw, values

Array = NDArray[np.float64]
Occurs = Callable[[Array], NDArray[np.bool_]]
MEASURE = {
    "frontier": "effective_run", "application": "measure|application", "stack": "measure|stack",
    "infrastructure": "power_connected", "workforce": "virtual_workers", "sovereignty": "measure|sovereignty",
}  # fmt: skip
SHARE, COUNT = Kind("share", "1"), Kind("count")


def discover(asked: questions.Discover, base: Base, told: Told) -> Answer:
    """Look for a box and a tree.

    Raises:
        BadInput: if the case cannot be read, or is too rare or too common.
    """
    alone(base, "discovery looks at")
    if asked.case is None and asked.who == asked.over:
        raise BadInput.of("error.uncertainty.same", f"who and over are both {asked.who}", who=asked.who)
    pair, occurs = _case(asked.case) if asked.case else _ahead(asked)
    chosen = asked.own or scenarios.read(scenarios.available(base)[asked.scenario])
    model = runs.model_of(base, chosen)
    outcomes = whole(model, asked.draws, asked.seed, asked.backend, lambda done: told(done, asked.draws))
    cases = occurs(take(outcomes, pair))
    rate = float(cases.mean())
    uncertain = [p for p in model.parameters if p.low < p.high]
    drawn = draw(uncertain, asked.draws, asked.seed)
    u = discovery.uniform_ranks(np.stack([drawn[p.name] for p in uncertain]))
    try:
        box = discovery.discover(u, cases)
    except BadInput as error:
        raise BadInput(f"{str(error)[0].upper()}{str(error)[1:]}") from None
    limits = _limits(box, uncertain)
    telling = discovery.telling(u, cases)
    which = np.flatnonzero(telling if telling.any() else ~telling)
    tree = discovery.tree(u[which], cases, [uncertain[k].name for k in which]).splitlines()
    about = {"definition": asked.ahead, "who": asked.who, "over": asked.over, "at": pair[0].quarter}
    shares = {"density": box.density, "coverage": box.coverage, "mass": box.mass}
    found = {
        "scenario": asked.scenario, "case": asked.case or about, "rate": rate, "draws": asked.draws, "seed": asked.seed,
        "box": {**shares, "limits": limits}, "tree": tree,
    }  # fmt: skip
    said = [Note("uncertain.box", {key: (value, SHARE) for key, value in {**shares, "rate": rate}.items()})]
    shown = ("parameter", "condition", "quantiles", "by_chance")
    conditions = [_condition(row) for row in limits]
    table = Table("limits", rows.Condition, conditions, shown, machine=False, empty="uncertain.no_box")
    notes = (Note("note.uncertainty.tree", {"tree": ("\n".join(tree), Kind("text"))}),)
    chart = Ranges("box", "limits", "parameter", "quantiles", title="drawn.uncertainty.box")
    head = _head(asked, pair[0].quarter, rate)
    return Answer(asked, found, (table,), notes, claims_of(base, model, chosen), (chart,),
                  heads=(head, *(said if limits else [])))  # fmt: skip


def _head(asked: questions.Discover, quarter: str, rate: float) -> Note:
    shares = {"rate": (rate, SHARE), "draws": (asked.draws, COUNT)}
    if asked.case:
        return Note("uncertain.other_case", {**shares, "case": (asked.case, Kind("text"))})
    region = Kind("term", group="region")
    return Note("note.uncertainty.case", {
        **shares, "who": (asked.who, region), "over": (asked.over, region),
        "definition": (asked.ahead, Kind("term", group="definition")), "when": (quarter, Kind("year_end")),
    })  # fmt: skip


def _ahead(asked: questions.Discover) -> tuple[list[Outcome], Occurs]:
    """Return the two outcomes of a definition of ahead, and the case that the first is larger."""
    pair = [outcome(f"{MEASURE[asked.ahead]}@{bloc}@{asked.at}") for bloc in (asked.who, asked.over)]
    return pair, lambda found: found[0] > found[1]


def _case(text: str) -> tuple[list[Outcome], Occurs]:
    name, sign, limit = re.split(r"\s*([<>])\s*", text.strip(), maxsplit=1) if re.search("[<>]", text) else ("", "", "")
    try:
        value = float(limit)
    except ValueError:
        said = f"--case {text}: write variable@region@quarter, < or >, and a number"
        raise BadInput.of("error.uncertainty.case", said, case=text) from None
    one = outcome(name)
    return [one], lambda found: found[0] > value if sign == ">" else found[0] < value


def _limits(box: Box, uncertain: Sequence[Parameter]) -> list[Row]:
    """Return the box's limits as quantiles and as values, the least likely by chance first."""
    found: list[Row] = []
    for k in np.flatnonzero((box.limits[:, 0] > 0) | (box.limits[:, 1] < 1)).tolist():
        p, ends = uncertain[k], box.limits[k]
        low, high = values(p, np.clip(ends, 1e-6, 1 - 1e-6))
        found.append({
            "name": p.name, "low_quantile": float(ends[0]), "high_quantile": float(ends[1]),
            "low": float(low) if ends[0] > 0 else None, "high": float(high) if ends[1] < 1 else None,
            "unit": p.unit, "basis": p.basis, "by_chance": float(box.by_chance[k]),
        })  # fmt: skip
    return sorted(found, key=lambda row: float(row["by_chance"]))


def _condition(row: Row) -> Row:
    return {
        "parameter": row["name"], "condition": {"low": row["low"], "value": None, "high": row["high"]},
        "quantiles": {"low": row["low_quantile"], "high": row["high_quantile"]}, "unit": row["unit"],
        "by_chance": row["by_chance"],
    }  # fmt: skip
