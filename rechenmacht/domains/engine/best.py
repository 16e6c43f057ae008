"""The fastest layout of a question that fits into memory, within what it fixes, on all chips or nearly all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rechenmacht.domains.engine import library
from rechenmacht.domains.engine.ask import NVIDIA, Question
from rechenmacht.domains.engine.layout import Bounds, Layout, space
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.spoken import said
from rechenmacht.domains.engine.training import Need, Run, Step, needed, step
from rechenmacht.errors import BadInput
from rechenmacht.wanted import still

FEWEST = 0.85  # of the chips: with fewer the others would not have been bought
MOST_TRIED = 8
MOST_LOOSENED = 2.0  # times the asked batch, or one part in so many: beyond, it would be another question
LATEST_MOE = 2.5  # years after a family's release beyond which expert kernels gain nothing more
GRAPH_YEAR = 2025.25  # since when NVIDIA's submissions launch a layer as one graph (training_results_v5.0)
HOST_YEAR = 2026.25  # when expert kernels were launched as one graph


@dataclass(frozen=True, slots=True)
class Space:
    """Layouts to choose from, the batch in sequences that they share out, and the chips that they use.

    `usual`: those that the stack's recipes take, so that faster ones are taken only where none of these fits.
    """

    layouts: Layout
    batch: float
    chips: int
    said: str = ""
    usual: bool = False


@dataclass(frozen=True, slots=True)
class Best:
    """The chosen layout (one configuration), its step, the batch and the chips that it uses."""

    layout: Layout
    step: Step
    fits: bool
    batch: float
    chips: int


def _layouts(q: Question, chips: int, batch: float, bounds: Bounds) -> Layout:
    m = q.model
    found = space(
        chips, max(1, round(batch)), max(1, round(m.layers)), max(1, round(m.heads)), max(1, round(m.kv_heads)),
        max(1, round(q.run.seq)), round(m.experts), max(q.hw.domain, bounds.tp or 1), bounds,
    )  # fmt: skip
    if bounds.micro is None or q.row is not None:  # measured runs of a row shared their batch out somehow
        return found
    return found.take(np.flatnonzero(round(batch) % (found.dp * found.micro) == 0))


def _fitting_batch(q: Question, bounds: Bounds) -> float:
    """Return the batch nearest to the asked one that the fixed ranks can share out evenly."""
    ranks = q.chips // max(1, (bounds.tp or 1) * (bounds.pp or 1) * (bounds.cp or 1))
    ranks = bounds.dp or max(1, ranks)
    unit = ranks * int(bounds.micro or 1)
    return float(max(unit, round(q.run.batch / unit) * unit))


def _loosened(q: Question) -> Space | None:
    """Return the layouts of the nearest question that has any: microbatch, then batch, then ranks are let go."""
    b = q.bounds
    tries: list[tuple[Bounds, float]] = [(replace(b, micro=None, vpp=None), q.run.batch)]
    tries.append((replace(b, cp=1 if b.cp is None else b.cp), _fitting_batch(q, b)))
    tries.append((replace(b, micro=None, vpp=None, ep=None), _fitting_batch(q, replace(b, micro=None))))
    loose = replace(b, tp=None, pp=None, cp=None, ep=None, vpp=None, micro=None, dp=None)
    tries += [(loose, q.run.batch), (loose, float(q.chips * max(1, round(q.run.batch / q.chips))))]
    for bounds, batch in tries:
        near = q.run.batch / MOST_LOOSENED <= batch <= q.run.batch * MOST_LOOSENED or "global_batch_seqs" in q.assumed
        found = _layouts(q, q.chips, batch, bounds) if near else None
        if found is not None and len(found):
            return Space(
                found,
                batch,
                q.chips,
                said("loosened", "loosened to fit {chips} chips and a batch of {batch:g}", chips=q.chips, batch=batch),
            )
    return None


def _fewer(q: Question) -> list[Space]:
    """Return layouts on nearly all chips that share out the batch as asked: 384 of 400, 19,200 of 20,000."""
    unit = 8
    while q.chips / unit > 256:
        unit *= 2
    found = []
    for chips in range(q.chips // unit * unit, int(FEWEST * q.chips), -unit):
        still()
        layouts = _layouts(q, chips, q.run.batch, q.bounds) if chips < q.chips else None
        if layouts is not None and len(layouts):
            found.append(
                Space(
                    layouts,
                    q.run.batch,
                    chips,
                    said("fewer", "{used} of {chips} used: they split better", used=chips, chips=q.chips),
                )
            )
        if len(found) == MOST_TRIED:
            break
    return found


def _usual(q: Question) -> list[Space]:
    """Return the layouts that recipes take: adapters have no pipeline, a compiler shares out weights.

    The latter where every chip has a sequence. Submissions that fine-tune adapters cut products and sequences: frozen
    weights leave no gradients behind that stages would spread (configurations in training_results_v4.0 to v5.1).
    """
    b = q.bounds
    if q.lora and b.pp is None and q.stack.name != "fsdp":
        layouts = _layouts(q, q.chips, q.run.batch, replace(b, pp=1))
        return [Space(layouts, q.run.batch, q.chips, usual=True)] if len(layouts) else []
    if not q.stack.whole or b.dp is not None or (b.tp or 1) > 1 or (b.cp or 1) > 1 or q.run.batch < q.chips:
        return []
    layouts = _layouts(q, q.chips, q.run.batch, replace(b, tp=1, cp=1, ep=b.ep or 1, zero=3.0))
    return [Space(layouts, q.run.batch, q.chips, usual=True)] if len(layouts) else []


def spaces(q: Question) -> tuple[Space, ...]:
    """Return the layouts that a question allows, on all chips and where these split badly also on fewer.

    Raises:
        BadInput: if not even a loosened question has one.
    """
    exact = _layouts(q, q.chips, q.run.batch, q.bounds)
    odd = q.chips
    while odd % 2 == 0:
        odd //= 2
    b = q.bounds
    free = (b.tp, b.dp, b.cp, b.pp) == (None,) * 4 and q.chips > 8
    open_layout = q.row is not None or (b.tp, b.pp, b.dp, b.cp, b.ep, b.micro) == (None,) * 6
    whole = Space(exact, q.run.batch, q.chips) if len(exact) else _loosened(q) if open_layout else None
    found = [] if whole is None else [whole]
    found += _usual(q)
    if free and round(q.run.batch) % odd:
        found += _fewer(q)
    if not found:
        raise BadInput(
            f"no parallelisation of {q.model.name} uses {q.chips} chips, or nearly so many, with a batch of "
            f"{q.run.batch:g}: the ranks must divide {round(q.model.heads)} heads, {round(q.model.layers)} layers and "
            "the batch"
        )
    return tuple(found)


def maturity(age: float | None, c: Coefficients) -> float:
    """Return the share of its final speed that a stack has `age` years after the chip family's release."""
    return 1.0 if age is None else 1 - c["maturity.depth"] * float(np.exp(-age / c["maturity.years"]))


def moe_gain(age: float | None, c: Coefficients) -> float:
    """Return the speed of expert training relative to that of a stack two years after the chip family's release."""
    return float(np.exp(c["maturity.moe_gain"] * (min(2.0 if age is None else age, LATEST_MOE) - 2.0)))


def run_of(q: Question, c: Coefficients, batch: float) -> Run:
    """Return a question's run with the speed of its software at its date."""
    mature = q.maturity if q.maturity is not None else 1.0 if q.hw.family.startswith("tpu") else maturity(q.age, c)
    run = replace(q.run, batch=batch, maturity=mature)
    if q.moe and q.hw.family in {"blackwell", "cdna4"}:
        run = replace(run, gain=moe_gain(q.age, c))
    if q.moe and q.age is not None:
        late = q.age + library.families().of(q.hw.id).release - HOST_YEAR
        run = replace(run, host=float(np.exp(-c["launch.moe_gain"] * min(max(late, -1.0), 0.5))))
    if not q.moe and q.stack.name == "mlperf" and q.hw.family in NVIDIA and (q.year or GRAPH_YEAR) >= GRAPH_YEAR:
        run = replace(run, host=c["launch.graph"])
    return run


def _best_of(q: Question, c: Coefficients, allowed: Space) -> Best:
    layouts, run = allowed.layouts, run_of(q, c, allowed.batch)
    need, room = needed(q.model, q.hw, q.stack, c, run, layouts)
    fits = bool(room.any())
    if fits and not room.all():  # what does not fit need not be timed
        kept = np.flatnonzero(room)
        layouts, need, room = layouts.take(kept), Need(need.total[kept], need.recomputed[kept]), room[kept]
    result = step(q.model, q.hw, q.stack, c, run, layouts, (need, room))
    over = np.maximum(result.memory_gb / (q.hw.memory_gb * c["memory.usable"]), 1.0)
    score = result.seconds if fits else result.seconds * over**2
    index = np.array([int(np.argmin(score))])
    parts = {name: value[index] for name, value in result.parts.items()}
    one = Step(result.seconds[index], parts, result.memory_gb[index], result.fits[index], result.recomputed[index])
    return Best(layouts.take(index), one, fits, allowed.batch, allowed.chips)


def narrowed(q: Question, c: Coefficients, allowed: tuple[Space, ...], keep: int = 48) -> tuple[Space, ...]:
    """Return the spaces with only the layouts that are fastest under some coefficients, and the leanest one.

    The calibration moves coefficients by little: what is far from the fastest stays so.
    """
    found = []
    for one in allowed:
        result = step(q.model, q.hw, q.stack, c, run_of(q, c, one.batch), one.layouts)
        order = np.argsort(np.where(result.fits, result.seconds, np.inf), kind="stable")[:keep]
        index = np.union1d(order, np.argsort(result.memory_gb, kind="stable")[:4])
        found.append(replace(one, layouts=one.layouts.take(index)))
    return tuple(found)


def best(q: Question, c: Coefficients, allowed: tuple[Space, ...] | None = None) -> Best:
    """Return the fastest layout that fits; where none fits, a fast one that overflows little (`fits` is False)."""
    tried = [(_best_of(q, c, space), space) for space in (allowed or spaces(q))]
    found, chosen = max(
        tried, key=lambda pair: (pair[0].fits, pair[1].usual, pair[0].batch / float(pair[0].step.seconds[0]))
    )
    q.assumed.pop("chips", None)
    q.assumed.pop("batch", None)
    b, other = q.bounds, round(chosen.batch) != round(q.run.batch)
    fixed = (b.tp, b.pp, b.dp, b.cp, b.ep, b.vpp, b.micro) != (None,) * 7
    if chosen.said and (fixed or not other):
        q.assumed["chips" if chosen.chips < q.chips else "layout"] = chosen.said
    if other:
        q.assumed["batch"] = said(
            "batch_run", "{n:,.0f} sequences a step were run: {asked:,.0f} do not share out over {chips:,} chips",
            n=chosen.batch, asked=q.run.batch, chips=chosen.chips,
        )  # fmt: skip
    return found
