"""Training step time of every configuration at once: compute, memory traffic, collectives, bubble, optimiser.

    step = (m + (pp - 1) / vpp) * (compute + tensor + context + expert + pipeline traffic) / stage
           + data-parallel sync + optimiser + stragglers,  m = batch / (dp * micro)

Every term is an array over configurations; nothing is evaluated one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine import memory
from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.layout import SELECTIVE, Layout
from rechenmacht.domains.engine.library import Stack
from rechenmacht.domains.engine.matmul import best_rate, half_size, shape
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.network import exchange, exposed, group_bandwidth, ring
from rechenmacht.domains.engine.parameters import Coefficients

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Need = memory.Need
STATES = memory.States()
TERMS = ("matmul", "attention", "memory", "tensor", "context", "expert", "pipeline", "bubble", "data", "optimiser",
         "launch", "stragglers")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """One training run: sequence in tokens, global batch in sequences, number format of the matrix products.

    `train_weights` 0 for adapters only (LoRA: no gradient of the frozen weights). `moe_imbalance` >= 1: how much
    more the busiest expert rank gets than the mean. `maturity`: share of the stack's final speed. `capacity`: experts
    take only so many tokens each (the rest is dropped), so their products are one batch of equal shape.
    """

    seq: float
    batch: float
    bits: int = 16
    train_weights: float = 1.0
    moe_imbalance: float = 1.0
    capacity: bool = False
    maturity: float = 1.0
    gain: float = 1.0
    host: float = 1.0
    states: memory.States = STATES


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds per step, its parts, and memory in GB, all of shape (configurations,)."""

    seconds: Array
    parts: dict[str, Array]
    memory_gb: Array
    fits: Mask
    recomputed: Array

    def bound_by(self, index: int) -> str:
        """Return the largest part of one configuration."""
        return max(self.parts, key=lambda name: float(self.parts[name][index]))


def _grouped(stack: Stack, c: Coefficients, run: Run) -> float:
    """Return the rate of expert products relative to plain ones: groups of any size, ragged under a compiler."""
    if not stack.whole:
        return c["moe.grouped"]
    return 1.0 if run.capacity else c["moe.ragged"]


def _matmuls(model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, lay: Layout) -> Array:
    """Seconds per microbatch and stage of one forward pass of all matrix products."""
    rate, half = best_rate(hw, c, run.bits), half_size(hw, c)
    rows = lay.micro * run.seq / lay.cp
    dense_ffn = model.ffn - model.moe_share * model.top_k * 3 * model.hidden * model.expert_ffn
    projections = model.layers * model.attention * shape(rows, np.asarray(model.q_width / lay.tp), half) ** -1
    feed = model.layers * dense_ffn / shape(rows, np.asarray(dense_ffn / model.hidden / 2 / lay.tp + 1), half)
    output = model.embedding / shape(rows, np.asarray(model.vocab / lay.tp), half)
    total = (projections + feed + output * (rate / best_rate(hw, c, 16))) / lay.tp
    if model.experts:
        per_expert = rows * model.top_k * lay.ep / (model.experts * np.maximum(1, lay.tp))
        each = model.layers * model.moe_share * model.top_k * 3 * model.hidden * model.expert_ffn
        narrow = np.asarray(model.expert_ffn + 0 * rows)
        total = total + each / lay.tp / shape(per_expert, narrow, half) / _grouped(stack, c, run) * run.moe_imbalance
    if model.hidden % 128:  # tiles that do not divide the width
        total = total / c["shape.misaligned"]
    return np.asarray(rows * total * ((2 / rate) / lay.pp))


def _attention(model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, lay: Layout) -> Array:
    """Seconds per microbatch and stage of scores and values, forward."""
    rows = lay.micro * run.seq / lay.cp
    fused = stack.flash > 0
    rate = hw.peak16 * 1e12 * hw.matmul16 * c.of("matmul", hw.family)
    rate *= c["attention.fused"] if fused else c["attention.unfused"]
    flops = model.attention_flops(run.seq, causal=fused) * rows / (lay.tp * lay.pp)
    seconds = flops / rate
    if not fused:
        moved = model.layers * model.heads * rows * run.seq * c["attention.unfused_bytes"] / (lay.tp * lay.pp)
        seconds = seconds + moved / (hw.memory_tbps * 1e12 * c["link.memory"])
    return np.asarray(seconds)


def _traffic(model: Model, hw: Hardware, c: Coefficients, run: Run, lay: Layout) -> Array:
    """Seconds per microbatch and stage of element-wise work in one forward pass."""
    rows = lay.micro * run.seq / lay.cp
    shared = np.where(lay.sequence > 0, lay.tp, 1.0)
    active = model.ffn / model.hidden
    moved = 12 * model.hidden / shared + (4 * model.q_width + 1.5 * active) / lay.tp
    if model.experts:
        moved = moved + c["moe.permute"] * model.moe_share * model.top_k * model.hidden / lay.tp
    if run.train_weights == 0:  # adapters beside queries, keys, values and output read and add to whole activations
        moved = moved + 3 * model.hidden / shared + (2 * model.q_width + model.kv_width) / lay.tp
    if run.bits <= 8:
        moved = moved + c["cast.passes"] * (model.hidden / shared + (model.q_width + active) / lay.tp)
    each = 2 * model.layers * c["memory.passes"] / (hw.memory_tbps * 1e12 * c["link.memory"])
    return np.asarray(rows * moved * (each / lay.pp))


def _collectives(
    model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, lay: Layout, compute: Array, full: Array
) -> dict[str, Array]:
    """Exposed seconds per microbatch and stage of tensor, context, expert and pipeline traffic (both directions)."""
    rows = lay.micro * run.seq / lay.cp
    one = np.ones_like(rows)
    state = rows * model.hidden * 2
    passes = 4.0 + 2.0 * full
    lanes = group_bandwidth(hw, c, lay.tp, one, stack.collective)
    layers = model.layers / lay.pp
    latency = c["latency.scaleup_us"] * 1e-6
    tensor = layers * passes * ring(state, lay.tp, lanes, latency, 2.0)
    hidden = min(stack.tensor_overlap * c["overlap.tensor"], 1.0)
    if run.train_weights == 0:  # backward traffic hides behind products for weights' gradients, which adapters lack
        hidden = hidden / 2
    found = {"tensor": exposed(compute, tensor, hidden * lay.overlap), "context": 0 * one, "expert": 0 * one}
    if np.any(lay.cp > 1):
        keys = rows * model.kv_width * 2 / lay.tp * lay.cp
        across = group_bandwidth(hw, c, lay.cp, lay.tp, stack.collective)
        context = layers * 3 * ring(keys, lay.cp, across, latency)
        found["context"] = exposed(compute, context, c["overlap.context"] * lay.overlap)
    if model.experts:
        sent = rows / np.maximum(lay.tp, 1) * model.top_k * model.hidden * (1.5 if run.bits <= 8 else 2.0)
        sent = sent * np.where(lay.ep > hw.domain, c["moe.dedup"], 1.0)
        experts = layers * model.moe_share * 4 * exchange(hw, c, sent, lay.ep, c["moe.cross"]) * run.moe_imbalance
        found["expert"] = exposed(compute, experts, stack.expert_overlap * c["overlap.expert"] * lay.overlap)
    shared = np.where(lay.sequence > 0, lay.tp, 1.0)
    link = np.where(
        lay.tp * lay.cp * lay.dp >= hw.domain,
        hw.scaleout_gbps * c["link.scaleout"],
        hw.scaleup_gbps * c["link.scaleup"],
    )
    hop = (state / shared) / (link * 1e9) + 4 * latency
    pipeline = np.where(lay.pp > 1, 2 * lay.vpp * hop, 0.0)
    found["pipeline"] = exposed(compute, pipeline, c["overlap.pipeline"] * stack.data_overlap * lay.overlap)
    return found


def _sync(
    model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, lay: Layout, backward: Array, micros: Array
) -> Array:
    """Exposed seconds per step of gradients and parameters over data-parallel ranks."""
    sharded = lay.zero >= 3
    frozen = run.train_weights == 0  # adapters: only shared-out weights travel, twice a microbatch in 16 bits
    weights = memory.local_parameters(model, lay) * (sharded if frozen else run.train_weights)
    ranks = lay.dp * lay.cp
    lanes = group_bandwidth(hw, c, ranks, lay.tp, stack.collective)
    latency = c["latency.scaleout_us"] * 1e-6
    kept = np.where(lay.zero >= 1, 2.0 + min(run.states.gradient, 4.0), 8.0)
    each = np.where(sharded, (4.0 if frozen else 6.0) * micros, kept)
    if model.experts:
        experts = memory.expert_parameters(model) / (lay.pp * lay.ep) * (sharded if frozen else run.train_weights)
        expert_ranks = np.maximum(ranks * lay.tp / lay.ep, 1.0)
        expert_lanes = group_bandwidth(hw, c, expert_ranks, lay.ep, stack.collective)
        traffic = ring((weights - experts) * each, ranks, lanes, latency)
        traffic = traffic + ring(experts * each, expert_ranks, expert_lanes, latency)
    else:
        traffic = ring(weights * each, ranks, lanes, latency)
    # interleaved stages work off a chunk of layers for a whole round of microbatches, so that its gradients can leave
    # while the round goes through the others; else only the last microbatch covers them
    rounds = np.where(lay.vpp > 1, np.minimum(micros, lay.pp) * (1 - 1 / lay.vpp), 1.0)
    cover = np.where(sharded, 1.5 * backward * micros, backward * np.maximum(rounds, 1.0))
    return exposed(
        np.asarray(cover), np.asarray(traffic), min(stack.data_overlap * c["overlap.data"], 1.0) * lay.overlap
    )


def _optimiser(model: Model, hw: Hardware, c: Coefficients, run: Run, lay: Layout) -> Array:
    copies = np.where(lay.zero >= 1, lay.dp * lay.cp, 1.0)
    share = memory.local_parameters(model, lay) * run.train_weights / copies
    near = (2 * run.states.optimiser + 6) / (hw.memory_tbps * 1e12 * c["link.memory"])
    # off-loaded states stay with the host: gradients go there and weights come back, 4 bytes per parameter
    away = 4 / (c["link.host_gbps"] * 1e9)
    return np.asarray(share * (near + lay.offload * away))


def needed(model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, lay: Layout) -> tuple[Need, Mask]:
    """Return the memory of every configuration, and whether it fits."""
    limit = hw.memory_gb * 1e9 * c["memory.usable"]
    need = memory.per_chip(model, lay, run.seq, run.batch, run.states, stack.flash > 0, limit, run.bits)
    return need, need.total <= limit * 1.0001


def step(
    model: Model, hw: Hardware, stack: Stack, c: Coefficients, run: Run, lay: Layout,
    known: tuple[Need, Mask] | None = None,
) -> Step:  # fmt: skip
    """Return the step time of every configuration, its parts, and whether it fits into memory.

    Args:
        model: the model.
        hw: the chip and its links.
        stack: what the software does.
        c: coefficients.
        run: batch, sequence, number format.
        lay: configurations, arrays of one shape.
        known: what `needed` says of them, where it was asked before.

    Returns:
        Seconds per step and per part, GB per chip, the mask of what fits, the share of layers recomputed.
    """
    micros = np.maximum(run.batch / (lay.dp * lay.micro), 1.0)
    backward = 1.0 + run.train_weights
    need, fits = known or needed(model, hw, stack, c, run, lay)
    full, selective = need.recomputed, (lay.recompute == SELECTIVE) & (stack.flash < 1)
    times = 1 + backward + full
    # a stage with one layer more than the mean holds up the others
    uneven = np.ceil(model.layers / (lay.pp * lay.vpp) - 1e-9) * lay.pp * lay.vpp / model.layers
    uneven = np.where(lay.pp > 1, 1 + c["bubble.uneven"] * (uneven - 1), 1.0)
    scale = uneven / run.maturity / (c["tuned.mlperf"] if stack.name == "mlperf" else 1.0)
    matmul = _matmuls(model, hw, stack, c, run, lay) * times * scale
    scores = _attention(model, hw, stack, c, run, lay) * (1 + c["attention.backward"] + full + selective) * scale
    moved = _traffic(model, hw, c, run, lay) * (1 + backward + full) * scale
    busy = matmul + scores + moved
    calls = model.layers / lay.pp * 1e-6 * (3 + full) * run.host * (c["launch.moe"] if model.moe_share > 0 else 1.0)
    if run.train_weights == 0:  # adapters add kernels; those of the frozen weights' gradients fall away
        calls = calls * c["launch.adapters"]
    launch = calls * c["launch.layer_us"]
    traffic = _collectives(model, hw, stack, c, run, lay, busy, full)
    stage = busy + launch + sum(traffic.values())
    if not stack.whole:  # a host that issues kernels one by one runs ahead of the chip, or the chip waits for it
        waiting = np.maximum(calls * c["launch.host_us"] - stage, 0.0)
        launch, stage = launch + waiting, stage + waiting
    bubble = (lay.pp - 1) / lay.vpp * stage
    parts = {"matmul": matmul * micros, "attention": scores * micros, "memory": moved * micros}
    parts |= {name: value * micros for name, value in traffic.items()}
    parts["launch"] = launch * micros
    parts["bubble"] = bubble
    # gradients leave behind the backward pass of the last microbatch, weights arrive behind the first forward pass
    parts["data"] = _sync(model, hw, stack, c, run, lay, matmul, micros)
    parts["optimiser"] = _optimiser(model, hw, c, run, lay)
    parts["launch"] = parts["launch"] + c["launch.step_ms"] * 1e-3
    if run.gain != 1.0:
        parts = {name: value / run.gain for name, value in parts.items()}
    total = sum(parts.values())
    chips = lay.tp * lay.pp * lay.dp * lay.cp
    parts["stragglers"] = total * c["straggler"] * np.log2(np.maximum(chips / hw.node, 1.0))
    total = total + parts["stragglers"]
    return Step(np.asarray(total), parts, need.total / 1e9, fits, full)
