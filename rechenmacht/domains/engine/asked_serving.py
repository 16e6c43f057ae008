"""Serving questions: which service a row describes, settled as a command settles it; and its set-up."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache

from rechenmacht.domains.engine.ask import chips_of, hardware_of
from rechenmacht.domains.engine.hardware import Hardware
from rechenmacht.domains.engine.inference import TODAY, Service
from rechenmacht.domains.engine.library import families, serving_software
from rechenmacht.domains.engine.modelnames import model_of
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.names import bits_of, year_of
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.serving import Target
from rechenmacht.domains.engine.spoken import said
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

# Mean prompt and output tokens of the benchmark's data set, and limits of the server and the interactive scenario
# (s per token, s to first). Limits: mlperf.conf of the v6.0 round; outputs: tokens over samples of its logs (637, 3749,
# 129, 287, 1374); prompts: the data sets' descriptions, of gpt-oss an estimate (its longest is 15,536).
MLPERF: tuple[tuple[str, float, float, tuple[float, float], tuple[float, float]], ...] = (
    (r"llama-?2|llama 2", 294, 287, (0.200, 2.0), (0.040, 0.45)),
    (r"405b", 9428, 637, (0.175, 6.0), (0.080, 4.5)),
    (r"deepseek", 800, 3749, (0.080, 2.0), (0.015, 1.5)),
    (r"8b", 778, 129, (0.100, 2.0), (0.030, 0.5)),
    (r"mixtral", 144, 145, (0.200, 2.0), (0.200, 2.0)),
    (r"gpt-?oss", 7500, 1374, (0.080, 3.0), (0.015, 2.0)),
)
ONLY_RATES = Terms()
HEADROOM = 0.85  # the limits bind the 99th percentile; published logs have means of 0.76 to 0.93 of the limit
DRAFTED = 2.4  # tokens per step of three drafted ones, DeepSeek's own head (judgement from 1.8 for one)
SOFTWARE: tuple[tuple[str, str], ...] = (
    (r"mlperf", "mlperf"), (r"cloudmatrix|cm384", "cloudmatrix"), (r"open-infra|production|^deepseek$", "deepseek"),
    (r"ds-inference|deepspeed|ds-inf|ds-zero", "deepspeed"), (r"accelerate|(?<!k)transformers", "transformers"),
    (r"tensorrt(?:[- ]llm)?|trt-?llm", "trtllm"), (r"sglang", "sglang"), (r"vllm", "vllm"), (r"^rocm$|atom", "rocm"),
    (r"llama[ ._-]?cpp|ollama|lm studio", "llamacpp"), (r"^other$", "other"),
)  # fmt: skip
VERSION = re.compile(r"[ @=_-]*\bv?\d+(?:\.\d+)+(?:\.?(?:post|rc|dev)\d+)?")
UNDATED = 0.29  # years: software of an undated question may be of any day of a year (standard deviation)
NAMES = (
    "trtllm",
    "sglang",
    "vllm",
    "rocm",
    "cloudmatrix",
    "deepseek",
    "deepspeed",
    "transformers",
    "llamacpp",
    "mlperf",
    "other",
)
IN_TURN = {"transformers", "llamacpp"}
ONE_DRAFT = 1.8  # the same with one drafted token (DeepSeek-V3 report: 85 to 90 % accepted)
USUAL = {"cdna": "rocm", "cdna4": "rocm", "ascend": "cloudmatrix"}


@dataclass
class ServingQuestion:
    """A serving question with everything settled but the arithmetic; the same for a row, a command and a request.

    `batch`: sequences in flight per replica (None: as many as serve best); `concurrent`: of the whole system, which its
    replicas share. `sizes`: chips per replica to choose from (None: all sensible ones). `arrival`: requests per second
    of the whole system. `dated`: whether somebody said how old the software is. `row`: the row of a table that asks.
    `speed`: how much faster its kind of services is than the physics (by its offset).
    """

    model: Model
    hw: Hardware
    service: Service
    target: Target
    chips: int
    batch: float | None = None
    concurrent: bool = False
    sizes: tuple[float, ...] | None = None
    arrival: float | None = None
    dated: bool = False
    assumed: dict[str, str] = field(default_factory=dict)
    spread: float = 0.0
    row: Row | None = None
    terms: Terms = ONLY_RATES
    speed: float = 1.0


def _match(pattern: str, text: str) -> float | None:
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def _bits(row: Row, hw: Hardware, assumed: dict[str, str]) -> tuple[int, int]:
    """Return bits of weights and of products.

    Raises:
        BadInput: if the row's precision names no number format.
    """
    text = row.precision.lower()
    if "by submitter" in text or ("/" in text and "fp4" in text and "fp8" in text):
        bits = 4 if hw.peak4 > hw.peak8 else 8
        assumed["precision"] = said("bits_for", "{n} bits for {given!r}", n=bits, given=row.precision)
        return bits, bits
    words_of = " ".join((row.precision, row.workload))
    named, words = bits_of(row.precision)
    if "fp16/int8" in text:
        named, words = (8, "") if "int8" in row.workload.lower() else (16, "")
    if named is None and text.strip():
        raise BadInput.of(
            "error.engine.format",
            f"no number format in {row.precision!r}; known: bf16, fp8, mxfp4, nvfp4, int8...",
            given=row.precision,
        )
    if named is None:
        named, words = bits_of(row.workload)
    if named is None:
        named, words = 8, said("weights", "{n}-bit weights", n=8)
    bits = named
    if words:
        assumed["precision"] = words
    weights_only = bits == 4 and (re.search(r"weights|mx4|int4|nf4|w4a16", words_of.lower()) or hw.peak4 <= hw.peak8)
    products = 16 if hw.peak8 <= hw.peak16 else bits
    if weights_only:
        products = 8 if hw.peak8 > hw.peak16 and (hw.family != "hopper" or "mlperf" in row.text) else 16
    return bits, products


@lru_cache(4096)
def serving_stack(words: str, family: str, given: str = "") -> str:
    """Return the serving software that words and chip family point to; what is given by name decides.

    Raises:
        BadInput: if the given software is unknown, or runs on no chip of the family's maker.
    """
    if not given:
        spoken = next((name for pattern, name in SOFTWARE if re.search(pattern, words)), None)
        return USUAL.get(family, "other") if spoken is None else _running(spoken, family)
    bare = VERSION.sub(" ", given.lower()).strip()
    found = {name for pattern, name in SOFTWARE if re.fullmatch(rf"(?:nvidia|amd)?\s*(?:{pattern})", bare)}
    if len(found) == 1:
        return _running(found.pop(), family)
    raise BadInput.of(
        "error.engine.software",
        f"no serving software {given!r}{nearest(given, NAMES)}; known: {', '.join(NAMES)}",
        given=given,
        known=", ".join(NAMES),
    )


def _running(name: str, family: str) -> str:
    """Return a software that runs on a family's chips.

    Raises:
        BadInput: naming what does, if it does not.
    """
    maker = next(row.vendor for row in families().rows if row.name == family)
    known = serving_software()
    if known[name].runs_on(maker):
        return name
    able = ", ".join(other for other, row in known.items() if row.runs_on(maker))
    makers = ", ".join(known[name].vendors)
    raise BadInput(f"{name} runs on chips of {makers}, not of {maker} ({family}); what does: {able}")


def stack_said(name: str, named: bool) -> str:
    """Return the software as it is listed under what was assumed: what it stands for, where nobody named it."""
    if named:
        return name
    if name == "other":
        return said(
            "unnamed_software",
            "none named: as fast as published runs that name none, faster than most that can be named ({names})",
            names="vllm, sglang, trtllm",
        )
    return said("usual_software", "none named: {name}, the usual one of these chips", name=name)


def _lengths(row: Row, assumed: dict[str, str]) -> tuple[float, float, Target, bool]:
    text = row.head
    if "mlperf" in row.text:
        for words, long_in, long_out, server, interactive in MLPERF:
            if re.search(words, text):
                assumed["lengths"] = said(
                    "lengths", "{prompt:g} prompt and {output:g} output tokens on average (benchmark data set)",
                    prompt=long_in, output=long_out,
                )  # fmt: skip
                limit = interactive if "interactive" in text else server if "server" in text else None
                target = Target() if limit is None else Target(limit[0] * HEADROOM, limit[1], 0.99, True)
                return long_in, long_out, target, True
    prompt, output = row.prompt, row.output
    if prompt is None:
        prompt = 128.0 if re.search(r"bs=|batch", text) else 2048.0
        assumed["prompt"] = said("tokens", "{n:g} tokens", n=prompt)
    if output is None:
        output = 128.0 if re.search(r"bs=|single", text) else 1024.0
        assumed["output"] = said("tokens", "{n:g} tokens", n=output)
    per_user = _match(r"at (\d+(?:\.\d+)?) tok(?:ens)?/s/user", text)
    token = 1 / per_user if per_user else None
    most = _match(r"tpot\s*[<≤=]*\s*(\d+(?:\.\d+)?)\s*ms", text)
    if most:
        token = most / 1000
    if token is None and row.batch is None and row.concurrency is None and row.arrival is None:
        assumed["latency"] = said(
            "unlimited", "no limit per token: as many tokens as it can (`tpot<=50ms` in workload sets one)"
        )
    return prompt, output, Target(token), False


def per_step(acceptance: float, drafted: int = 1) -> float:
    """Return tokens per decode step: the number itself from 1 on, else those of drafts accepted with that probability.

    With probability p and k drafted tokens 1 + p + ... + p^k tokens come out of a step.

    Raises:
        BadInput: if it is not above zero.
    """
    if not acceptance > 0:
        raise BadInput(f"acceptance must be above zero, not {acceptance:g}")
    return acceptance if acceptance >= 1 else sum(acceptance**k for k in range(drafted + 1))


def _speculation(row: Row, benchmark: bool, assumed: dict[str, str]) -> float:
    """Return tokens per decode step of a row."""
    if row.accepted is not None:
        return per_step(row.accepted)
    words = f"{row.text} {row.precision}".lower()
    if benchmark and "interactive" in words and "deepseek" in words:
        assumed["speculation"] = said(
            "drafted", "{n:g} tokens per step, three drafted (the benchmark's reference)", n=DRAFTED
        )
        return DRAFTED
    if re.search(r"\bmtp\b|eagle|speculat", words) and not re.search(r"(no|without|w/o)[ -]+(mtp|specul)", words):
        assumed["speculation"] = said("one_draft", "{n:g} tokens per step", n=ONE_DRAFT)
        return ONE_DRAFT
    return 1.0


def _batch(row: Row) -> tuple[float | None, bool]:
    """Return sequences in flight and whether they are those of the whole system."""
    if row.concurrency is not None:
        return row.concurrency, True
    text = row.head
    batch = _match(r"(?:bs|batch(?: size)?)\s*=?\s*(\d+)", text)
    if batch is None and row.batch is not None:
        batch = row.batch
    if batch is not None:
        return batch, False
    return _match(r"conc(?:urrency)?\s*=?\s*(\d+)", text), True


def reads(row: Row) -> bool:
    """Return whether a row asks how fast chips read prompts that do nothing else."""
    words = f"{row.measured} {row.unit} {row.workload}".lower()
    return row.quantity.startswith("prefill") or (
        row.quantity == "other" and bool(re.search(r"input tokens|prefill", words))
    )


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
    stack = serving_stack(row.text, hw.family, row.software)
    disaggregated = bool(re.search(r"disagg|cloudmatrix|prefill unit|decode unit|pd separat", row.text))
    by_itself = re.search(r"decode", row.head) and not re.search(r"prefill|offline|server", row.head)
    disaggregated = disaggregated or bool(by_itself) or row.quantity.startswith(("decode", "prefill"))
    cached = row.cached if row.cached is not None else _match(r"(\d+(?:\.\d+)?)\s*% (?:kv )?cache hits?", row.text)
    given = chips_of(base, row)
    chips = given or (8 if hw.domain <= 8 else min(hw.domain, 72))
    split = row.ep or (row.tp or 0) * (row.pp or 1)  # chips of one replica, if the row says how it is split
    each = re.search(r"node|server|per (?:gpu|chip|card)|/(?:gpu|chip|card)", f"{row.measured} {row.unit}".lower())
    if split > chips and not (row.ep and each):
        raise BadInput(f"a replica of {split} chips does not stand on {chips} x {hw.name}")
    if reads(row):
        split = min(split, chips)
    chips = max(chips, split)  # a rate per node or chip of a replica whose experts spread over several nodes
    if given is None:
        assumed["n_chips"] = said("replica", "up to {n} per replica", n=chips)
    batch, concurrent = _batch(row)
    cache = 8 if weights <= 8 and stack not in IN_TURN else 16
    service = Service(
        prompt, output, weights, products, cache, stack, _speculation(row, benchmark, assumed), disaggregated,
        min((cached or 0.0) / 100, 0.99), 1.0 if benchmark else 0.5,
        year=row.date or year_of(row.workload) or TODAY,
    )  # fmt: skip
    if products == 8 and hw.family in {"ampere", "volta"} and stack in {"deepspeed", "transformers"}:
        service = replace(service, slow8=True)
        assumed["int8"] = said("int8", "8-bit products with 16-bit outliers, as of 2022")
    assumed["stack"] = stack_said(stack, bool(row.software) or stack != USUAL.get(hw.family, "other"))
    return ServingQuestion(
        model, hw, service, target, chips, batch, concurrent, (float(split),) if split else None,
        row.arrival, bool(row.date or year_of(row.workload)), assumed, math.hypot(unclear, model.spread), row,
        Terms(None, row.region, row.price, row.rent),
    )  # fmt: skip


def spread_of(q: ServingQuestion, c: Coefficients) -> float:
    """Return the log spread of a service before its kind's: what was unclear, and which software of which quarter.

    Software that nobody measured is as uncertain as its prior; of an undated one it is open how much of the yearly gain
    it has.
    """
    gain = c["serve.gain_moe" if q.model.experts else "serve.gain"]
    name = q.service.stack if c.known("serve.stack", q.service.stack) else "other"
    return math.hypot(q.spread, c.spread.get(f"serve.stack.{name}", 0.0), 0.0 if q.dated else gain * UNDATED)
