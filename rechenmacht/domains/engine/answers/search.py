"""The answer to the question search: the layout that `train` takes, beside all others."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import plan, questions, shown, systems
from rechenmacht.domains.engine.answers.common import assumptions, claims_of, system_of
from rechenmacht.domains.engine.ask import Question
from rechenmacht.domains.engine.best import Best, best, run_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.found import Band
from rechenmacht.domains.engine.layout import AUTO, SELECTIVE, Bounds, one
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.search import Candidate, alone
from rechenmacht.domains.engine.search import search as run_search
from rechenmacht.domains.engine.training import step
from rechenmacht.evidence.base import Base

GIGABYTES = Kind("significant", "GB")
COUNT = Kind("count")
LARGEST_MICRO, MOST_ZERO, TP_BEYOND = 64, 3, 4


def _flat(each: Candidate) -> dict[str, Any]:
    """Return a parallelisation in columns."""
    ranks = {key: round(value) for key, value in each.layout.items()}
    return {"seconds": each.seconds, "memory_gb": each.memory_gb, "energy_kwh": each.energy_kwh, **ranks,
            "bound_by": each.bound_by, "usual": each.usual}  # fmt: skip


def _whole(asked: questions.Search) -> Bounds:
    """Return everything that a run could choose, whether its software does it by itself or not."""
    return Bounds(
        sequence=None, overlap=None, offload=None, largest_micro=asked.largest_micro or LARGEST_MICRO,
        tp_beyond=TP_BEYOND, most_zero=MOST_ZERO if asked.most_zero is None else asked.most_zero,
    )  # fmt: skip


def usual(q: Question, layout: dict[str, float]) -> bool:
    """Return whether a question's software takes a layout by itself, as `train` does."""
    b = q.bounds
    fixed = {"zero": b.zero, "pp": b.pp, "overlap": b.overlap, "offload": b.offload}
    fixed |= {"sequence": b.sequence} if layout["tp"] > 1 else {}
    if b.recompute is not None and b.recompute < AUTO:
        fixed["recompute"] = b.recompute
    elif layout["recompute"] == SELECTIVE:
        return False
    within = layout["tp"] <= q.hw.domain and layout["micro"] <= b.largest_micro
    return within and all(value is None or layout[key] == value for key, value in fixed.items())


def _chosen(q: Question, c: Coefficients, found: Best, other: Candidate | None, stated: bool) -> Best | None:
    """Return what `train` takes, unless an option of the search is stated or nothing fits that the software does."""
    if found.fits and not stated:
        return found
    if other is None:
        return None
    layout = one(**other.layout)
    made = step(q.model, q.hw, q.stack, c, run_of(q, c, found.batch), layout)
    return Best(layout, made, True, found.batch, found.chips)


def search(asked: questions.Search, base: Base, told: Told) -> Answer:
    """Evaluate every parallelisation of a run on a system; the best is the one that `train` takes."""
    del told
    system, fitted = system_of(base, asked.system, asked.described), calibration(base)
    q = plan.settle(system, systems.told_model(asked.model, asked.described), asked.batch, asked.seq, asked.precision,
                    asked.stack, year=year(asked.date or ""))  # fmt: skip
    c, stated = fitted.coefficients, asked.largest_micro is not None or asked.most_zero is not None
    found = best(q, c)
    run = run_of(q, c, found.batch)
    over = run_search(q.model, q.hw, q.stack, c, run, found.chips, _whole(asked))
    chosen = _chosen(q, c, found, over.best, stated)
    rate: Band | None = None
    if chosen is not None:
        _, rate = plan.paced(base, q, chosen, c, fitted.offsets)
        by = chosen.batch * asked.seq / rate.value / float(chosen.step.seconds[0])  # the offset of its kind
        first = alone(q.model, q.hw, q.stack, c, run, chosen.layout)
        first, *front = (replace(
            each, seconds=each.seconds * by, energy_kwh=each.energy_kwh * by, usual=usual(q, each.layout),
        ) for each in (first, *over.pareto))  # fmt: skip
        over = replace(over, best=first, pareto=[
            replace(each, usual=each.usual and each.seconds >= first.seconds * (1 - 1e-9)) for each in front
        ])  # fmt: skip
    values = asdict(over) | {
        "chips_used": found.chips, "batch": found.batch, "assumed": q.assumed,
        "tokens_per_s": None if rate is None else asdict(rate),
        "step_s": None if rate is None else asdict(rate.inverse(found.batch * asked.seq)),
    }  # fmt: skip
    rows = values.pop("pareto")
    listed = [] if over.best is None else [over.best, *(each for each in over.pareto if each != over.best)]
    return Answer(
        asked, values,
        (Table("layouts", shown.Searched, [_flat(each) for each in listed], machine=False),
         Table("pareto", shown.Candidate, rows, people=[]), assumptions(q.assumed)),
        tuple(_notes(over.misses, over.nearest_miss_gb, chosen is not None, stated)), claims_of(base, system),
        show=("configurations", "fitting", "step_s", "tokens_per_s"), failed=over.best is None,
    )  # fmt: skip


def _notes(misses: dict[str, int], nearest: float | None, fits: bool, stated: bool) -> list[Note]:
    """Return what is said below the layouts: which of them is the best, and by how much others miss the memory."""
    found = [Note("note.engine.searched_stated" if stated else "note.engine.searched")] if fits else []
    if not fits:
        found.append(Note("note.engine.none_fits", {"gb": (nearest, GIGABYTES)}))
    return found + [
        Note("note.engine.over", {"n": (count, COUNT), "gb": (text.split()[2], Kind("text"))})
        for text, count in misses.items()
    ]
