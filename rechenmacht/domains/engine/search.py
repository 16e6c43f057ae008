"""Search of all parallelisations: the best, the Pareto front of time, energy, memory and cost, and why others fail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.layout import Bounds, Layout, space
from rechenmacht.domains.engine.library import Stack
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import power
from rechenmacht.domains.engine.training import Run, step
from rechenmacht.errors import BadInput
from rechenmacht.wanted import still

Array = NDArray[np.float64]
CHUNK = 16384
FAST = ("matmul", "attention", "memory", "optimiser")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One parallelisation with its step: seconds, GB per chip, kWh, what bounds it, shares of its parts.

    `usual`: whether its software does that by itself.
    """

    layout: dict[str, float]
    seconds: float
    memory_gb: float
    energy_kwh: float
    bound_by: str
    parts: dict[str, float]
    usual: bool = True


@dataclass(frozen=True, slots=True)
class Searched:
    """The result of a search: counts, the best, the Pareto front, and how far the misfits miss."""

    configurations: int
    fitting: int
    best: Candidate | None
    pareto: list[Candidate]
    nearest_miss_gb: float | None
    misses: dict[str, int]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Arrays over all configurations."""

    seconds: Array
    memory_gb: Array
    energy_kwh: Array
    fits: NDArray[np.bool_]


def evaluate(model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, layouts: Layout) -> Evaluated:
    """Evaluate every configuration, in chunks that stay in the processor's cache.

    Returns:
        Seconds per step, GB per chip, kWh per step at the nodes' plugs, and what fits; shape (configurations,).
    """
    count = len(layouts)
    seconds, gigabytes, energy = np.empty(count), np.empty(count), np.empty(count)
    fits = np.empty(count, dtype=bool)
    idle, full = power(hw, c, 0.0).node_w, power(hw, c, 1.0).node_w
    for start in range(0, count, CHUNK):
        still()
        part = slice(start, start + CHUNK)
        lay = layouts.take(part)
        result = step(model, hw, stack, c, run, lay)
        working = sum(result.parts[name] for name in FAST)
        chips = lay.tp * lay.pp * lay.dp * lay.cp
        seconds[part], gigabytes[part], fits[part] = result.seconds, result.memory_gb, result.fits
        energy[part] = (idle * result.seconds + (full - idle) * working) * chips / 3.6e6
    return Evaluated(seconds, gigabytes, energy, fits)


def _candidate(
    model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, layouts: Layout, e: Evaluated, index: int
) -> Candidate:
    result = step(model, hw, stack, c, run, layouts.take(np.array([index])))
    total = float(result.seconds[0])
    shares = {name: float(value[0]) / total for name, value in result.parts.items()}
    return Candidate(
        layouts.row(index), total, float(result.memory_gb[0]), float(e.energy_kwh[index]), result.bound_by(0), shares
    )


def alone(model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, layout: Layout) -> Candidate:
    """Return one parallelisation, given as arrays of one."""
    return _candidate(model, hw, stack, c, run, layout, evaluate(model, hw, stack, c, run, layout), 0)


def _front(e: Evaluated, usable: NDArray[np.intp], most: int) -> list[int]:
    """Return indices that no other fitting configuration beats in time, energy and memory at once, fastest first."""
    order = usable[np.lexsort((e.memory_gb[usable], e.energy_kwh[usable], e.seconds[usable]))]
    kept: list[int] = []
    energy, memory = np.empty(0), np.empty(0)
    least = np.minimum.accumulate(e.memory_gb[order])
    interesting = (e.memory_gb[order] <= least * 1.0) | (
        e.energy_kwh[order] <= np.minimum.accumulate(e.energy_kwh[order])
    )
    for index in order[interesting]:
        if not ((energy <= e.energy_kwh[index]) & (memory <= e.memory_gb[index])).any():
            kept.append(int(index))
            energy, memory = np.append(energy, e.energy_kwh[index]), np.append(memory, e.memory_gb[index])
        if len(kept) >= most:
            break
    return kept


def search(
    model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, chips: int, bounds: Bounds, most: int = 12
) -> Searched:
    """Evaluate every parallelisation of a run.

    Args:
        model: the model.
        hw: the chip.
        stack: the software.
        c: coefficients.
        run: batch, sequence, number format.
        chips: chips in the run.
        bounds: what is fixed.
        most: longest Pareto front returned.

    Raises:
        BadInput: if no parallelisation uses all chips with this batch.
    """
    layouts = space(
        chips, round(run.batch), round(model.layers), round(model.heads), round(model.kv_heads), round(run.seq),
        round(model.experts), hw.domain, bounds,
    )  # fmt: skip
    if not len(layouts):
        raise BadInput(
            f"no parallelisation of {model.name} uses {chips} chips with a batch of {run.batch:g}: the ranks must "
            f"divide {round(model.heads)} heads, {round(model.layers)} layers and the batch"
        )
    e = evaluate(model, hw, stack, c, run, layouts)
    usable = np.flatnonzero(e.fits)
    limit = hw.memory_gb * c["memory.usable"]
    over = e.memory_gb[~e.fits] - limit
    misses = {f"more than {gb} GB too much": int((over > gb).sum()) for gb in (0, 10, 100, 1000)}
    if not usable.size:
        return Searched(len(layouts), 0, None, [], float(over.min()), misses)
    front = [_candidate(model, hw, stack, c, run, layouts, e, i) for i in _front(e, usable, most)]
    best = _candidate(model, hw, stack, c, run, layouts, e, int(usable[np.argmin(e.seconds[usable])]))
    return Searched(len(layouts), int(usable.size), best, front, float(over.min()) if over.size else None, misses)
