"""`engine predict`: answer every row of a table of questions with a value, an 80 % interval, and what was assumed.

Each row becomes a function of the coefficients (`prepare`), which prediction and calibration share.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from rechenmacht.answers.said import Said
from rechenmacht.domains.engine import consistent, cost, wording
from rechenmacht.domains.engine.answers_decentral import decentral_value, swarm_value
from rechenmacht.domains.engine.answers_other import component_value, energy_value, goodput_value
from rechenmacht.domains.engine.ask import Question, question
from rechenmacht.domains.engine.asked_serving import serving_question
from rechenmacht.domains.engine.best import Best, best, narrowed, spaces
from rechenmacht.domains.engine.calibrated import Calibration, calibration
from rechenmacht.domains.engine.found import Found, banded
from rechenmacht.domains.engine.kinds import training_kind
from rechenmacht.domains.engine.offsets import Offsets
from rechenmacht.domains.engine.outcome import Terms, asked_value, model_tflops, peak_tflops
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.quantities import QUANTITIES, asked_name, canonical, factor, remark, shown_unit
from rechenmacht.domains.engine.rows import Row, check
from rechenmacht.domains.engine.service import serving_value
from rechenmacht.domains.engine.setups import within
from rechenmacht.domains.engine.splits import splits
from rechenmacht.domains.engine.spoken import said
from rechenmacht.domains.engine.tablefile import asked_rows, cells
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

RECKONED = frozenset({"memory_gb"})  # follows from layout and batch alone: no measurement gives it an interval
SERVES = re.compile(
    r"offline|serving|serve\b|inference|generat|decod|prefill|interactive|in\s*/\s*\d+\s*out|tok(?:ens)?/s/user|chat"
)
MAY_BE_NONE = {"engineering_usd"}  # of a usual stack
TRAINS = re.compile(r"pretrain|train|fine-?tun|lora|sft\b")

# all of a row that an answer depends on: its name and source are read by nothing but messages
ASKED = attrgetter(*(f.name for f in fields(Row) if f.name not in {"id", "source"}))


def subject(row: Row) -> str:
    """Return which part of the engine answers a row: among those that can, the one that its kind and words point to.

    Raises:
        BadInput: if the engine answers no such quantity.
    """
    name, kind = canonical(row), row.kind.lower()
    words = f"{row.measured} {row.workload} {row.unit}".lower()
    able = QUANTITIES[name].parts
    effective = "effective training time" in words or "goodput" in words
    serving = kind.startswith("infer") or bool(row.output) or (bool(SERVES.search(words)) and not TRAINS.search(kind))
    likely = (
        ("component", kind == "component"),
        ("goodput", kind == "goodput" or effective),
        ("swarm", kind.startswith("decentralised_infer")),
        ("decentral", kind.startswith("decentral") or "diloco" in words),
        ("energy", kind == "energy" and name.startswith(("node_power", "energy_MJ"))),
        ("serving", serving),
        ("training", True),
    )
    found = next((part for part, fits in likely if fits and part in able), able[0])
    if found == "training" and serving and not TRAINS.search(words):
        text = f"{name} is of a training run; the row describes a service"
        raise BadInput.of("error.engine.of_training", text, name=name)
    return found


def _limit(q: Question, b: Best, name: str, value: float) -> float | None:
    """Return the quantity at which the run would reach the peak of its format; None for power and shares of time."""
    sense = QUANTITIES[name].sense
    if name == "hfu_pct":
        return 100.0
    return None if not sense else value * (peak_tflops(q) / model_tflops(q, b)) ** sense


def training_found(base: Base, q: Question, b: Best, c: Coefficients, name: str, terms: Terms) -> Found:
    """Return one quantity of a training question: the one way for rows, commands and requests.

    Raises:
        BadInput: if nobody said how many chips, and those taken do not hold the model.
    """
    if not b.fits and "n_chips" in q.assumed:
        text = f"column 'n_chips' is empty, and {q.chips} chips do not hold {q.model.name}: say how many chips"
        raise BadInput.of("error.engine.open_chips", text, chips=q.chips, model=q.model.name)
    if not b.fits:
        q.assumed["memory"] = said(
            "offloaded", "{n:.0f} GB per chip; off-loading assumed", n=float(b.step.memory_gb[0])
        )
    value = asked_value(base, q, b, c, name, terms)
    return Found(
        value, b.step.bound_by(0), q.assumed, q.spread, member(q.hw.family, q.moe), sense=QUANTITIES[name].sense,
        limit=_limit(q, b, name, value), unmeasured="" if q.hw.measured else q.hw.id,
        kind=training_kind(q.hw.family, q.moe, q.run.bits, q.stack.name), shifted=q.stack.name != "ideal",
    )  # fmt: skip


def member(family: str, moe: bool) -> str:
    """Return the group of chips that shares an offset: a family, expert models apart."""
    return f"{family}:moe" if moe else family


def _training(base: Base, row: Row, near: Coefficients | None) -> Callable[[Coefficients], Found]:
    q = question(base, row)
    if not row.kind and "architecture" in q.assumed:  # what was measured had a layout, whatever a table says of it
        splits(q.model, q.bounds)
    allowed = spaces(q)
    if near is not None:
        allowed = narrowed(q, near, allowed)
    terms = Terms(row.tokens, row.region, row.price, row.rent)

    def answer(c: Coefficients) -> Found:
        found = best(q, c, allowed)
        made = training_found(base, q, found, c, row.quantity, terms)
        q.assumed["layout"] = ", ".join(f"{k} {v:g}" for k, v in found.layout.row(0).items())
        return made

    return answer


def _serving(
    base: Base, row: Row, shift: Offsets | None, remarks: Mapping[str, str]
) -> Callable[[Coefficients], Found]:
    q = serving_question(base, row)
    q.assumed.update(remarks)
    if shift is not None:
        q = within(q, shift, row.kind)
    return lambda c: serving_value(base, q, c)


def _scaled(answer: Callable[[Coefficients], Found], by: float, sense: int) -> Callable[[Coefficients], Found]:
    """Return an answer in the row's own unit."""

    def scaled(c: Coefficients) -> Found:
        found = answer(c)
        if by == 1 and found.sense == sense:
            return found
        limit = None if found.limit is None else found.limit * by
        return replace(found, value=found.value * by, limit=limit, sense=sense)

    return scaled


def prepare(
    base: Base, row: Row, near: Coefficients | None = None, shift: Offsets | None = None
) -> Callable[[Coefficients], Found]:
    """Return the function from coefficients to a row's answer in the row's unit.

    Args:
        base: the fact base.
        row: the row.
        near: coefficients near which the function will be asked (only layouts that are fast there stay); None: any.
        shift: offsets that the answer will get, which a latency limit must bear (None: none).

    Raises:
        BadInput: if the row asks for nothing that the engine answers, or names no known chip or model.
    """
    check(row)
    part, name = subject(row), canonical(row)
    if part not in {"component", "goodput"}:
        wording.check(row)
    if part in {"training", "serving"}:
        consistent.check(base, row)
    cost.known_region(row.region)
    by, remarks = factor(row, name), remark(row, name)
    row = row if row.quantity == name else replace(row, quantity=name)
    if part == "training":
        return _scaled(_training(base, row, near), by, QUANTITIES[name].sense)
    if part == "serving":
        return _scaled(_serving(base, row, shift, remarks), by, QUANTITIES[name].sense)
    if part == "decentral":

        def decentral(c: Coefficients) -> Found:
            value, bound, p, asked = decentral_value(base, row, c)
            return Found(value * by, bound, p.assumed, p.spread, asked, asked == "utilisation")

        return decentral
    if part == "swarm":

        def swarm(c: Coefficients) -> Found:
            value, bound, assumed, spread = swarm_value(base, row, c)
            return Found(value * by, bound, assumed, spread, "swarm")

        return swarm
    answers = {"component": component_value, "goodput": goodput_value, "energy": energy_value}

    def other(c: Coefficients) -> Found:
        return Found(*answers[part](base, row, c), odds=part == "goodput")

    return other if part == "goodput" else _scaled(other, by, QUANTITIES[name].sense)


def rows_of(path: Path) -> list[Row]:
    """Read the rows of a table; unknown columns are ignored, missing ones empty.

    Raises:
        BadInput: if the file cannot be read or has no `quantity` column.
    """
    return asked_rows(cells(path))


def _refused(row: Row, why: Said) -> dict[str, Any]:
    """Return the answer to a row that has none, with the reason."""
    named = why if why.startswith(f"row {row.id}") else said("row", "row {row}: {why}", row=row.id, why=why)
    return {"id": row.id, "value": None, "unit": row.unit, "reason": named}


def answer_row(base: Base, row: Row, fitted: Calibration) -> dict[str, Any]:
    """Return the answer to one row as plain data, or `value: None` with the reason."""
    try:
        found = prepare(base, row, shift=fitted.offsets)(fitted.coefficients)
        part = subject(row)
    except BadInput as error:
        return _refused(row, Said.error(error))
    if found.value == 0 and asked_name(row) in MAY_BE_NONE:
        none = {"value": 0.0, "low": 0.0, "high": 0.0, "unit": shown_unit(row)}
        return {"id": row.id, **none, "bound_by": found.bound_by, "assumed": found.assumed}
    band = banded(fitted.offsets, found, row.kind or found.kind, part) if found.value > 0 else None
    if band is None or not all(map(math.isfinite, (found.value, band.value, band.low, band.high))):
        return _refused(row, said("nothing", "nothing comes out of it"))
    low, high = (None, None) if canonical(row) in RECKONED else (band.low, band.high)
    return {
        "id": row.id, "value": band.value, "low": low, "high": high, "unit": shown_unit(row),
        "bound_by": found.bound_by, "assumed": found.assumed,
    }  # fmt: skip


def answers(base: Base, rows: Iterable[Row], fitted: Calibration) -> Iterator[dict[str, Any]]:
    """Answer rows one after the other; rows that ask the same under another name are reckoned once."""
    known: dict[Any, dict[str, Any]] = {}
    for row in rows:
        question_of = ASKED(row)
        found = known.get(question_of)
        if found is None:
            found = answer_row(base, row, fitted)
            if found["value"] is not None:
                known[question_of] = found
        yield found | {"id": row.id} | ({"assumed": dict(found["assumed"])} if "assumed" in found else {})


def predict(base: Base, rows: Iterable[Row], fitted: Calibration | None = None) -> list[dict[str, Any]]:
    """Answer all rows with a calibration (default: the shipped one)."""
    return list(answers(base, rows, fitted or calibration(base)))
