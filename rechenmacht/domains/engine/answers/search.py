"""The answer to the question search."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rechenmacht.answers.answer import Answer, Note, Table
from rechenmacht.answers.kinds import Kind
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import plan, questions, shown, systems
from rechenmacht.domains.engine.answers.common import claims_of, system_of
from rechenmacht.domains.engine.best import run_of
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.cells import year
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.search import Candidate
from rechenmacht.domains.engine.search import search as run_search
from rechenmacht.evidence.base import Base

GIGABYTES = Kind("significant", "GB")
COUNT = Kind("count")


def _flat(one: Candidate) -> dict[str, Any]:
    """Return a parallelisation in columns."""
    ranks = {key: round(value) for key, value in one.layout.items()}
    return {"seconds": one.seconds, "memory_gb": one.memory_gb, "energy_kwh": one.energy_kwh, **ranks,
            "bound_by": one.bound_by}  # fmt: skip


def search(asked: questions.Search, base: Base, told: Told) -> Answer:
    """Evaluate every parallelisation of a run on a system."""
    del told
    system, fitted = system_of(base, asked.system, asked.described), calibration(base)
    bounds = Bounds(sequence=None, overlap=None, offload=None, largest_micro=asked.largest_micro, tp_beyond=4,
                    most_zero=asked.most_zero)  # fmt: skip
    q = plan.settle(system, systems.told_model(asked.model, asked.described), asked.batch, asked.seq, asked.precision,
                    asked.stack, year=year(asked.date or ""))  # fmt: skip
    c = fitted.coefficients
    found = run_search(q.model, q.hw, q.stack, c, run_of(q, c, q.run.batch), system.chips, bounds)
    shown_ones = [] if found.best is None else [found.best, *(one for one in found.pareto if one != found.best)]
    values = asdict(found)
    rows = values.pop("pareto")
    notes = [
        Note("note.engine.over", {"n": (count, COUNT), "gb": (text.split()[2], Kind("text"))})
        for text, count in found.misses.items()
    ]
    if found.best is None:
        notes.insert(0, Note("note.engine.none_fits", {"gb": (found.nearest_miss_gb, GIGABYTES)}))
    return Answer(
        asked, values,
        (Table("layouts", shown.Searched, [_flat(one) for one in shown_ones], machine=False),
         Table("pareto", shown.Candidate, rows, people=[])),
        tuple(notes), claims_of(base, system), show=("configurations", "fitting"), failed=found.best is None,
    )  # fmt: skip
