"""Search of serving set-ups: replica size and batch for the most tokens under a latency target, or at a fixed batch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.inference import Service, Serving, held_gb, pass_tokens, reading, serve, usable_gb
from rechenmacht.domains.engine.layout import divisors
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.errors import BadInput

Array = NDArray[np.float64]
MOST_CHIPS = 512  # of a replica that is searched for
FEWEST_EXPERT_CHIPS = 8  # experts spread over fewer chips are tried in powers of two alone
HALVINGS = 2.0 ** -np.arange(0, 12.01, 0.125)
BATCHES = np.unique(np.round(2 ** np.arange(0, 15.01, 0.125)))


@dataclass(frozen=True, slots=True)
class Target:
    """Limits of a service: seconds per output token and to the first token (None: no limit).

    `share`: of the requests that must have their first token in time. `benchmark`: a benchmark's own limits, at which
    its results and so their offset were measured.
    """

    token_s: float | None = None
    first_s: float | None = None
    share: float = 0.95
    benchmark: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """The chosen set-up: chips per replica, sequences in flight, output tokens/s per chip, seconds, what bounds it.

    `output_per_chip`: of the chips of replicas, where requests arrive at a rate of all; `share`: chips of replicas over
    all of the system (whole replicas only). `room`: requests that could be served over those that arrive (None: as many
    arrive as can be served).
    `token_s`: of the whole stay by tokens; `between_s`: between two tokens, which latency limits bind.
    `first_s`: mean seconds to the first token, of which `wait_s` in a queue; `busy`: share of a step in which the chips
    compute or read memory.
    """

    chips: float
    batch: float
    output_per_chip: float
    token_s: float
    between_s: float
    first_s: float
    decode_s: float
    memory_gb: float
    bound_by: str
    fits: bool
    busy: float
    first_base_s: float
    wait_s: float
    share: float = 1.0
    room: float | None = None

    def first_share(self, q: float) -> float:
        """Return seconds within which the share q of requests has its first token."""
        return self.first_base_s + self.wait_s * -float(np.log(1 - q))


def replica_sizes(hw: Hardware, most: int, model: Model) -> Array:
    """Return the replica sizes to try.

    Powers of two within a node or domain; experts also on several domains, and on the sizes that leave no chip of a
    domain, or no whole domain, over.
    """
    most = min(most, MOST_CHIPS)
    sizes = {2**k for k in range(12) if 2**k <= most and (2**k <= 8 or model.experts > 0 or 2**k <= hw.domain)}
    if model.experts:
        within = min(most, hw.domain)
        sizes |= {n for n in divisors(within) if n >= FEWEST_EXPERT_CHIPS} | {most // within * within}
    return np.array(sorted(sizes or {1}), float)


def replicas(hw: Hardware, chips: int, size: Array) -> Array:
    """Return how many whole replicas stand on so many chips: one that fits into a domain never spans two.

    Args:
        hw: the chip, with the chips of its scale-up domain.
        chips: chips of the system.
        size: chips per replica, of any shape.
    """
    domain = max(hw.domain, 1)
    inside = chips // domain * np.floor(domain / size) + np.floor(chips % domain / size)
    return np.asarray(np.where(size <= domain, inside, np.floor(chips / size)))


def placed(found: Setup, hw: Hardware, chips: int, s: Service) -> Setup:
    """Return a set-up with the share of the system's chips that its replicas take.

    Where other chips read the prompts, they are the rest.
    """
    taken = float(replicas(hw, chips, np.array([found.chips]))[0]) * found.chips / chips
    return replace(found, share=1.0 if s.disaggregated else taken)


def _pick(model: Model, result: Serving, s: Service, chips: Array, batch: Array, index: int, fits: bool) -> Setup:
    del model, s
    token = float(result.token_s[index])
    parts = {name: float(value[index]) for name, value in result.parts.items()}
    bound = max(parts, key=lambda name: parts[name]) if fits else "memory capacity"
    return Setup(
        float(chips[index]), float(batch[index]), float(batch[index] / token / chips[index]), token,
        float(result.between_s[index]), float(result.first.mean[index]), float(result.decode_s[index]),
        float(result.memory_gb[index]), bound, fits,
        min((max(parts["memory bandwidth"], parts["compute"]) + parts["prefill"]) / token, 1.0),
        float((result.first.base + result.first.burst)[index]), float(result.first.wait[index]),
    )  # fmt: skip


def best_setup(
    model: Model, hw: Hardware, c: Coefficients, s: Service, target: Target, chips: int, sizes: Array | None = None,
) -> Setup:  # fmt: skip
    """Return the set-up with the most output tokens of the whole system within the target and the memory.

    Where nothing keeps the limits, the one that misses them least.

    Args:
        model: the model.
        hw: the chip.
        c: coefficients.
        s: what is served.
        target: latency limits.
        chips: chips at hand; a replica is never larger, and those that no whole replica takes count as idle.
        sizes: replica sizes to try (default: all sensible ones).
    """
    if sizes is None:  # where others read the prompts, some chips are left for them
        sizes = replica_sizes(hw, max(chips - 1, 1) if s.disaggregated else chips, model)
    grid = np.meshgrid(sizes, BATCHES[1024.0 * chips >= BATCHES], indexing="ij")
    size, batch = grid[0].ravel(), grid[1].ravel()
    result = serve(model, hw, c, s, size, batch)
    over = _over(result, target)
    taken = size if s.disaggregated else replicas(hw, chips, size) * size
    output = batch / result.token_s / size * taken
    good = result.fits & (over <= 1)
    if good.any():
        index = int(np.argmax(np.where(good, output, -1)))
        return _refined(model, hw, c, s, target, _pick(model, result, s, size, batch, index, True))
    fits = bool(result.fits.any())
    miss = np.where(result.fits, over, np.inf) if fits else result.memory_gb
    index = int(np.argmin(miss))
    return _pick(model, result, s, size, batch, index, fits)


def _over(result: Serving, target: Target) -> Array:
    """Return the times over the limits, the worst of them: at most 1 where they are kept; 0 without limits."""
    over = np.zeros_like(result.token_s)
    if target.token_s is not None:
        over = np.maximum(over, result.between_s / target.token_s)
    if target.first_s is not None:
        over = np.maximum(over, result.first.share(target.share) / target.first_s)
    return np.asarray(over)


def _refined(model: Model, hw: Hardware, c: Coefficients, s: Service, target: Target, found: Setup) -> Setup:
    """Refine the batch between grid points where a latency target decides."""
    if target.token_s is None:
        return found
    batch = found.batch * np.linspace(1.0, 1.1, 41)
    chips = np.full_like(batch, found.chips)
    result = serve(model, hw, c, s, chips, batch)
    binding = replace(target, first_s=None) if target.benchmark else target  # as its offset was measured
    good = np.flatnonzero(result.fits & (_over(result, binding) <= 1))
    index = int(good[-1]) if good.size else 0
    return _pick(model, result, s, chips, batch, index, True)


def shared_setup(
    model: Model, hw: Hardware, c: Coefficients, s: Service, chips: int, flight: float, sizes: Array | None = None
) -> Setup:
    """Return the set-up with the most output tokens of so many sequences in flight in the whole system.

    They are shared out over whole replicas; where there are fewer than replicas, some have nothing to do.

    Args:
        model: the model.
        hw: the chip.
        c: coefficients.
        s: what is served.
        chips: chips of the whole system.
        flight: sequences in flight in the whole system.
        sizes: chips per replica to choose from (default: all sensible ones).
    """
    tried = replica_sizes(hw, chips, model) if sizes is None else sizes
    counts = replicas(hw, chips, tried)
    if sizes is None:
        tried, counts = tried[counts > 0], counts[counts > 0]
    each = flight / np.maximum(counts, 1.0)
    found = []
    for one, many, load in zip(_fixed(model, hw, c, s, tried, np.maximum(each, 1.0)), counts, each, strict=True):
        used = min(float(load), 1.0)
        found.append((one.fits, one.output_per_chip * one.chips * float(many) * used, replace(
            one, output_per_chip=one.output_per_chip * used, busy=one.busy * used
        )))  # fmt: skip
    return max(found, key=lambda tried: tried[:2])[2]


def _fitting(model: Model, hw: Hardware, c: Coefficients, s: Service, size: Array, batch: float) -> float:
    """Return how many of the sequences fit into a replica at once (all, if not even one does)."""
    if held_gb(model, s, size, np.array([batch]))[0] <= usable_gb(hw, c):
        return batch
    tried = np.round(batch * HALVINGS)
    tried = tried[tried >= 1]
    fitting = tried[held_gb(model, s, size, tried) <= usable_gb(hw, c)]
    return float(fitting[0]) if fitting.size else batch


def _fixed(model: Model, hw: Hardware, c: Coefficients, s: Service, sizes: Array, batches: Array) -> list[Setup]:
    """Return the set-ups of given replica sizes and batches, settled together."""
    pairs = list(zip(sizes.tolist(), batches.tolist(), strict=True))
    many = np.array([_fitting(model, hw, c, s, np.array([size]), batch) for size, batch in pairs])
    result, found = serve(model, hw, c, s, sizes, many), []
    for i, (_, batch) in enumerate(pairs):
        one = _pick(model, result, s, sizes, many, i, bool(result.fits[i]))
        queue = (batch / one.batch - 1) * s.output * one.token_s
        found.append(replace(one, first_s=one.first_s + queue, first_base_s=one.first_base_s + queue) if queue else one)
    return found


def fixed_setup(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: float, batch: float) -> Setup:
    """Return the set-up of a given replica size and batch (fits or not); what does not fit waits until others end."""
    return _fixed(model, hw, c, s, np.array([float(chips)]), np.array([float(batch)]))[0]


def arrival_setup(
    model: Model, hw: Hardware, c: Coefficients, s: Service, target: Target, chips: int, arrival: float,
    sizes: Array | None = None, speed: float = 1.0,
) -> Setup:  # fmt: skip
    """Return the set-up that serves requests arriving at a rate, with the fewest seconds per token.

    Sequences in flight follow from the rate: the smallest batch at which a replica gives out as many answers per second
    as reach it.

    Args:
        model: the model.
        hw: the chip.
        c: coefficients.
        s: what is served.
        target: latency limits; set-ups within them come first.
        chips: chips of the whole system.
        arrival: requests per second of the whole system.
        sizes: chips per replica to choose from (default: all sensible ones).
        speed: how much faster the service is than its physics, by the offset of its kind.

    Raises:
        BadInput: if more requests arrive than any set-up can serve.
    """
    tried = replica_sizes(hw, chips, model) if sizes is None else sizes
    grid = np.meshgrid(tried, BATCHES, indexing="ij")
    size, batch = grid[0], grid[1]
    result = serve(model, hw, c, s, size.ravel(), batch.ravel())
    token = result.token_s.reshape(size.shape)
    whole = replicas(hw, chips, size)
    given = batch / token * whole
    if s.disaggregated:
        given = chips / (
            size * token / batch + s.prompt * (1 - s.cached) / s.output / other_chips(model, hw, c, s, chips)
        )
    served = speed * given / s.output
    fits = result.fits.reshape(size.shape)
    enough = fits & (served >= arrival)
    if not enough.any():
        most = float(np.max(np.where(fits, served, 0.0)))
        raise BadInput(f"{arrival:g} requests/s are more than {chips} x {hw.name} can serve: at most {most:.3g}")
    first = np.argmax(enough, axis=1)  # the smallest batch that keeps up, by replica size
    able = np.flatnonzero(enough.any(axis=1))
    index = able * size.shape[1] + first[able]
    late = _over(result, target)[index] > 1
    chosen = int(index[np.lexsort((result.token_s[index], late))[0]])
    found = _pick(model, result, s, size.ravel(), batch.ravel(), chosen, True)
    most = float(np.max(np.where(fits, served, 0.0)))
    return replace(found, output_per_chip=arrival / speed * s.output / chips, room=most / arrival)


def other_chips(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: int) -> float:
    """Return prompt tokens per second and chip where others than those that decode read them: a node's, or 32."""
    return prefill_rate(model, hw, c, s, float(min(chips, 32 if hw.domain >= 32 else hw.node)))


def prefill_rate(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: float) -> float:
    """Return prompt tokens per second and chip of a prefill-only replica (cached tokens count as answered)."""
    size = np.array([float(chips)])
    tokens = pass_tokens(c, size)
    seconds = reading(model, hw, c, s, size, tokens * (1 - s.cached)) * c.of("serve.stack", s.stack)
    return float((tokens / (seconds + c["serve.step_ms"] * 1e-3))[0]) / chips
