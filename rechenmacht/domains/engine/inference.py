"""Serving: prefill and decode times by roofline, with batch, cache memory, collectives and overheads, as arrays.

decode step  = smooth max(memory, compute) + exposed collectives + layers * layer time + step time + batch * row time
memory       = (touched weights + cache read) / (chips * bandwidth * reached share)
touched      = dense weights + experts * (1 - (1 - top_k / experts)^batch)
one token    = decode + (batch / output) * prefill(prompt)      (prefill interleaved, continuous batching)
between two  = decode + the share of prefill that the software lets others wait for
first token  = host + own prefill + steps in between + queue (M/D/1) + bursts
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.matmul import half_size
from rechenmacht.domains.engine.memory import expert_parameters
from rechenmacht.domains.engine.models import Model, bytes_per_parameter
from rechenmacht.domains.engine.network import exchange
from rechenmacht.domains.engine.parameters import Coefficients

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
SHARPNESS = 4.0
TODAY = 2026.0  # date of the software where nobody says one


@dataclass(frozen=True, slots=True)
class Service:
    """What is served: prompt and output tokens, bits of weights, products and cache; engine software by name.

    `stack`: name of the serving software (`trtllm`, `sglang`, `vllm`, `rocm`, ...; `other`). `speculative`: tokens
    accepted per decode step (1: no speculation). `disaggregated`: prefill and decode on different chips. `cached`:
    share of prompt tokens found in a prefix cache.
    `tail`: mean share of the output in the cache while a sequence runs (0.5 for equal lengths, more where they vary).
    `slow8`: 8-bit products that split off outliers (2022), slower than 16-bit ones. `year`: date of the software.
    """

    prompt: float
    output: float
    weight_bits: int = 8
    compute_bits: int = 8
    cache_bits: int = 16
    stack: str = "other"
    speculative: float = 1.0
    disaggregated: bool = False
    cached: float = 0.0
    tail: float = 0.5
    slow8: bool = False
    year: float = TODAY


@dataclass(frozen=True, slots=True)
class FirstToken:
    """Seconds to the first token: `base` without a queue, mean `wait` in the queue, `burst` of requests that meet.

    All of one shape. Waiting times are exponential above the mean: the share q of requests waits less than
    `wait * -ln(1 - q)`.
    """

    base: Array
    wait: Array
    burst: Array

    @property
    def mean(self) -> Array:
        """Mean seconds to the first token."""
        return np.asarray(self.base + self.wait + self.burst)

    def share(self, q: float) -> Array:
        """Return seconds within which the share q of requests has its first token."""
        return np.asarray(self.base + self.burst + self.wait * -np.log(1 - q))


@dataclass(frozen=True, slots=True)
class Serving:
    """Arrays over (replica sizes, batches): seconds to the first and of a token, GB per chip, what fits, parts.

    `token_s`: of a sequence's whole stay, its prompt included, by tokens that come out; `between_s`: between two of its
    tokens. Some software reads new prompts while others wait for their next token, some rather lets the new ones wait.
    """

    first: FirstToken
    token_s: Array
    between_s: Array
    decode_s: Array
    memory_gb: Array
    fits: Mask
    parts: dict[str, Array]


def software_age(model: Model, c: Coefficients, year: float) -> float:
    """Return serving time relative to software of spring 2026: expert models gain more per year than dense ones."""
    gain = c["serve.gain_moe"] if model.experts else c["serve.gain"]
    return float(np.exp(gain * (2026.25 - min(max(year, 2024.5), 2027.0))))


def weight_bytes(model: Model, s: Service) -> float:
    """Return bytes of all weights as served."""
    return model.params * bytes_per_parameter(s.weight_bits)


def touched_bytes(model: Model, s: Service, batch: Array) -> Array:
    """Return bytes of weights that a decode step of `batch` sequences reads."""
    experts = expert_parameters(model)
    dense = model.params - experts - model.embedding  # the input table is only looked up
    share = 1 - (1 - model.top_k / model.experts) ** batch if model.experts else 0 * batch
    return np.asarray((dense + experts * share) * bytes_per_parameter(s.weight_bits))


def state_bytes(model: Model) -> float:
    """Return bytes of one sequence's states of linear attention, kept in 32 bits."""
    return 4 * model.layers * model.linear * model.q_width * model.state


def cache_bytes(model: Model, s: Service, tokens: float) -> float:
    """Return cache bytes of one sequence of so many tokens (windowed layers keep only their window)."""
    full = 1 - model.windowed - model.linear
    kept = full * tokens + model.windowed * min(tokens, model.window)
    return kept * model.layers * model.cache_width * s.cache_bits / 8


def rate(hw: Hardware, c: Coefficients, bits: int) -> float:
    """Return operations per second of large products when serving."""
    share = hw.matmul16 if bits >= 16 else hw.matmul8
    four = c["serve.compute4"] if bits <= 4 and hw.peak4 > hw.peak8 else 1.0
    eight = c["serve.compute8"] if bits == 8 and hw.peak8 > hw.peak16 else 1.0
    return hw.peak(bits) * 1e12 * share * c.of("serve.compute", hw.family) * four * eight


def _collective(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, rows: Array) -> Array:
    """Seconds of tensor-parallel sums (or expert exchanges) of one pass over `rows` tokens."""
    near = hw.scaleup_gbps * 1e9 * c["link.scaleup"]
    wide = chips > hw.domain
    bandwidth = np.where(wide, hw.scaleout_gbps * 1e9 * c["link.scaleout"] * np.minimum(hw.domain, 8), near)
    data = rows * model.hidden * 2
    latency = c["serve.collective_us"] * 1e-6 * np.log2(np.maximum(chips, 1)) * np.where(wide, 3.0, 1.0)
    sums = 2 * model.layers * (2 * data * (chips - 1) / chips / bandwidth + latency)
    if model.experts:
        sent = rows / chips * model.top_k * model.hidden * 1.5 * np.where(wide, c["moe.dedup"], 1.0)
        routed = model.layers * 2 * (exchange(hw, c, sent, chips, c["serve.cross"]) + 0 * rows)
        sums = np.where(chips > 8, np.minimum(routed, sums), sums)
    return np.asarray(np.where(chips > 1, sums, 0.0))


def _shared_chips(model: Model, s: Service, chips: Array, batch: Array) -> Array:
    """Return over how many chips the cache of a replica spreads (heads, or sequences with data-parallel attention)."""
    del s
    heads = np.minimum(chips, max(model.kv_heads if model.cache_width > 1024 else 1.0, 1.0))
    return np.asarray(np.where(model.experts > 0, np.minimum(chips, np.maximum(batch, heads)), heads))


def reading(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, tokens: Array) -> Array:
    """Return seconds that a replica spends on `tokens` prompt tokens (whole prompts, in passes that fill the chips)."""
    fresh = tokens * (1 - s.cached)
    tuned = chips * c.of("serve.tuned", s.stack)
    experts = c["serve.moe"] if model.experts else 1.0
    compute = 2 * fresh * (model.matrix - model.embedding) / (tuned * rate(hw, c, s.compute_bits) * experts)
    compute = compute + fresh * model.attention_flops(s.prompt) / (tuned * rate(hw, c, 16))
    together = np.maximum(fresh, c["serve.pass_tokens"] * chips / 8)
    traffic = _collective(model, hw, c, s, chips, together) * fresh / together
    return np.asarray(compute + traffic * c["serve.exposed_prefill"])


def alone(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array) -> Array:
    """Return seconds in which a replica reads one prompt by itself: small expert groups, all traffic exposed.

    Args:
        model: the model.
        hw: the chip.
        c: coefficients.
        s: what is served.
        chips: chips per replica.

    Returns:
        Seconds, of the shape of `chips`.
    """
    fresh = max(s.prompt * (1 - s.cached), 1.0)
    half = half_size(hw, c)
    experts = model.layers * model.moe_share * model.top_k * 3 * model.hidden * model.expert_ffn if model.experts else 0
    dense = max(model.matrix - model.embedding - experts, 0.0)
    full = chips * rate(hw, c, s.compute_bits)
    seconds = 2 * fresh * dense / full * (1 + half / fresh)
    if experts:
        group = fresh * model.top_k / model.experts
        seconds = seconds + 2 * fresh * experts / full * (1 + half / group)
        read = (model.params - model.embedding) * bytes_per_parameter(s.weight_bits) / chips
        seconds = np.maximum(seconds, read / (hw.memory_tbps * 1e12 * c.of("serve.bandwidth", hw.family)))
    seconds = seconds + fresh * model.attention_flops(s.prompt) / (chips * rate(hw, c, 16)) * 2
    traffic = _collective(model, hw, c, s, chips, np.full_like(chips, fresh))
    launches = model.layers * c["serve.prefill_layer_us"] * 1e-6 * (2.0 if model.experts else 1.0)
    return np.asarray(seconds + traffic + launches)


def first_token(
    model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, batch: Array, decode: Array, read: Array,
    slow: float,
) -> FirstToken:  # fmt: skip
    """Return seconds to the first token: host, own prefill, decode steps in between, queue (M/D/1), bursts.

    Args:
        model: the model.
        hw: the chip.
        c: coefficients (`serve.host_ms`, `serve.chunk`, `serve.burst`, `serve.prefill_use`).
        s: what is served; where `disaggregated`, other chips (up to one node) read the prompts.
        chips: chips per replica.
        batch: sequences in flight.
        decode: seconds of a decode step.
        read: seconds of reading prompts per output token.
        slow: factor of the software.
    """
    host = c["serve.host_ms"] * 1e-3
    if s.disaggregated:
        own = alone(model, hw, c, s, np.minimum(chips, 8.0)) * slow
        move = cache_bytes(model, s, s.prompt) / (hw.scaleout_gbps * 1e9)
        use = c["serve.prefill_use"]
        return FirstToken(own + move + host, own * use / (2 * (1 - use)), 0 * own)
    own = alone(model, hw, c, s, chips) * slow
    busy = np.minimum(read / (decode + read), 0.95)
    between = decode * (np.ceil(s.prompt * (1 - s.cached) / c["serve.chunk"]) + 0.5)
    return FirstToken(host + own + between, own * busy / (2 * (1 - busy)), c["serve.burst"] * batch * own)


def held_gb(model: Model, s: Service, chips: Array, batch: Array) -> Array:
    """Return GB per chip of weights and full caches, of replicas of `chips` with `batch` sequences (of one shape)."""
    each = cache_bytes(model, s, s.prompt + s.output) + state_bytes(model)
    return np.asarray(weight_bytes(model, s) / chips + batch * each / _shared_chips(model, s, chips, batch)) / 1e9


def usable_gb(hw: Hardware, c: Coefficients) -> float:
    """Return GB of a chip that weights and caches may take."""
    return hw.memory_gb * c["serve.memory"]


def serve(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, batch: Array) -> Serving:
    """Return prefill and token times of replicas of `chips` with `batch` sequences in flight (arrays of one shape).

    Args:
        model: the model.
        hw: the chip and its links.
        c: coefficients.
        s: what is served.
        chips: chips per replica.
        batch: sequences in flight per replica.
    """
    chips, batch = np.broadcast_arrays(np.asarray(chips, float), np.asarray(batch, float))
    context = s.prompt + s.output * s.tail
    spread = _shared_chips(model, s, chips, batch)
    weights = touched_bytes(model, s, batch * s.speculative) / chips
    cache = batch * (cache_bytes(model, s, context) + 2 * state_bytes(model)) / spread  # a state is written back
    memory = (weights + cache) / (hw.memory_tbps * 1e12 * c.of("serve.bandwidth", hw.family))
    rows = batch * s.speculative
    tuned = chips * c.of("serve.tuned", s.stack) / c["serve.decode_compute"]
    experts = c["serve.moe"] if model.experts else 1.0
    compute = 2 * rows * model.matrix / (tuned * rate(hw, c, s.compute_bits) * experts)
    compute = compute + rows * model.decode_flops(context) / (tuned * rate(hw, c, 16))
    core = (memory**SHARPNESS + compute**SHARPNESS) ** (1 / SHARPNESS)
    traffic = _collective(model, hw, c, s, chips, rows) * c["serve.exposed"]
    launches = model.layers * c["serve.layer_us"] * 1e-6 * (c["serve.layer_moe"] if model.experts else 1.0)
    queue = batch * np.minimum(hw.host_chips / chips, 1.0)  # one scheduler per host
    overhead = launches + c["serve.step_ms"] * 1e-3 + queue * c.of("serve.row_us", s.stack) * 1e-6
    slow = c.of("serve.stack", s.stack) * (c["serve.int8_2022"] if s.slow8 else 1.0)
    slow = slow * software_age(model, c, s.year)
    kernels = slow ** c["serve.kernel"]  # what reads memory is the chip's more than the software's
    decode = core * kernels + (traffic + overhead) * slow
    decode = decode / s.speculative * (1 + c["serve.draft"] * (s.speculative > 1))
    read = reading(model, hw, c, s, chips, batch * s.prompt / max(s.output, 1.0)) * slow
    read = read * (0.0 if s.disaggregated else 1.0)
    token = decode + read
    first = first_token(model, hw, c, s, chips, batch, decode, read, slow)
    held = held_gb(model, s, chips, batch)
    parts = {
        "memory bandwidth": memory, "compute": compute, "collectives": traffic, "overhead": overhead + 0 * core,
        "prefill": read,
    }  # fmt: skip
    between = decode + read * min(c.of("serve.meets", s.stack), 1.0)
    return Serving(first, token, between, decode, held, held <= usable_gb(hw, c), parts)
