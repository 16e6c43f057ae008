"""A described run across the internet: one worker's inner step, the outer loop, churn, and what it is worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rechenmacht.engine import lowcomm, systems
from rechenmacht.engine.layout import AUTO, Bounds
from rechenmacht.engine.library import Method, methods, stacks
from rechenmacht.engine.lowcomm import Outer
from rechenmacht.engine.memory import States
from rechenmacht.engine.parameters import Coefficients
from rechenmacht.engine.plan import fastest
from rechenmacht.engine.power import busy_share, power
from rechenmacht.engine.training import Run
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

Z80 = 1.2815515655446004


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


def train_swarm(base: Base, c: Coefficients, s: Swarm) -> SwarmResult:
    """Return what a run across the internet delivers.

    A worker trains on its own node (fully sharded); every `inner_steps` steps all workers sync over their uplinks.
    A worker that leaves is missed for its absence and for the catch-up of one round (`online`).

    Raises:
        BadInput: if a number cannot be, or the model does not fit on a worker (saying by how many GB).
    """
    if not 0 < s.online <= 1 or not 0 <= s.overlap <= 1:
        raise BadInput(f"online must be in (0, 1] and overlap in [0, 1], not {s.online:g} and {s.overlap:g}")
    how, model = method_named(s.method), systems.model(s.model)
    worker = systems.system(base, f"{s.chips_per_worker}x {s.chip}")
    batch = float(max(1, round(s.tokens_per_step / s.seq / s.chips_per_worker)) * s.chips_per_worker)
    run = Run(s.seq, batch, 16, states=States(gradient=2.0))
    bounds = Bounds(pp=None, recompute=AUTO, zero=3.0, sequence=0.0)
    found, _ = fastest(worker, model, c, run, stacks()["fsdp"], bounds)
    inner = float(found.seconds[0]) * c["lowcomm.inner"]
    outer = Outer(
        s.workers, s.inner_steps or how.inner_steps, how.bytes_per_parameter, how.compression, s.uplink_gbit, None,
        how.store > 0, s.overlap, c["wan.round_s"] if how.inner_steps > 1 else 0.5,
    )  # fmt: skip
    sync = lowcomm.sync_seconds(model.params, outer)
    share = lowcomm.utilisation(inner, model.params, outer)
    # whoever comes back loads the state and misses one round
    rounds = outer.inner_steps * inner + sync
    catch_up = (1 - s.online) * min(1.0, (model.params * 2 / (s.uplink_gbit * lowcomm.GIGABIT)) / (20 * rounds))
    rate = batch * s.seq / inner * share * s.workers * s.online * (1 - catch_up)
    middle = lowcomm.penalty(s.workers, outer.inner_steps, c)
    wide = math.exp(Z80 * c.spread["lowcomm.penalty"])
    parts = {name: float(value[0]) for name, value in found.parts.items()}
    level = power(worker.hw, c, busy_share(parts, float(found.seconds[0])) * share)
    sizes = (sync * (1 - s.overlap), outer.inner_steps * inner)
    return SwarmResult(
        how.name, inner, sync, share, rate, 1 + (middle - 1) / wide, middle, 1 + (middle - 1) * wide, rate / middle,
        level.facility_w * s.chips_per_worker * s.workers * s.online / 1000,
        None if s.tokens is None else s.tokens / rate / 86400,
        "uplink" if sizes[0] > sizes[1] else found.bound_by(0), worker.hw.assumed,
    )  # fmt: skip
