"""A described run across the internet: one worker's inner step, the outer loop, churn, and what it is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rechenmacht.domains.engine import cost, lowcomm, systems
from rechenmacht.domains.engine.found import Z80
from rechenmacht.domains.engine.library import Method, methods
from rechenmacht.domains.engine.lowcomm import Outer
from rechenmacht.domains.engine.matmul import best_rate
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.plan import fastest, settle
from rechenmacht.domains.engine.power import busy_share, power
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

STAGE_EFFICIENCY = 0.7  # small microbatches, attention and element-wise work in a volunteer stage


@dataclass(frozen=True, slots=True)
class Swarm:
    """A run across the internet; `uplink_gbit` in Gbit/s per worker, `online` the share of time a worker is there."""

    model: str
    workers: int
    chip: str
    chips_per_worker: int = 8
    uplink_gbit: float = 1.0
    method: str = "diloco"
    inner_steps: int | None = None
    overlap: float = 0.0
    online: float = 1.0
    tokens_per_step: float = 1048576
    seq: float = 4096
    tokens: float | None = None


@dataclass(frozen=True, slots=True)
class SwarmResult:
    """Seconds, shares, tokens/s, kW at the grid; `penalty` is compute to the same loss over synchronous training."""

    method: str
    stages: int
    inner_step_s: float
    sync_s: float
    utilisation: float
    tokens_per_s: float
    penalty_low: float
    penalty: float
    penalty_high: float
    equivalent_tokens_per_s: float
    grid_kw: float
    days: float | None
    usd_per_day: float
    bound_by: str
    assumed: dict[str, str]


def method_named(name: str) -> Method:
    """Return a low-communication method by name; `sync` is synchronous data parallelism.

    Raises:
        BadInput: if there is none.
    """
    if name == "sync":
        return Method("sync", (), 1, 2, 1, 0, 0, "", "gradients in 16 bits every step")
    known = {m.name: m for m in methods()}
    if name not in known:
        raise BadInput(f"no method {name!r}{nearest(name, known)}; known: sync, {', '.join(known)}")
    return known[name]


@dataclass(frozen=True, slots=True)
class Inner:
    """One group's inner step: seconds, tokens, share of time busy, members in the group, what bounds it."""

    seconds: float
    tokens: float
    busy: float
    stages: int
    bound_by: str


def whole_worker(c: Coefficients, s: Swarm, worker: systems.System, model: Model) -> Inner:
    """Return the inner step of a worker that holds the whole model, fully sharded over its chips."""
    batch = float(max(1, round(s.tokens_per_step / s.seq / s.chips_per_worker)) * s.chips_per_worker)
    found = fastest(settle(worker, model, batch, s.seq, stack="fsdp"), c)
    seconds = float(found.step.seconds[0])
    parts = {name: float(value[0]) for name, value in found.step.parts.items()}
    return Inner(seconds * c["lowcomm.inner"], batch * s.seq, busy_share(parts, seconds), 1, found.step.bound_by(0))


def _staged(c: Coefficients, s: Swarm, worker: systems.System, model: Model) -> Inner:
    """Return the inner step of a group of workers that hold the model in stages, linked by their uplinks."""
    hw = worker.hw
    held = model.params * 16 * 1.25  # states, and a quarter for activations
    stages = math.ceil(held / (hw.memory_gb * 1e9 * c["memory.usable"] * s.chips_per_worker))
    micros = max(1.0, round(s.tokens_per_step / s.seq))
    tflops = best_rate(hw, c, 16) * STAGE_EFFICIENCY * s.chips_per_worker / 1e12
    # everything is recomputed: four passes' worth of products instead of three
    flops = model.train_flops(s.seq) * 4 / 3 * s.seq / stages
    pace = lowcomm.swarm_pipeline(
        flops, np.full(stages, tflops), np.full(stages, s.uplink_gbit), s.seq, model.hidden, online=s.online
    )
    seconds = (micros + stages - 1) * pace.microbatch_s / (1 - pace.lost_to_churn) * c["lowcomm.inner"]
    return Inner(seconds, micros * s.seq, pace.utilisation, stages, "uplink" if pace.bound_by == "uplink" else "matmul")


def train_swarm(base: Base, c: Coefficients, s: Swarm) -> SwarmResult:
    """Return what a run across the internet delivers.

    A worker trains on its own node (fully sharded); where the model does not fit on one, groups of workers hold it in
    stages (SWARM). Every `inner_steps` steps all groups sync over their uplinks.
    A worker that leaves is missed for its absence and for the catch-up of one round (`online`).

    Raises:
        BadInput: if a number cannot be, or the model does not fit on all workers together (saying by how many GB).
    """
    if not 0 < s.online <= 1 or not 0 <= s.overlap <= 1:
        raise BadInput(f"online must be in (0, 1] and overlap in [0, 1], not {s.online:g} and {s.overlap:g}")
    how, model = method_named(s.method), systems.model(s.model)
    worker = systems.system(base, f"{s.chips_per_worker}x {s.chip}")
    try:
        inner = whole_worker(c, s, worker, model)
    except BadInput:
        inner = _staged(c, s, worker, model)
        if inner.stages > s.workers:
            raise
    groups = s.workers // inner.stages
    outer = Outer(
        groups, s.inner_steps or how.inner_steps, how.bytes_per_parameter, how.compression, s.uplink_gbit, None,
        how.store > 0, s.overlap, c["wan.round_s"] if how.inner_steps > 1 else 0.5,
    )  # fmt: skip
    # in a staged group every member syncs its own stage with its peers in the other groups
    held = model.params / inner.stages
    sync, share = lowcomm.sync_seconds(held, outer), lowcomm.utilisation(inner.seconds, held, outer)
    # whoever comes back loads the state and misses part of a round
    rounds = outer.inner_steps * inner.seconds + sync
    catch_up = (1 - s.online) * min(1.0, (held * 2 / (s.uplink_gbit * lowcomm.GIGABIT)) / (20 * rounds))
    rate = inner.tokens / inner.seconds * share * groups * s.online * (1 - catch_up)
    middle = lowcomm.penalty(groups, outer.inner_steps, c)
    wide = math.exp(Z80 * c.spread["lowcomm.penalty"])
    level = power(worker.hw, c, inner.busy * share)
    chips = s.chips_per_worker * s.workers * s.online
    hourly = cost.rate(base, worker.hw, c, busy=inner.busy * share)
    assumed = {**worker.hw.assumed, **hourly.assumed}
    if inner.stages > 1:
        assumed["stages"] = said(
            "groups", "the model is held by groups of {n} workers, {groups} groups", n=inner.stages, groups=groups
        )
    bound = "uplink" if sync * (1 - s.overlap) > outer.inner_steps * inner.seconds else inner.bound_by
    return SwarmResult(
        how.name, inner.stages, inner.seconds, sync, share * (inner.busy if inner.stages > 1 else 1.0), rate,
        1 + (middle - 1) / wide, middle, 1 + (middle - 1) * wide, rate / middle, level.facility_w * chips / 1000,
        None if s.tokens is None else s.tokens / rate / 86400, hourly.total(owned=False) * chips * 24, bound, assumed,
    )  # fmt: skip
