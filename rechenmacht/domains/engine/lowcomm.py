"""Training with little communication: outer rounds of the DiLoCo family, swarm pipelines, churn.

    round = H * inner step + exposed sync,   sync = payload * passes / uplink + latency
    utilisation = H * inner / round

payload = parameters x bytes / compression; a ring all-reduce passes 2 (N-1)/N of it over each uplink, an object store
one upload. Streaming overlap hides sync behind inner steps. Statistical penalty: the compute that reaches the same
loss, relative to synchronous training (lowcomm.penalty per doubling of workers, with its spread).

Sources: DiLoCo (arXiv 2311.08105), INTELLECT-1 (arXiv 2412.01152), OpenDiLoCo (arXiv 2407.07852), SWARM
(arXiv 2301.11913), Covenant-72B (arXiv 2603.08163).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.errors import BadInput

Array = NDArray[np.float64]
GIGABIT = 1e9 / 8


@dataclass(frozen=True, slots=True)
class Outer:
    """An outer loop: workers, inner steps between syncs, bytes per parameter sent, compression, pattern, overlap.

    `uplink_gbit`, `downlink_gbit`: Gbit/s per worker. `store`: an object store instead of a ring all-reduce.
    `overlap`: share of the sync hidden behind inner steps. `latency_s`: fixed time of a round (coordination).
    """

    workers: float
    inner_steps: float
    bytes_per_parameter: float = 1.0
    compression: float = 1.0
    uplink_gbit: float = 1.0
    downlink_gbit: float | None = None
    store: bool = False
    overlap: float = 0.0
    latency_s: float = 5.0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            BadInput: if a number is not above zero.
        """
        for name in ("workers", "inner_steps", "bytes_per_parameter", "compression", "uplink_gbit"):
            if not getattr(self, name) > 0:
                raise BadInput(f"{name} must be above zero, not {getattr(self, name):g}")


def sync_seconds(params: float, o: Outer) -> float:
    """Return seconds of one outer sync on the slowest uplink."""
    if o.workers <= 1:
        return 0.0
    payload = params * o.bytes_per_parameter / o.compression
    if o.store:
        return payload / (o.uplink_gbit * GIGABIT) + o.latency_s * 0.2
    rate = min(o.uplink_gbit, o.downlink_gbit or o.uplink_gbit) * GIGABIT
    return 2 * (o.workers - 1) / o.workers * payload / rate + o.latency_s


def utilisation(inner_step_s: float, params: float, o: Outer) -> float:
    """Return the share of time spent computing."""
    compute = o.inner_steps * inner_step_s
    exposed = max(sync_seconds(params, o) * (1 - o.overlap), sync_seconds(params, o) - compute * (o.overlap > 0))
    return compute / (compute + exposed)


def penalty(workers: float, inner_steps: float, c: Coefficients) -> float:
    """Return how much more compute reaches the same loss than synchronous training (1: none).

    Grows with the logarithm of workers and, weakly, of inner steps; sources and spread in parameters/engine.csv.
    """
    if workers <= 1 or inner_steps <= 1:
        return 1.0
    return float(1 + c["lowcomm.penalty"] * np.log2(workers) * (1 + 0.15 * np.log2(max(inner_steps, 1) / 100 + 1)))


@dataclass(frozen=True, slots=True)
class Fleet:
    """Unequal members: arrays over classes of members (count, TFLOP/s delivered, uplink in Gbit/s, time on line)."""

    count: Array
    tflops: Array
    uplink_gbit: Array
    online: Array


def fleet_throughput(fleet: Fleet, params: float, o: Outer, flops_per_step: float, share_work: bool = True) -> Array:
    """Return delivered FLOP/s of every member class in outer rounds.

    With `share_work`, a member does as many inner steps as it can in the round of the median member; without, every
    round waits for the slowest. A member whose sync takes longer than half of a round is left out.
    """
    step = flops_per_step / (fleet.tflops * 1e12)
    payload = params * o.bytes_per_parameter / o.compression
    sync = payload / (fleet.uplink_gbit * GIGABIT) * (1.0 if o.store else 2.0) + o.latency_s
    weight = fleet.count * fleet.online
    if share_work:
        order = np.argsort(step)
        middle = int(np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2))
        span = o.inner_steps * step[order][min(middle, step.size - 1)]
        useful = np.maximum(span - 0 * step, 0.0)
        share = useful / (span + sync * (1 - o.overlap))
    else:
        span = float(np.max(o.inner_steps * step))
        share = o.inner_steps * step / (span + sync.max() * (1 - o.overlap))
    share = np.where(sync > span, 0.0, share)
    return np.asarray(weight * fleet.tflops * 1e12 * share)


@dataclass(frozen=True, slots=True)
class Stages:
    """Training in a pipeline of unequal members: seconds per microbatch, what bounds it, delivered share."""

    microbatch_s: float
    bound_by: str
    utilisation: float
    lost_to_churn: float


def swarm_pipeline(
    stage_flops: float, tflops: Array, uplink_gbit: Array, tokens: float, hidden: float, bytes_per_element: float = 1.0,
    online: float = 1.0, spare: float = 0.1,
) -> Stages:  # fmt: skip
    """Return the pace of a pipeline over the internet (SWARM): one member per stage, work sent to whoever is free.

    A microbatch passes `tokens x hidden` elements forward and back over each uplink (8-bit by default), beside the
    stage's work; the slowest of both sets the pace. Members that leave are replaced from spares after the microbatch
    in flight is redone.

    Args:
        stage_flops: operations of a stage per microbatch, forward and backward.
        tflops: delivered TFLOP/s of each member, shape (members,).
        uplink_gbit: Gbit/s of each member, shape (members,).
        tokens: tokens per microbatch.
        hidden: width of the state that is passed on.
        bytes_per_element: of that state.
        online: share of time that a member is on line.
        spare: members beyond the stages, as a share.

    Raises:
        BadInput: if a number is not above zero.
    """
    if not (np.all(tflops > 0) and np.all(uplink_gbit > 0) and stage_flops > 0 and 0 < online <= 1):
        raise BadInput("stage work, TFLOP/s, uplinks and time on line must be above zero")
    compute = stage_flops / (tflops * 1e12)
    traffic = 2 * tokens * hidden * bytes_per_element / (uplink_gbit * GIGABIT)
    # stages with several members share the work: the mean rate counts, not the slowest member
    pace = 1 / np.mean(1 / np.maximum(compute, traffic))
    lost = max(0.0, (1 - online) - spare) + (1 - online) * 0.05
    share = float(np.mean(compute) / max(float(pace), float(np.mean(compute)))) * (1 - lost)
    return Stages(
        float(pace), "uplink" if np.median(traffic) > np.median(compute) else "compute", min(share, 1.0), lost
    )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A model in stages over the internet: seconds per token (one stream) and what bounds it."""

    token_s: float
    compute_s: float
    network_s: float

    @property
    def bound_by(self) -> str:
        """The larger part."""
        return "network latency" if self.network_s > self.compute_s else "stage compute"


def internet_decode(
    weight_bytes: float, layers: float, servers: float, rtt_ms: float, link_gbit: float, hidden: float,
    memory_tbps: float, layer_ms: float,
) -> Pipeline:  # fmt: skip
    """Return one-stream decoding through a chain of servers over the internet.

    Args:
        weight_bytes: weights as served.
        layers: layers in all.
        servers: servers in the chain.
        rtt_ms: round trip between neighbours.
        link_gbit: slowest link in Gbit/s.
        hidden: width of the state that is passed on (2 bytes each).
        memory_tbps: memory bandwidth of a server's chip.
        layer_ms: overhead per layer.
    """
    compute = weight_bytes / (memory_tbps * 1e12) + layers * layer_ms * 1e-3
    hop = rtt_ms * 1e-3 * 0.8 + hidden * 2 / (link_gbit * GIGABIT)
    return Pipeline(compute + servers * hop, compute, servers * hop)
