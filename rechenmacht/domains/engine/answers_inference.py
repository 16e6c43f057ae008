"""Answers to serving rows: which service a row describes, and the quantity that it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np

from rechenmacht.domains.engine.ask import hardware_of, model_of
from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.inference import Service, weight_bytes
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.names import bits_of
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.serving import Setup, Target, best_setup, fixed_setup, prefill_rate, replica_sizes
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

# Mean prompt and output tokens of the benchmark's data set, and the server scenario's limits (s per token, s to first)
MLPERF: tuple[tuple[str, float, float, float, float], ...] = (
    (r"llama-?2|llama 2", 294, 294, 0.200, 2.0),
    (r"405b", 9428, 684, 0.175, 6.0),
    (r"deepseek", 800, 3880, 0.080, 2.0),
    (r"8b", 778, 73, 0.100, 2.0),
    (r"mixtral", 144, 145, 0.200, 2.0),
    (r"gpt-?oss", 1000, 2000, 0.080, 3.0),
)

HEADROOM = 0.6  # the limits bind the 99th percentile, the model says the mean


@dataclass
class ServingQuestion:
    """A serving row, understood."""

    row: Row
    model: Model
    hw: Hardware
    service: Service
    target: Target
    chips: int
    batch: float | None
    assumed: dict[str, str] = field(default_factory=dict)
    spread: float = 0.0
    benchmark: bool = False


def _match(pattern: str, text: str) -> float | None:
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def _bits(row: Row, hw: Hardware, assumed: dict[str, str]) -> tuple[int, int]:
    """Return bits of weights and of products."""
    text = row.precision.lower()
    if "by submitter" in text or ("/" in text and "fp4" in text and "fp8" in text):
        bits = 4 if hw.peak4 > hw.peak8 else 8
        assumed["precision"] = f"{bits} bits for {row.precision!r}"
        return bits, bits
    said = " ".join((row.precision, row.workload))
    named, words = bits_of(row.precision)
    if "fp16/int8" in text:
        named, words = (8, "") if "int8" in row.workload.lower() else (16, "")
    if named is None:
        named, words = bits_of(row.workload)
    if named is None:
        named, words = 8, "8-bit weights"
    bits = named
    if words:
        assumed["precision"] = words
    weights_only = bits == 4 and (re.search(r"weights|mx4|int4|nf4|w4a16", said.lower()) or hw.peak4 <= hw.peak8)
    products = 16 if hw.peak8 <= hw.peak16 else bits
    if weights_only:
        products = 8 if hw.peak8 > hw.peak16 else 16
    return bits, products


def _stack(row: Row, hw: Hardware) -> str:
    text = row.text
    for words, name in (
        (r"mlperf", "mlperf"), (r"cloudmatrix|cm384", "cloudmatrix"), (r"open-infra|production", "deepseek"),
        (r"ds-inference|deepspeed|ds-inf|ds-zero", "deepspeed"), (r"accelerate|transformers", "transformers"),
        (r"tensorrt|trt-?llm", "trtllm"), (r"sglang", "sglang"), (r"vllm", "vllm"),
        (r"inferencex|inferencemax|ifx", "inferencex"),
    ):  # fmt: skip
        if re.search(words, text):
            return name
    return "rocm" if hw.family.startswith("cdna") else "other"


def _lengths(row: Row, assumed: dict[str, str]) -> tuple[float, float, Target, bool]:
    text = row.head
    if "mlperf" in row.text or "mlpinf" in row.text:
        for words, long_in, long_out, per_token, to_first in MLPERF:
            if re.search(words, text):
                assumed["lengths"] = (
                    f"{long_in:g} prompt and {long_out:g} output tokens on average (benchmark data set)"
                )
                target = Target(per_token * HEADROOM, to_first) if "server" in text else Target()
                target = Target(0.04 * HEADROOM, 0.45) if "interactive" in text else target
                return long_in, long_out, target, True
    prompt, output = row.prompt, row.output
    if prompt is None:
        prompt = 128.0 if re.search(r"bs=|batch", text) else 2048.0
        assumed["prompt"] = f"{prompt:g} tokens"
    if output is None:
        output = 128.0 if re.search(r"bs=|single", text) else 1024.0
        assumed["output"] = f"{output:g} tokens"
    per_user = _match(r"at (\d+(?:\.\d+)?) tok(?:ens)?/s/user", text)
    token = 1 / per_user if per_user else None
    limit = _match(r"tpot\s*[<≤=]*\s*(\d+(?:\.\d+)?)\s*ms", text)
    if limit:
        token = limit / 1000
    return prompt, output, Target(token), False


def serving_question(base: Base, row: Row) -> ServingQuestion:
    """Return a serving row, understood.

    Raises:
        BadInput: if the row names no known chip or no model.
    """
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    model = model_of(row, assumed)
    prompt, output, target, benchmark = _lengths(row, assumed)
    weights, products = _bits(row, hw, assumed)
    stack = _stack(row, hw)
    disaggregated = bool(re.search(r"disagg|cloudmatrix|prefill unit|decode unit|pd separat", row.text))
    alone = re.search(r"decode", row.head) and not re.search(r"prefill|offline|server", row.head)
    disaggregated = disaggregated or bool(alone) or row.quantity.startswith(("decode", "prefill"))
    cached = (_match(r"(\d+(?:\.\d+)?)\s*% (?:kv )?cache hits?", row.text) or 0.0) / 100
    chips = row.chips or (8 if hw.domain <= 8 else min(hw.domain, 72))
    if row.ep and row.ep <= chips:
        chips = max(chips, row.ep)
    if row.chips is None:
        assumed["n_chips"] = f"up to {chips} per replica"
    batch = _match(r"(?:bs|batch(?: size)?)\s*=?\s*(\d+)", row.head) or _match(
        r"conc(?:urrency)?\s*=?\s*(\d+)", row.head
    )
    cache = 8 if weights <= 8 and stack != "transformers" else 16
    tail = 1.0 if benchmark else 0.5  # data sets with widely varying lengths
    service = Service(prompt, output, weights, products, cache, stack, 1.0, disaggregated, cached, tail)
    if products == 8 and hw.family in {"ampere", "volta"} and stack in {"deepspeed", "transformers"}:
        service = replace(service, slow8=True)
        assumed["int8"] = "8-bit products with 16-bit outliers, as of 2022"
    assumed["stack"] = stack
    return ServingQuestion(
        row, model, hw, service, target, chips, batch, assumed, (unclear**2 + model.spread**2) ** 0.5, benchmark
    )


def setup_for(q: ServingQuestion, c: Coefficients) -> Setup:
    """Return the set-up that answers a serving question."""
    if q.batch is not None:
        size = float(q.chips)
        if q.service.stack == "transformers":  # layers one after the other: one chip works at a time
            size = 1.0
        if "conc" in q.row.head:
            most = 0.7e9 * q.hw.memory_gb
            roomy = [x for x in replica_sizes(q.hw, q.chips, q.model) if weight_bytes(q.model, q.service) / x < most]
            size = float(roomy[0]) if roomy else size
        return fixed_setup(q.model, q.hw, c, q.service, size, q.batch)
    sizes = np.array([float(min(q.row.ep, 512))]) if q.row.ep else None
    return best_setup(q.model, q.hw, c, q.service, q.target, q.chips, sizes, 1024.0 * q.chips)


def serving_value(q: ServingQuestion, c: Coefficients) -> tuple[float, str]:
    """Return the asked quantity in its own unit and what bounds it.

    Raises:
        BadInput: if the quantity is none that a service has.
    """
    name, words = q.row.quantity, f"{q.row.measured} {q.row.unit} {q.row.workload}".lower()
    asks_prefill = name.startswith("prefill") or (name == "other" and re.search(r"input tokens|prefill", words))
    node = q.hw.node if "node" in words else 1
    if asks_prefill:
        size = float(q.row.ep or min(q.chips, 32 if q.hw.domain >= 32 else q.hw.node))
        return prefill_rate(q.model, q.hw, c, q.service, size) * node, "compute"
    found = setup_for(q, c)
    inputs = 1 + q.service.prompt / q.service.output if re.search(r"total \(in|in\+out", words) else 1.0
    values = {
        "tokens_per_s_per_chip": found.output_per_chip * inputs,
        "decode_tokens_per_s_per_chip": found.output_per_chip * inputs,
        "tokens_per_s": found.output_per_chip * inputs * q.chips,
        "ms_per_token": 1000 * found.token_s / (1.0 if "per user" in words else found.batch),
        "tpot_ms": 1000 * found.token_s,
        "ttft_ms": 1000 * found.prefill_s,
        "tokens_per_s_per_user": 1 / found.token_s,
        "output_tokens_per_s_per_user": 1 / found.token_s,
        "tokens_per_s_per_MW": found.output_per_chip * inputs * 1000 / q.hw.all_in_kw,
    }
    if name in values:
        return values[name], found.bound_by
    if "tokens/s" in words:
        return found.output_per_chip * inputs * node, found.bound_by
    raise BadInput(f"row {q.row.id}: quantity {name!r} ({q.row.measured}) is none that the serving model answers")
