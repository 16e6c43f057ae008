"""Turn a table row about training into a question the engine can compute: model, run, chip, stack, layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rechenmacht.domains.engine import layout, library, links, systems
from rechenmacht.domains.engine.benchmarks import benchmark
from rechenmacht.domains.engine.chipnames import chip_of, fits, left_over
from rechenmacht.domains.engine.hardware import Hardware, hardware
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.library import Stack, stacks
from rechenmacht.domains.engine.memory import States
from rechenmacht.domains.engine.modelnames import model_of
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.names import bits_of, year_of
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.spoken import said
from rechenmacht.domains.engine.training import Run
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

BY_FAMILY = {
    "tpu": "maxtext",
    "tpu-v4": "maxtext",
    "tpu-v6": "maxtext",
    "tpu-v7": "maxtext",
    "gaudi": "habana",
    "cdna": "rocm",
    "cdna4": "rocm",
    "ascend": "mindspeed",
}
NVIDIA = {"ampere", "hopper", "blackwell", "ada", "volta"}
SOFTWARE = {"megatron": "megatron-core", "megatron-bridge": "megatron-core", "nemo": "megatron-core",
            "deepspeed": "fsdp", "pytorch fsdp": "fsdp", "torchtitan": "fsdp", "primus": "rocm",
            "megatron-lm": "megatron-core", "megatron core": "megatron-core",
            "mindspore": "mindspeed", "optimum-habana": "habana"}  # fmt: skip
TOKENS_PER_CHIP = 8192  # of a global batch that nobody states
OPEN_BATCH = 0.04  # log spread that it adds
FREE = Bounds()


@dataclass
class Question:
    """What is to be computed, with what was left open: texts for people, and a log spread for the interval.

    `age`: years between the chip family's release and the software (None: mature); `maturity`: the share of its final
    speed set by whoever asks. `row`: the row of a table that asks, for what only tables can ask.
    """

    model: Model
    hw: Hardware
    stack: Stack
    run: Run
    chips: int
    bounds: Bounds
    age: float | None
    assumed: dict[str, str] = field(default_factory=dict)
    spread: float = 0.0
    moe: bool = False
    lora: bool = False
    maturity: float | None = None
    year: float | None = None
    row: Row | None = None


def hardware_of(base: Base, row: Row, assumed: dict[str, str]) -> tuple[Hardware, float]:
    """Return the chip that a row names and the log spread that an unclear name adds.

    Raises:
        BadInput: if the row names no chip that the base knows.
    """
    if row.system:
        found = systems.system(base, row.system)
        assumed |= found.hw.assumed
        return linked(found.hw, row, assumed), found.hw.spread
    if re.search(r"^\s*[\d.,]+\s*[kmg]w\b|\bracks?\b", row.chip.lower()):
        raise BadInput.of(
            "error.engine.chip_power",
            f"chip {row.chip!r} states a number or a power; name the chip, or use `system`",
            given=row.chip,
        )
    chip, unnamed = chip_of(base, row.chip, f"{row.workload} {row.interconnect}" if not row.chip else row.interconnect)
    if chip is None:
        raise BadInput.of("error.engine.chip", f"no known chip in {row.chip!r}", given=row.chip)
    if unnamed:
        assumed["chip"] = said("unnamed", "{name}", name=unnamed)
    if not row.kind.lower().startswith("decentral"):  # those runs have all kinds of members
        odd = left_over(base, row.chip)
        if odd:
            raise BadInput.of(
                "error.engine.chip_word",
                f"chip {row.chip!r}: {odd!r} is not understood; name one chip",
                given=row.chip,
                word=odd,
            )
    made = systems.housed(base, hardware(base, chip), None)
    fits(made, row.chip)
    assumed |= made.assumed
    return linked(made, row, assumed), (0.15 if unnamed else 0.0) + made.spread


def chips_of(base: Base, row: Row) -> int | None:
    """Return the chips of a row: its column, else those of the system that it names."""
    if row.chips is not None or not row.system:
        return row.chips
    found = systems.system(base, row.system)
    return found.chips if found.counted else None


def linked(hw: Hardware, row: Row, assumed: dict[str, str]) -> Hardware:
    """Return the chip with the links that the row's interconnect names."""
    rate = links.scaleout_of(row.interconnect, hw)
    if rate is None:
        links.known(row.interconnect, row.id)
    if rate is not None:
        assumed["scaleout_bandwidth"] = said(
            "links", "{n:g} GB/s per chip, of {given!r}", n=rate, given=row.interconnect
        )
        return replace(hw, scaleout_gbps=rate)
    return hw


@dataclass(frozen=True, slots=True)
class Asked:
    """A training question with everything settled but the arithmetic; the same for a row, a command and a request.

    `year`: date of the software (None: today's). `bounds`: what is fixed of the layout. `states`, `recompute`: None
    for what the stack usually does.
    """

    model: Model
    hw: Hardware
    chips: int
    batch: float
    seq: float
    bits: int
    stack: str
    year: float | None = None
    lora: bool = False
    bounds: Bounds = FREE
    recompute: float | None = None
    capacity: float | None = None
    maturity: float | None = None
    sharded: bool = False
    spread: float = 0.0
    assumed: dict[str, str] = field(default_factory=dict)


def usual_batch(chips: int, seq: float) -> float:
    """Return the global batch in sequences that is taken where none is given: 8,192 tokens per chip, one at least.

    A fixed batch would leave the chips of a huge system with next to nothing to do.
    """
    return float(max(chips * TOKENS_PER_CHIP / seq, 1))


def stack_of(words: str, family: str, year: float | None, given: str = "") -> str:
    """Return the training stack that words, chip family and date point to; a stack given by name decides.

    Raises:
        BadInput: if the given name is none.
    """
    known = stacks()
    if given:
        named = next((name for name in known if name == given or SOFTWARE.get(given) == name), None)
        if named is None:
            raise BadInput.of(
                "error.engine.software",
                f"no training software {given!r}{nearest(given, known)}; known: {', '.join(known)}",
                given=given,
                known=", ".join(known),
            )
        return "maxtext-gpu" if named == "maxtext" and family in NVIDIA else named
    sharded, old = bool(re.search(r"zero-?3", words)), family == "ampere" and year is not None and year < 2023
    rules = (
        (BY_FAMILY.get(family, ""), family in BY_FAMILY),
        ("deepspeed-2021", sharded and year is not None and year < 2022.5),
        ("fsdp", sharded or bool(re.search(r"fsdp|mosaic|llm-foundry", words))),
        ("mlperf", "mlperf" in words),
        ("maxtext-gpu", "maxtext" in words and family in NVIDIA),
        ("megatron-2022", old and bool(re.search(r"sequence parallel|selective|sp\+", words))),
        ("megatron-2021", old),
        ("megatron-core", family in NVIDIA),
    )
    return next((name for name, fits in rules if fits), "generic")


def usable_bits(bits: int, hw: Hardware, assumed: dict[str, str]) -> int:
    """Return the bits that the matrix products of training on a chip really have when so many are asked for."""
    usable = bits
    if usable <= 4 and hw.peak4 <= hw.peak8:
        usable = 8
    if usable == 8 and not hw.trains8:
        usable = 16
    if usable != bits:
        assumed["precision"] = said(
            "usable",
            "{n}-bit products: {chip} has no faster ones for training at {bits} bits",
            n=usable,
            chip=hw.name,
            bits=bits,
        )
    return usable


def bits_for(row: Row, hw: Hardware, assumed: dict[str, str], when: float | None) -> int:
    """Return the bits of the matrix products: as said, by chip and date where submitters chose.

    Raises:
        BadInput: if the row's precision names no number format.
    """
    text, lowered = row.precision, row.precision.lower()
    if "mlperf" in row.text and (" or " in lowered or "by submitter" in lowered or "nvidia" in lowered):
        newest = bool(re.search(r"v5\.[1-9]|v6", row.text)) or (when or 2024.0) >= 2025.8
        bits = 4 if hw.peak4 > hw.peak8 and newest and hw.family == "blackwell" else 8 if hw.trains8 else 16
        assumed["precision"] = said("products_for", "{n}-bit products for {given!r}", n=bits, given=text)
        return bits
    named, words = bits_of(text)
    if words:
        assumed["precision"] = words
    if re.search(r"w4a16|w8a16|nf4|int4|gptq|awq|weights", lowered) and "lora" not in row.text:
        raise BadInput.of(
            "error.engine.stored", f"{text!r} is a format of stored weights; training needs one of products", given=text
        )
    if named is None and text.strip():
        raise BadInput.of(
            "error.engine.format",
            f"no number format in {text!r}; known: bf16, fp16, fp8, mxfp8, nvfp4, int8...",
            given=text,
        )
    if named is None:
        named = 8 if "mlperf" in row.text and hw.trains8 else 16
        assumed["precision"] = said("products", "{n}-bit products", n=named)
    return usable_bits(named, hw, assumed)


def _recompute(row: Row) -> float | None:
    text = row.text
    if row.quantity == "tflops_hardware_per_chip" or re.search(r"full recompute|ckpt=true", text):
        return layout.FULL
    if "ckpt=false" in text:
        return layout.NONE
    return layout.SELECTIVE if "selective" in text else None


def bounds_of(a: Asked, stack: Stack) -> Bounds:
    """Return the layouts that the stack allows within what the question fixes: the one rule for all ways of asking."""
    sharded = a.sharded or stack.name in {"fsdp", "deepspeed-2021"}
    compiled = stack.name.startswith("maxtext") or stack.name == "generic"
    zero = a.bounds.zero if a.bounds.zero is not None else 3.0 if sharded else None if compiled else 1.0
    if zero == 1.0 and not stack.distributed_optimizer:
        zero = 0.0
    old = stack.name in {"megatron-2021", "deepspeed-2021"}
    recompute = a.recompute if a.recompute is not None else layout.FULL if old else layout.AUTO
    whole = sharded or stack.name.startswith("maxtext")
    return replace(a.bounds, zero=zero, recompute=recompute, sequence=stack.sequence,
                   pp=a.bounds.pp or (1 if whole else None))  # fmt: skip


def settled(a: Asked) -> Question:
    """Return the question that a training question is, with the stack's own rules."""
    stack = stacks()[a.stack]
    states = States(weight=2.0, gradient=0.0, optimiser=0.0) if a.lora else States()
    if not a.lora and stack.name in {"mlperf", "fsdp", "maxtext", "maxtext-gpu", "megatron-core", "ideal"}:
        states = States(gradient=2.0)
    age = None if a.year is None else max(a.year - library.families().of(a.hw.id).release, 0.0)
    run = Run(a.seq, a.batch, a.bits, 0.0 if a.lora else 1.0, a.capacity or 1.0, a.capacity is not None,
              states=states)  # fmt: skip
    a.assumed["stack"] = stack.name
    spread = (a.spread**2 + a.model.spread**2 + a.hw.spread**2) ** 0.5
    return Question(a.model, a.hw, stack, run, a.chips, bounds_of(a, stack), age, a.assumed, spread,
                    a.model.experts > 0, a.lora, a.maturity, a.year)  # fmt: skip


def asked(base: Base, row: Row) -> Asked:
    """Return the training question that a row's columns and words make up.

    Raises:
        BadInput: if the row names no known chip or no model.
    """
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    model = model_of(row, assumed)
    when = row.date or year_of(row.workload)
    stack = stack_of(row.text, hw.family, when, row.software)
    chips = chips_of(base, row)
    if chips is None:
        chips = 8
        assumed["n_chips"] = "8"
    seq = row.prompt
    if seq is None:
        seq = 8192.0 if "llama" in row.head else 4096.0 if model.experts else 2048.0
        assumed["seq"] = f"{seq:g}"
    batch = row.batch
    if batch is None:
        rules = benchmark(row.workload.lower()) if "mlperf" in row.text else None
        batch = usual_batch(chips, seq) if rules is None else rules.usual_batch(chips)
        if rules is None and row.pp is not None and row.tp is not None:  # enough microbatches to fill the pipeline
            batch = float(max(batch, 4 * row.pp * max(1, chips // (row.tp * row.pp))))
        assumed["global_batch_seqs"] = f"{batch:g}"
    capacity = re.search(r"cap(\d+(?:\.\d+)?)", row.workload)
    large = row.tp == 1 and row.pp == 1 and not row.experts and chips > 8 and (row.params_b or 0) > 20
    fixed = Bounds(tp=row.tp, pp=row.pp, cp=row.cp, ep=row.ep, vpp=row.vpp, micro=row.micro)
    return Asked(
        model, hw, chips, batch, seq, bits_for(row, hw, assumed, when), stack, when, "lora" in row.text, fixed,
        _recompute(row), float(capacity[1]) if capacity else None, None, large and not stack.startswith("maxtext"),
        (unclear**2 + (OPEN_BATCH**2 if row.batch is None else 0)) ** 0.5, assumed,
    )  # fmt: skip


def question(base: Base, row: Row) -> Question:
    """Return the question of a training row.

    Raises:
        BadInput: if the row names no known chip or no model.
    """
    q = settled(asked(base, row))
    q.row = row
    return q
