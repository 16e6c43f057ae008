"""A described run across the internet: one worker's inner step, the outer loop, churn, and what it is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from rechenmacht.domains.engine import cost, lowcomm, systems
from rechenmacht.domains.engine.best import best, spaces
from rechenmacht.domains.engine.found import Z80, Band, Found, banded
from rechenmacht.domains.engine.library import Method, methods
from rechenmacht.domains.engine.lowcomm import Outer
from rechenmacht.domains.engine.matmul import best_rate
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.offsets import Offsets, offsets
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.plan import fastest, paced, settle
from rechenmacht.domains.engine.power import busy_share, power
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

COMMUNITY = 8  # chips: a worker of one server, as those of the published runs across the internet
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
    stack: str | None = None


@dataclass(frozen=True, slots=True)
class SwarmResult:
    """Seconds, shares, tokens/s, kW at the grid; `penalty` is compute to the same loss over synchronous training.

    The interval of tokens/s is that of the inner step; of loss-equivalent tokens/s also the penalty's.
    """

    method: str
    stages: int
    inner_step_s: float
    sync_s: float
    utilisation: float
    tokens_per_s: Band
    penalty_low: float
    penalty: float
    penalty_high: float
    equivalent_tokens_per_s: Band
    grid_kw: float
    days: Band | None
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
    """One group's inner step: seconds, tokens, share of time busy, members in the group, what bounds it, assumptions.

    `low`, `high`: seconds at the ends of the 80 % interval.
    """

    seconds: float
    tokens: float
    busy: float
    stages: int
    bound_by: str
    low: float
    high: float
    assumed: dict[str, str] = field(default_factory=dict)


def _community(shift: Offsets, seconds: float, spread: float = 0.0) -> Band:
    """Return the inner step of a community node with offset and interval of the measured decentralised runs."""
    kind = "decentralised_train"
    return banded(shift, Found(seconds, "", {}, spread, "throughput", sense=-1, kind=kind), kind, "decentral")


def whole_worker(
    base: Base, c: Coefficients, s: Swarm, worker: systems.System, model: Model, shift: Offsets | None = None
) -> Inner | None:
    """Return the inner step of a worker that holds the whole model, or None where it does not fit.

    More than one server trains as `train` says: the same layout, software, offset. One server is a community node: its
    weights are shared out over its chips, and its step is longer by what published runs across the internet lost
    (`lowcomm.inner`).

    Raises:
        BadInput: if the software is unknown, or no layout shares out the tokens of a step.
    """
    shift, community = shift or offsets(), s.chips_per_worker <= COMMUNITY
    asked = max(1.0, float(round(s.tokens_per_step / s.seq)))
    q = settle(worker, model, asked, s.seq, stack=s.stack or ("fsdp" if community else None))
    try:
        allowed = spaces(q)
    except BadInput:  # fewer sequences than its ranks
        each = max(1, round(asked / worker.chips))
        q = settle(worker, model, float(each * worker.chips), s.seq, stack=q.stack.name)
        allowed = spaces(q)
    found = best(q, c, allowed)
    if not found.fits:
        return None
    tokens, assumed = found.batch * s.seq, {k: v for k, v in q.assumed.items() if k in {"stack", "chips"}}
    raw = float(found.step.seconds[0])
    if community:
        band = _community(shift, raw * c["lowcomm.inner"], q.spread)
        words = "a node of the community: {n:.2f} times the step of a tuned server, as in published runs"
        assumed["inner_step"] = said("community", words + " across the internet", n=c["lowcomm.inner"])
    else:
        band = paced(base, q, found, c, shift)[1].inverse(tokens)
        assumed["inner_step"] = said("tuned", "as `train` on these chips")
    if abs(tokens / s.tokens_per_step - 1) > 1e-9:
        assumed["tokens_per_step"] = said(
            "tokens_run", "{n:,.0f} per worker: {given:,.0f} are no whole sequences that {chips} chips share out",
            n=tokens, given=s.tokens_per_step, chips=worker.chips,
        )  # fmt: skip
    parts = {name: float(value[0]) for name, value in found.step.parts.items()}
    return Inner(band.value, tokens, busy_share(parts, raw), 1, found.step.bound_by(0), band.low, band.high, assumed)


def _staged(c: Coefficients, s: Swarm, worker: systems.System, model: Model, shift: Offsets) -> Inner:
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
    band = _community(shift, seconds)
    bound = "uplink" if pace.bound_by == "uplink" else "matmul"
    return Inner(band.value, micros * s.seq, pace.utilisation, stages, bound, band.low, band.high)


def share_of(inner: float, params: float, outer: Outer, band: Inner) -> Band:
    """Return the share of time spent on inner steps, and at the ends of their interval (low: the fast end).

    Args:
        inner: seconds of an inner step.
        params: parameters that are sent.
        outer: the outer loop.
        band: the inner step with its ends.
    """
    low, high = (lowcomm.utilisation(end, params, outer) for end in (band.low, band.high))
    return Band(low, lowcomm.utilisation(inner, params, outer), high)


def worth(rate: Band, middle: float, wide: float) -> tuple[Band, float, float]:
    """Return loss-equivalent tokens/s, and the ends of the penalty, whose excess over 1 is wide by a factor."""
    low, high = 1 + (middle - 1) / wide, 1 + (middle - 1) * wide
    return Band(rate.low / high, rate.value / middle, rate.high / low), low, high


def train_swarm(base: Base, c: Coefficients, s: Swarm, shift: Offsets | None = None) -> SwarmResult:
    """Return what a run across the internet delivers.

    A worker trains on its own chips (`whole_worker`); where the model does not fit on one, groups of workers hold it in
    stages (SWARM). Every `inner_steps` steps all groups sync over their uplinks.
    A worker that leaves is missed for its absence and for the catch-up of one round (`online`).

    Raises:
        BadInput: if a number cannot be, or the model does not fit on all workers together (saying by how many GB).
    """
    if not 0 < s.online <= 1 or not 0 <= s.overlap <= 1:
        raise BadInput(f"online must be in (0, 1] and overlap in [0, 1], not {s.online:g} and {s.overlap:g}")
    how, model = method_named(s.method), systems.model(s.model)
    worker = systems.system(base, f"{s.chips_per_worker}x {s.chip}")
    inner = whole_worker(base, c, s, worker, model, shift)
    if inner is None:
        inner = _staged(c, s, worker, model, shift or offsets())
        if inner.stages > s.workers:
            fastest(settle(worker, model, None, s.seq, stack="fsdp"), c)  # says by how much it does not fit
            raise BadInput(
                f"{model.name} does not fit on {s.workers} workers of {s.chips_per_worker} x {worker.hw.name}"
            )
    groups = s.workers // inner.stages
    outer = Outer(
        groups, s.inner_steps or how.inner_steps, how.bytes_per_parameter, how.compression, s.uplink_gbit, None,
        how.store > 0, s.overlap, c["wan.round_s"] if how.inner_steps > 1 else 0.5,
    )  # fmt: skip
    # in a staged group every member syncs its own stage with its peers in the other groups
    held = model.params / inner.stages
    sync, shares = lowcomm.sync_seconds(held, outer), share_of(inner.seconds, held, outer, inner)
    share = shares.value
    # whoever comes back loads the state and misses part of a round
    rounds = outer.inner_steps * inner.seconds + sync
    catch_up = (1 - s.online) * min(1.0, (held * 2 / (s.uplink_gbit * lowcomm.GIGABIT)) / (20 * rounds))
    at_work = inner.tokens * groups * s.online * (1 - catch_up)
    rate = Band(shares.high / inner.high, share / inner.seconds, shares.low / inner.low).scaled(at_work)
    middle = lowcomm.penalty(groups, outer.inner_steps, c)
    equal, least, most = worth(rate, middle, math.exp(Z80 * c.spread["lowcomm.penalty"]))
    level = power(worker.hw, c, inner.busy * share)
    chips = s.chips_per_worker * s.workers * s.online
    hourly = cost.rate(base, worker.hw, c, busy=inner.busy * share)
    assumed = {**worker.hw.assumed, **hourly.assumed, **inner.assumed}
    if inner.stages > 1:
        assumed["stages"] = said(
            "groups", "the model is held by groups of {n} workers, {groups} groups", n=inner.stages, groups=groups
        )
    bound = "uplink" if sync * (1 - s.overlap) > outer.inner_steps * inner.seconds else inner.bound_by
    return SwarmResult(
        how.name, inner.stages, inner.seconds, sync, share * (inner.busy if inner.stages > 1 else 1.0), rate,
        least, middle, most, equal, level.facility_w * chips / 1000,
        None if s.tokens is None else rate.inverse(s.tokens / 86400), hourly.total(owned=False) * chips * 24, bound,
        assumed,
    )  # fmt: skip
