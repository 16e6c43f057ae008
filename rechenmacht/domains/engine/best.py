"""The fastest layout of a question that fits into memory, within what the row fixes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rechenmacht.domains.engine.ask import Question
from rechenmacht.domains.engine.layout import Bounds, Layout, space
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.training import Step, step
from rechenmacht.errors import BadInput


@dataclass(frozen=True, slots=True)
class Best:
    """The chosen layout (one configuration) and its step."""

    layout: Layout
    step: Step
    fits: bool


def _fitting_batch(q: Question, bounds: Bounds) -> float:
    """Return the batch nearest to the asked one that the fixed ranks can share out evenly."""
    ranks = q.chips // max(1, (bounds.tp or 1) * (bounds.pp or 1) * (bounds.cp or 1))
    ranks = bounds.dp or max(1, ranks)
    unit = ranks * int(bounds.micro or 1)
    return float(max(unit, round(q.run.batch / unit) * unit))


def spaces(q: Question) -> tuple[Layout, float]:
    """Return the layouts that a question allows and the batch they share out, loosening what cannot hold.

    Raises:
        BadInput: if not even a loosened question has one.
    """
    m = q.model
    tries: list[tuple[Bounds, float]] = [(q.bounds, q.run.batch)]
    tries.append((replace(q.bounds, micro=None, vpp=None), q.run.batch))
    tries.append((replace(q.bounds, cp=1 if q.bounds.cp is None else q.bounds.cp), _fitting_batch(q, q.bounds)))
    tries.append((replace(q.bounds, micro=None, vpp=None, ep=None), _fitting_batch(q, replace(q.bounds, micro=None))))
    loose = replace(q.bounds, tp=None, pp=None, cp=None, ep=None, vpp=None, micro=None)
    tries += [(loose, q.run.batch), (loose, float(q.chips * max(1, round(q.run.batch / q.chips))))]
    for number, (bounds, batch) in enumerate(tries):
        found = space(
            q.chips, max(1, round(batch)), max(1, round(m.layers)), max(1, round(m.heads)),
            max(1, round(m.kv_heads)), max(1, round(q.run.seq)), round(m.experts), max(q.hw.domain, bounds.tp or 1),
            bounds,
        )  # fmt: skip
        if len(found):
            if number:
                q.assumed["layout"] = f"loosened to fit {q.chips} chips and a batch of {batch:g}"
            return found, batch
    raise BadInput(f"row {q.row.id}: no parallelisation uses {q.chips} chips with a batch of {q.run.batch:g}")


def maturity(age: float | None, c: Coefficients) -> float:
    """Return the share of its final speed that a stack has `age` years after the chip family's release."""
    return 1.0 if age is None else 1 - c["maturity.depth"] * float(np.exp(-age / c["maturity.years"]))


def best(q: Question, c: Coefficients, allowed: tuple[Layout, float] | None = None) -> Best:
    """Return the fastest layout that fits; where none fits, a fast one that overflows little (`fits` is False)."""
    layouts, batch = allowed or spaces(q)
    run = replace(q.run, batch=batch, maturity=maturity(q.age, c))
    result = step(q.model, q.hw, q.stack, c, run, layouts)
    fits = bool(result.fits.any())
    over = np.maximum(result.memory_gb / (q.hw.memory_gb * c["memory.usable"]), 1.0)
    score = np.where(result.fits, result.seconds, np.inf) if fits else result.seconds * over**2
    index = int(np.argmin(score))
    chosen = layouts.take(np.array([index]))
    parts = {name: value[index : index + 1] for name, value in result.parts.items()}
    single = Step(result.seconds[[index]], parts, result.memory_gb[[index]], result.fits[[index]],
                  result.recomputed[[index]])  # fmt: skip
    return Best(chosen, single, fits)
