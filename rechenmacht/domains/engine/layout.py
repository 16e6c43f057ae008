"""How a run is spread over chips: arrays over configurations, and the whole space of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht.errors import BadInput

Array = NDArray[np.float64]
NONE, SELECTIVE, FULL, AUTO = 0.0, 1.0, 2.0, 3.0
MOST_CP, SHORTEST = 16, 1024  # ranks of context parallelism, tokens that each of them has at least
STANDING_IN = 3  # layers whose places the embedding, the output and a prediction layer take in the first and last stage
FEW_STAGES = 8  # any number of stages up to here may be uneven
RECOMPUTATION = {"none": NONE, "selective": SELECTIVE, "full": FULL}


@dataclass(frozen=True, slots=True)
class Layout:
    """Parallelisations as arrays of one shape (or scalars).

    `tp`, `pp`, `dp`, `cp`, `ep`: ranks of tensor, pipeline, data, context and expert parallelism (experts share the
    ranks of data, context and tensor parallelism); `vpp`: chunks of layers per pipeline stage; `micro`: sequences
    per microbatch; `recompute`: 0 none, 1 attention only, 2 everything, 3 as many layers as memory demands;
    `zero`: 0 nothing, 1 optimiser, 2 also gradients, 3 also parameters shared over data-parallel ranks;
    `sequence`: 1 with sequence parallelism; `overlap`: 1 where the stack may hide traffic behind compute; `offload`: 1
    with optimiser states in the host's memory.
    """

    tp: Array
    pp: Array
    dp: Array
    cp: Array
    ep: Array
    vpp: Array
    micro: Array
    recompute: Array
    zero: Array
    sequence: Array
    overlap: Array
    offload: Array

    def __len__(self) -> int:
        """Number of configurations."""
        return int(np.size(self.tp))

    def take(self, index: Any) -> Layout:
        """Return the configurations of an index or mask."""
        return Layout(*(getattr(self, name)[index] for name in COLUMNS))

    def row(self, index: int) -> dict[str, float]:
        """Return one configuration as numbers."""
        return {name: float(getattr(self, name)[index]) for name in COLUMNS}


COLUMNS = tuple(f.name for f in fields(Layout))


def one(**given: float) -> Layout:
    """Return a single configuration; what is not given is 1 (recompute, zero, offload: 0)."""
    values = {"recompute": NONE, "zero": 0.0, "offload": 0.0, **given}
    return Layout(*(np.array([float(values.get(name, 1.0))]) for name in COLUMNS))


@lru_cache(4096)
def divisors(number: int) -> tuple[int, ...]:
    """Return the divisors of a whole number in order."""
    low = [d for d in range(1, int(number**0.5) + 1) if number % d == 0]
    return (*low, *(number // d for d in reversed(low) if d * d != number))


@lru_cache(4096)
def stages(layers: int, pp: int) -> bool:
    """Return whether frameworks split so many layers over so many stages (or chunks of stages).

    All hold the same number but the first and the last, where embedding, output and a prediction layer stand in for up
    to three layers (Megatron-Core's options account-for-embedding-in-pipeline-split and pipeline-model-parallel-layout;
    Llama 3's 126 layers on 16 stages, DeepSeek-V3's 61 on 16).
    """
    return pp == 1 or (pp <= layers and -layers % pp <= STANDING_IN)


def usual_stages(layers: int, pp: int) -> bool:
    """Return whether so many stages are ones that people choose: many uneven ones come in powers of two."""
    return stages(layers, pp) and (layers % pp == 0 or pp <= FEW_STAGES or pp & (pp - 1) == 0)


@lru_cache(4096)
def chunks(layers: int, pp: int) -> tuple[int, ...]:
    """Return how often stages can take turns: 1, and what splits the layers over all turns as `stages` says."""
    most = layers // pp if pp > 1 else 1
    return (1, *(v for v in range(2, most + 1) if stages(layers, pp * v)))


@lru_cache(4096)
def contexts(chips: int, seq: int) -> tuple[int, ...]:
    """Return the ranks of context parallelism: each takes two equal pieces of a sequence, 1,024 tokens or more."""
    most = min(MOST_CP, seq // SHORTEST)
    return (1, *(c for c in divisors(chips) if 1 < c <= most and seq % (2 * c) == 0))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a search may choose from; None leaves a dimension free.

    `most_zero`: how far weights and their states may be shared out (ZeRO: 1 optimiser, 2 gradients, 3 weights).

    `domain` caps tensor parallelism at the chips of one scale-up domain (times `tp_beyond`).
    """

    tp: int | None = None
    pp: int | None = None
    dp: int | None = None
    cp: int | None = None
    ep: int | None = None
    vpp: int | None = None
    micro: float | None = None
    recompute: float | None = None
    zero: float | None = None
    sequence: float | None = 1.0
    overlap: float | None = 1.0
    offload: float | None = 0.0
    largest_micro: int = 16
    most_zero: int = 3
    tp_beyond: int = 1


def _chosen(free: tuple[int, ...], fixed: float | None) -> tuple[int, ...]:
    return free if fixed is None else (int(fixed),)


def _splits(chips: int, layers: int, heads: int, ranks: tuple[int, ...], domain: int, b: Bounds) -> list[Any]:
    """Return (tp, pp, cp, dp) quadruples that use all chips."""
    found = []
    tps = [t for t in divisors(chips) if heads % t == 0 and t <= domain * b.tp_beyond] if b.tp is None else [b.tp]
    for tp in tps:
        if chips % tp:
            continue
        pps = [p for p in divisors(chips // tp) if usual_stages(layers, p)] if b.pp is None else [b.pp]
        for pp in pps:
            if (chips // tp) % pp:
                continue
            rest = chips // tp // pp
            cps = ranks if b.cp is None else (b.cp,)
            found += [(tp, pp, cp, rest // cp) for cp in cps if rest % cp == 0 and b.dp in {None, rest // cp}]
    return found


@lru_cache(2048)
def _grid(*choices: tuple[float, ...]) -> Array:
    """Return every combination of the choices, shape (dimensions, combinations), the last one changing fastest."""
    return np.stack([g.ravel() for g in np.meshgrid(*(np.asarray(c, float) for c in choices), indexing="ij")])


@dataclass(frozen=True, slots=True)
class _Table:
    """Configurations for whatever batch, (12, configurations): whether one shares a batch out depends on its kind.

    `kinds`: each (dp, micro, pp, alone) that occurs, (4, kinds), alone 1 where stages do not take turns or were told
    to; `kind`: that of each configuration.
    """

    rows: Array
    kinds: Array
    kind: NDArray[np.intp]


def _table(
    chips: int, layers: int, heads: int, cps: tuple[int, ...], experts: int, domain: int, bounds: Bounds, batch: int = 0
) -> _Table:
    """Return all configurations that share out a batch, or (0) those that share out any."""
    heads_of, grids = [], []
    recompute = (NONE, SELECTIVE, FULL) if bounds.recompute is None else (bounds.recompute,)
    overlaps = (0.0, 1.0) if bounds.overlap is None else (bounds.overlap,)
    offloads = (0.0, 1.0) if bounds.offload is None else (bounds.offload,)
    for tp, pp, cp, dp in _splits(chips, layers, heads, cps, domain, bounds):
        if batch % dp:
            continue
        micros: tuple[float, ...] = tuple(m for m in range(1, bounds.largest_micro + 1) if batch // dp % m == 0)
        micros = micros if bounds.micro is None else (bounds.micro,)
        vpps = _chosen(chunks(layers, pp), bounds.vpp)
        eps: tuple[int, ...] = (1,)
        if experts:
            ranks = dp * cp * tp
            eps = _chosen(tuple(e for e in divisors(experts) if ranks % e == 0 and e >= min(8, ranks)), bounds.ep)
        zeros = _chosen(tuple(range(min(bounds.most_zero, 3 if pp == 1 else 2) + 1)), bounds.zero)
        sequences = ((0.0, 1.0) if tp > 1 else (0.0,)) if bounds.sequence is None else (bounds.sequence,)
        grids.append(_grid(eps, vpps, micros, recompute, zeros, sequences, overlaps, offloads))
        heads_of.append((tp, pp, dp, cp))
    if not grids:
        return _Table(np.zeros((12, 0)), np.zeros((4, 0)), np.zeros(0, dtype=np.intp))
    head = np.repeat(np.array(heads_of, float).T, [grid.shape[1] for grid in grids], axis=1)
    rows = np.concatenate([head, np.concatenate(grids, axis=1)])
    alone = (rows[5] == 1) | (bounds.vpp is not None)
    kinds, kind = np.concatenate([rows[[2, 6, 1]], alone[None]]), np.arange(rows.shape[1])
    if not batch:  # worth it where the table is asked again
        kinds, kind = np.unique(kinds, axis=1, return_inverse=True)
    return _Table(rows, kinds, np.asarray(kind).ravel())


_known = lru_cache(64)(_table)  # tables of many questions: their batches differ more than their chips and models


def _shared_out(table: _Table, batch: int, bounds: Bounds) -> NDArray[np.intp]:
    """Return the configurations that share out a batch: ranks and microbatches divide it, turns are whole rounds."""
    dp, micro, pp, alone = table.kinds
    fits = batch % dp == 0
    if bounds.micro is None:
        fits &= batch % (dp * micro) == 0
    fits &= (alone > 0) | (np.round(batch // dp / micro) % pp == 0)
    return np.flatnonzero(fits[table.kind])


def space(
    chips: int, batch: int, layers: int, heads: int, kv_heads: int, seq: int, experts: int, domain: int, bounds: Bounds
) -> Layout:
    """Enumerate every parallelisation of a run, as arrays.

    Args:
        chips: chips in the run; the product tp x pp x cp x dp uses all of them.
        batch: global batch in sequences; dp x micro must divide it.
        layers: layers; the first and the last stage may hold up to three less than the others (`stages`).
        heads: attention heads; tp divides them.
        kv_heads: key-value heads (not restricting: they are repeated where tp is larger).
        seq: sequence length in tokens; ranks of context parallelism take two equal pieces each.
        experts: routed experts (0: dense); ep divides them and the ranks dp x cp x tp.
        domain: chips of one scale-up domain; tensor parallelism stays inside.
        bounds: what is fixed.

    Returns:
        All configurations (possibly none). Stages are interleaved only where the microbatches of a rank are a multiple
        of the stages (Narayanan et al. 2021), unless `bounds` fixes how often.

    Raises:
        BadInput: if chips or batch are not above zero.
    """
    if chips < 1 or batch < 1:
        raise BadInput(f"chips and batch must be at least 1, not {chips} and {batch}")
    whole = bounds.recompute is None  # a search: too large to keep
    given = (chips, layers, heads, contexts(chips, seq), experts, domain, bounds)
    table = _table(*given, batch) if whole else _known(*given)
    del kv_heads
    return Layout(*table.rows.take(_shared_out(table, batch, bounds), axis=1))
