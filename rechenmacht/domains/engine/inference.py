"""Serving: prefill and decode times by roofline, with batch, cache memory, collectives and overheads, as arrays.

decode step  = plain products + experts + attention + exposed collectives + layers * floor + step + batch * row time
each         = smooth max(bytes read / (chips * bandwidth * reached share), operations / rate)
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
from rechenmacht.domains.engine.memory import expert_parameters
from rechenmacht.domains.engine.models import Model, bytes_per_parameter
from rechenmacht.domains.engine.network import exchange
from rechenmacht.domains.engine.parameters import Coefficients

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
SHARPNESS = 4.0
STEP_PASS_PASS = np.array([[1.0], [0.0], [0.0]])  # a decode step, a pass as prompts arrive, one of a single prompt
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


def touched_bytes(model: Model, s: Service, batch: Array, skew: float = 1.0) -> tuple[float, Array]:
    """Return bytes of weights that a decode step of `batch` sequences reads: of plain layers, of experts.

    Experts that many tokens choose are chosen together: a batch touches as many as `skew` times as many tokens that
    choose evenly would.
    """
    experts = expert_parameters(model)
    dense = model.params - experts - model.embedding  # the input table is only looked up
    share = 1 - (1 - model.top_k / model.experts) ** (batch * skew) if model.experts else 0 * batch
    each = bytes_per_parameter(s.weight_bits)
    return dense * each, np.asarray(experts * share * each)


def active_experts(model: Model) -> float:
    """Return expert weights that a token is multiplied with, all layers."""
    return model.layers * model.moe_share * model.top_k * 3 * model.hidden * model.expert_ffn if model.experts else 0.0


def read_rate(hw: Hardware, c: Coefficients, bits: int) -> float:
    """Return bytes per second at which products of a decode step read weights of a number format."""
    kept = c["serve.read4"] if bits <= 4 else c["serve.read8"] if bits <= 8 else 1.0
    return hw.memory_tbps * 1e12 * c.of("serve.bandwidth", hw.family) * kept


def _together(one: Array, other: Array) -> Array:
    """Return seconds of a kernel that reads and computes at once: a smooth maximum."""
    return np.asarray((one**SHARPNESS + other**SHARPNESS) ** (1 / SHARPNESS))


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


def sum_share(c: Coefficients, members: Array, data: Array) -> Array:
    """Return the share of a link's rate that a sum of `data` bytes over `members` chips of a domain reaches.

    Small sums read every neighbour's whole data, large ones run as rings (aiconfigurator's tables of all-reduces).
    """
    small = np.minimum(c["serve.sum_small"] / np.maximum(members, 2.0), c["serve.sum_large"])
    half = c["serve.sum_half_mb"] * 1e6
    return np.asarray(small + (c["serve.sum_large"] - small) * data / (data + half))


def _collective(
    model: Model, hw: Hardware, c: Coefficients, chips: Array, rows: Array, shown: tuple[Array | float, Array | float],
) -> Array:  # fmt: skip
    """Seconds of tensor-parallel sums (or expert exchanges) of one pass over `rows` tokens.

    `shown`: shares of sums and of exchanges that nothing hides.
    """
    wide = chips > hw.domain
    data = rows * model.hidden * 2
    near = hw.scaleup_gbps * 1e9 * sum_share(c, chips, data)
    bandwidth = np.where(wide, hw.scaleout_gbps * 1e9 * c["link.scaleout"] * np.minimum(hw.domain, 8), near)
    latency = c["serve.collective_us"] * 1e-6 * np.where(wide, 3.0 * np.log2(np.maximum(chips, 2)), 1.0)
    sums = 2 * model.layers * (2 * data * (chips - 1) / chips / bandwidth + latency)
    if model.experts:
        sent = rows / chips * model.top_k * model.hidden * 1.5 * np.where(wide, c["moe.dedup"], 1.0)
        routed = model.layers * 2 * (exchange(hw, c, sent, chips, c["serve.cross"]) + 0 * rows)
        sums = np.where(chips > 8, np.minimum(shown[1] * routed, shown[0] * sums), shown[0] * sums)
    else:
        sums = shown[0] * sums
    return np.asarray(np.where(chips > 1, sums, 0.0))


def _shared_chips(model: Model, s: Service, chips: Array, batch: Array) -> Array:
    """Return over how many chips the cache of a replica spreads (heads, or sequences with data-parallel attention)."""
    del s
    heads = np.minimum(chips, max(model.kv_heads if model.cache_width > 1024 else 1.0, 1.0))
    return np.asarray(np.where(model.experts > 0, np.minimum(chips, np.maximum(batch, heads)), heads))


def _products(
    model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, rows: Array, output: Array | float
) -> tuple[Array, Array]:
    """Return seconds in which passes over `rows` tokens read weights and compute, each (2, ...): plain, experts.

    `output`: share of the tokens that the output layer sees.
    """
    plain, routed = touched_bytes(model, s, rows, c["serve.skew"])
    reads = read_rate(hw, c, s.weight_bits) * chips
    full, chosen = chips * c.of("serve.tuned", s.stack) * rate(hw, c, s.compute_bits), active_experts(model)
    slow = c.of("serve.experts", s.stack)
    dense = model.matrix - chosen - (1 - output) * model.embedding
    return np.stack([plain / reads + 0 * rows, routed / reads * slow]), np.stack([
        2 * rows * dense / full, 2 * rows * chosen / (full * c["serve.moe"]) * slow
    ])  # fmt: skip


def _kernels(model: Model, hw: Hardware, c: Coefficients, s: Service) -> float:
    """Return the floor of a layer's kernels relative to a dense one."""
    more = c["serve.layer_moe"] * c.of("serve.experts", s.stack) if model.experts else 0.0
    more = more * (c["serve.layer_moe4"] if s.compute_bits <= 4 and hw.peak4 > hw.peak8 else 1.0)
    shared = c["serve.layer_shared"] if model.shared else 0.0
    return 1 + more + shared + c["serve.layer_attention"] * (1.0 if model.decode_score else model.linear)


def _weights(read: Array, computed: Array) -> Array:
    """Return seconds of plain products and of experts: groups of a few rows compute as long as they read."""
    return np.asarray(_together(read[0], computed[0]) + read[1] + computed[1])


def pass_tokens(c: Coefficients, chips: Array) -> Array:
    """Return prompt tokens that one pass of a replica reads at most."""
    return np.asarray(c["serve.pass_tokens"] * np.maximum(chips, 4.0) / 8)


def _reading(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, tokens: Array) -> Array:
    """Return the seconds of passes over `tokens` prompt tokens that are neither products nor traffic."""
    scores = tokens * model.attention_flops(s.prompt) / (chips * c.of("serve.tuned", s.stack) * rate(hw, c, 16))
    return np.asarray(scores + model.layers * c["serve.prefill_layer_us"] * 1e-6 * _kernels(model, hw, c, s))


def reading(model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, tokens: Array) -> Array:
    """Return seconds of one pass in which a replica reads `tokens` prompt tokens that no cache holds.

    Args:
        model: the model.
        hw: the chip.
        c: coefficients.
        s: what is served.
        chips: chips per replica.
        tokens: tokens of the pass, of the shape of `chips`.
    """
    products = _weights(*_products(model, hw, c, s, chips, tokens, 0.0))
    traffic = _collective(model, hw, c, chips, tokens, (c["serve.exposed_prefill"], c["serve.exposed_routed"]))
    return np.asarray(products + traffic + _reading(model, hw, c, s, chips, tokens))


def _by_itself(c: Coefficients, s: Service, chips: Array) -> tuple[Array, Array]:
    """Return how many passes read one prompt by itself, and the tokens of each, of the shape of `chips`."""
    fresh = max(s.prompt * (1 - s.cached), 1.0)
    passes = np.ceil(fresh / pass_tokens(c, chips))
    return passes, fresh / passes


def first_token(
    model: Model, hw: Hardware, c: Coefficients, s: Service, chips: Array, batch: Array, decode: Array, read: Array,
    own: Array, slow: float,
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
        own: seconds in which the replica reads one prompt by itself.
        slow: factor of the software.
    """
    host = c.of("serve.host_ms", s.stack) * 1e-3
    if s.disaggregated:
        few = np.minimum(chips, 8.0)
        passes, each = _by_itself(c, s, few)
        own = passes * reading(model, hw, c, s, few, each) * slow
        move = cache_bytes(model, s, s.prompt) / (hw.scaleout_gbps * 1e9)
        use = c["serve.prefill_use"]
        return FirstToken(own + move + host, own * use / (2 * (1 - use)), 0 * own)
    busy = np.minimum(read / (decode + read), 0.95)
    between = decode * (np.ceil(s.prompt * (1 - s.cached) / c["serve.chunk"]) + 0.5)
    return FirstToken(host + own + between, own * busy / (2 * (1 - busy)), c.of("serve.burst", s.stack) * batch * own)


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
    rows = batch * s.speculative
    cache = batch * (cache_bytes(model, s, context) + 2 * state_bytes(model)) / spread  # a state is written back
    cache = cache / read_rate(hw, c, 16)
    scores = rows * model.decode_flops(context) / (chips * c.of("serve.tuned", s.stack) * rate(hw, c, 16))
    fresh = max(s.prompt * (1 - s.cached), 1.0)
    arriving = batch * fresh / max(s.output, 1.0)  # prompt tokens per step; prompts that arrive together share a pass
    together = np.minimum(np.maximum(arriving, fresh), pass_tokens(c, chips))
    passes, each = _by_itself(c, s, chips)
    tokens = np.stack([rows, together, each])  # of a step, of a pass as prompts arrive, of a pass of one prompt
    read, computed = _products(model, hw, c, s, chips, tokens, STEP_PASS_PASS)
    products = _weights(read, computed)
    core = products[0] + _together(cache, scores)  # products, experts, attention: one after the other
    memory, compute = read[:, 0].sum(axis=0) + cache, computed[:, 0].sum(axis=0) + scores
    sums, exchanges = (c["serve.exposed"] * STEP_PASS_PASS + c[f"serve.exposed_{name}"] * (1 - STEP_PASS_PASS)
                       for name in ("prefill", "routed"))  # fmt: skip
    moved = _collective(model, hw, c, chips, tokens, (sums, exchanges))
    traffic = moved[0]
    prompts, own = products[1:] + moved[1:] + _reading(model, hw, c, s, chips, tokens[1:])
    own = passes * own
    launches = model.layers * c["serve.layer_us"] * 1e-6 * _kernels(model, hw, c, s)
    queue = batch * np.minimum(hw.host_chips / chips, 1.0)  # one scheduler per host
    age = software_age(model, c, s.year)
    slow = c.of("serve.stack", s.stack) * (c["serve.int8_2022"] if s.slow8 else 1.0) * age
    host = c["serve.step_ms"] * 1e-3 + queue * c.of("serve.row_us", s.stack) * 1e-6
    overhead = (launches + host) * c.of("serve.launch", s.stack) * age
    decode = (core + traffic) * slow + overhead
    decode = decode / s.speculative * (1 + c["serve.draft"] * (s.speculative > 1))
    prompts = prompts * arriving / together * slow * (not s.disaggregated)
    token = decode + prompts
    first = first_token(model, hw, c, s, chips, batch, decode, prompts, own * slow, slow)
    held = held_gb(model, s, chips, batch)
    parts = {
        "memory bandwidth": memory, "compute": compute, "collectives": traffic, "overhead": overhead + 0 * core,
        "prefill": prompts,
    }  # fmt: skip
    others = (batch - 1) / np.maximum(batch, 1.0)  # nobody waits for his own prompt between two tokens
    between = decode + prompts * others * min(c.of("serve.meets", s.stack), 1.0)
    return Serving(first, token, between, decode, held, held <= usable_gb(hw, c), parts)
