"""Memory per chip in training: states, activations of the microbatches in flight, and a margin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.layout import AUTO, FULL, SELECTIVE, Layout
from rechenmacht.domains.engine.models import Model

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class States:
    """Bytes per parameter: `weight` (compute format), `gradient`, `optimiser` (with the master copy)."""

    weight: float = 2.0
    gradient: float = 4.0
    optimiser: float = 12.0


def local_parameters(model: Model, layout: Layout) -> Array:
    """Return parameters per chip (before any sharing over data-parallel ranks), dense part and experts."""
    if not model.experts:
        return np.asarray(model.params / (layout.tp * layout.pp))
    dense = model.params - model.layers * (model.ffn_stored - model.ffn) - _routed(model)
    return np.asarray(dense / (layout.tp * layout.pp) + expert_parameters(model) / (layout.pp * layout.ep))


def _routed(model: Model) -> float:
    """Return the weights of the experts a token uses, all layers (they belong to the experts' share)."""
    return model.layers * model.moe_share * model.top_k * 3 * model.hidden * model.expert_ffn


def expert_parameters(model: Model) -> float:
    """Return all routed experts' parameters."""
    if not model.experts:
        return 0.0
    return model.layers * (model.ffn_stored - model.ffn) + _routed(model)


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes per chip and the share of layers that are recomputed in full, both of shape (configurations,)."""

    total: Array
    recomputed: Array


def _states(model: Model, layout: Layout, states: States) -> Array:
    """Bytes of weights, gradients and optimiser states per chip."""
    replicas = layout.dp * layout.cp

    def each(copies: Array) -> Array:
        return np.asarray(
            states.weight / np.where(layout.zero >= 3, copies, 1)
            + states.gradient / np.where(layout.zero >= 2, copies, 1)
            + states.optimiser / np.where(layout.zero >= 1, copies, 1) * (1 - layout.offload)
        )

    if not model.experts:
        return np.asarray(local_parameters(model, layout) * each(replicas))
    experts = np.asarray(expert_parameters(model) / (layout.pp * layout.ep))
    dense = local_parameters(model, layout) - experts
    return np.asarray(dense * each(replicas) + experts * each(np.maximum(replicas * layout.tp / layout.ep, 1.0)))


def per_chip(
    model: Model, layout: Layout, seq: float, batch: float, states: States, flash: bool, limit: float, bits: int
) -> Need:
    """Return bytes per chip of a training run, and the share of layers recomputed in full.

    Where the layout leaves recomputation open (AUTO), just as many layers are recomputed as are needed to stay below
    `limit`.

    Args:
        model: the model.
        layout: configurations.
        seq: tokens per sequence.
        batch: global batch in sequences.
        states: bytes per parameter.
        flash: whether scores are never stored.
        limit: usable bytes per chip.
        bits: number format of the matrix products; inputs of 8-bit products are kept in 8 bits.

    Source:
        Activations: Korthikanti et al. 2022 (arXiv 2205.05198), eq. 1-6: 34 s b h per layer of a plain transformer
        and 5 a s^2 b of scores; generalised to other widths.
    """
    tokens = layout.micro * seq / layout.cp
    width = model.hidden
    shared = np.where(layout.sequence > 0, layout.tp, 1.0)
    narrow = 0.75 if bits <= 8 else 1.0
    kept = 10 * width / shared + narrow * (4 * model.q_width + 2 * model.kv_width + 2 * model.ffn / width) / layout.tp
    if not flash:
        dropped = (layout.recompute >= SELECTIVE) & (layout.recompute < AUTO)
        kept = kept + np.where(dropped, 0.0, 5 * model.heads * seq / layout.tp)
    boundary = tokens * (2 * width / shared)
    kept = tokens * kept
    in_flight = np.minimum(batch / (layout.dp * layout.micro), layout.pp)
    extra = 1 + (layout.pp - 1) / (layout.pp * layout.vpp) * (layout.vpp > 1)
    depth = model.layers / layout.pp * in_flight * extra
    fixed = _states(model, layout, states) + 6 * tokens * model.vocab / layout.tp / np.maximum(layout.pp, 1)
    spare = limit - fixed - kept
    wanted = np.clip((depth * kept - spare) / (depth * np.maximum(kept - boundary, 1.0)), 0.0, 1.0)
    share = np.where(layout.recompute >= AUTO, wanted, (layout.recompute >= FULL) * 1.0)
    total = fixed + depth * (share * boundary + (1 - share) * kept) + (share > 0) * kept
    return Need(np.asarray(total), np.asarray(share))
