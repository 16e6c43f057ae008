"""Turn a table row about training into a question the engine can compute: model, run, chip, stack, layout."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rechenmacht.domains.engine import layout, library, models
from rechenmacht.domains.engine.hardware import Hardware, hardware
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.library import Stack, stacks
from rechenmacht.domains.engine.memory import States
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.names import bits_of, chip_of, year_of
from rechenmacht.domains.engine.rows import Row
from rechenmacht.domains.engine.training import Run
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

BY_FAMILY = {
    "tpu": "maxtext",
    "tpu-v4": "maxtext",
    "tpu-v6": "maxtext",
    "gaudi": "habana",
    "cdna": "rocm",
    "cdna4": "rocm",
    "ascend": "mindspeed",
}
NVIDIA = {"ampere", "hopper", "blackwell", "ada", "volta"}
BATCH_PER_CHIP = 4


@dataclass
class Question:
    """What is to be computed, with what the row left open: texts for people, and a log spread for the interval.

    `age`: years between the chip family's release and the run (None: unknown, taken as mature).
    """

    row: Row
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


def _cut(workload: str) -> float | None:
    found = re.search(r"cut to (\d+) layers", workload.lower())
    return float(found[1]) if found else None


def known_architecture(text: str, params_b: float | None) -> library.Architecture | None:
    """Return the published architecture that a text names and whose size fits, or None."""
    lowered = f" {re.sub(r'[_]+', '_', text.lower())} "
    table = library.architectures()
    best: tuple[int, library.Architecture] | None = None
    for name, row in table.items():
        at = lowered.find(name)
        if at < 0 or lowered[at - 1].isalnum() or lowered[at + len(name)].isdigit():
            continue
        if params_b is not None and not 0.8 < row.params_b / params_b < 1.25:
            continue
        if best is None or len(name) > best[0]:
            best = (len(name), row)
    return None if best is None else best[1]


def model_of(row: Row, assumed: dict[str, str]) -> Model:
    """Return the model that a row describes: a published one where its size and depth fit, else from its numbers.

    Raises:
        BadInput: if the row says neither the parameters nor layers and width.
    """
    cut = _cut(row.workload)
    known = known_architecture(row.head.replace("-", " "), row.params_b if cut is None else None)
    known = known or known_architecture(row.head, row.params_b if cut is None else None)
    known = known or _same_shape(row)
    same_depth = known is not None and (row.layers is None or cut is not None or abs(row.layers - known.layers) < 1)
    if known is not None and same_depth:
        assumed["architecture"] = f"{known.name}, as published"
        return models.from_architecture(known, cut)
    if row.params_b is None and (row.layers is None or row.hidden is None):
        size = re.search(r"(\d+(?:\.\d+)?)\s*(b|t)\b", row.head)
        if size is None:
            raise BadInput(f"row {row.id}: says neither the parameters nor layers and width of the model")
        scale = 1000.0 if size[2] == "t" else 1.0
        return _numbers(row, float(size[1]) * scale, assumed)
    return _numbers(row, row.params_b, assumed)


def _same_shape(row: Row) -> library.Architecture | None:
    """Return the published model with the same layers, width and size."""
    if row.layers is None or row.hidden is None:
        return None
    for known in library.architectures().values():
        sized = row.params_b is None or 0.9 < known.params_b / row.params_b < 1.1
        same_heads = row.kv_heads is None or row.kv_heads == known.kv_heads or known.latent > 0
        if (known.layers, known.hidden) == (row.layers, row.hidden) and sized and same_heads:
            return known
    return None


def _numbers(row: Row, params_b: float | None, assumed: dict[str, str]) -> Model:
    heads = row.heads
    if heads and row.hidden and row.hidden / heads > 512:
        heads = None
    vocab = 131072.0 if row.quantity == "tflops_model_per_chip" and "scaling" in row.workload else None
    made = models.from_numbers(
        params_b, row.active_b, row.layers, row.hidden, heads, row.kv_heads, row.experts, row.top_k, row.shared,
        vocab=vocab, name=f"row {row.id}",
    )  # fmt: skip
    assumed |= made.assumed
    return made


def hardware_of(base: Base, row: Row, assumed: dict[str, str]) -> tuple[Hardware, float]:
    """Return the chip that a row names and the log spread that an unclear name adds.

    Raises:
        BadInput: if the row names no chip that the base knows.
    """
    chip, said = chip_of(base, row.chip, f"{row.workload} {row.interconnect}")
    if chip is None:
        raise BadInput(f"row {row.id}: no known chip in {row.chip!r}")
    if said:
        assumed["chip"] = said
    found = hardware(base, chip)
    assumed |= found.assumed
    return found, (0.15 if said else 0.0) + found.spread


def stack_of(row: Row, hw: Hardware, year: float | None) -> str:
    """Return the name of the training stack that a row's words, chip and date point to."""
    text, old = row.text, hw.family == "ampere" and (year or 2021.3) < 2023
    sharded = "zero-3" in text or "zero3" in text
    rules = (
        (BY_FAMILY.get(hw.family, ""), hw.family in BY_FAMILY),
        ("deepspeed-2021", sharded and (year or 2021) < 2022.5),
        ("fsdp", sharded or "fsdp" in text or "mosaic" in text),
        ("mlperf", "mlperf" in text),
        ("megatron-2022", hw.family == "ampere" and bool(re.search(r"sequence parallel|selective|sp\+", text))),
        ("megatron-2021", old),
        ("megatron-core", hw.family in NVIDIA),
    )
    return next((name for name, fits in rules if fits), "generic")


def bits_for(row: Row, hw: Hardware, assumed: dict[str, str]) -> int:
    """Return the bits of the matrix products: as said, resolved by submitter and chip where several are offered."""
    text, lowered = row.precision, row.precision.lower()
    if "mlperf" in row.text and (" or " in lowered or "by submitter" in lowered or "nvidia" in lowered):
        nvidia = bool(re.search(r"nvidia/|nvidia_|_nvidia|coreweave", f"{row.id} {row.source}".lower()))
        newest = bool(re.search(r"v5\.[1-9]|v6", row.text))
        capable = hw.peak4 > hw.peak8 and newest
        bits = 4 if capable and nvidia else 8 if hw.trains8 else 16
        assumed["precision"] = f"{bits}-bit products for {text!r}"
        return bits
    named, said = bits_of(text)
    if said:
        assumed["precision"] = said
    if named is None:
        named = 8 if "mlperf" in row.text and hw.trains8 else 16
        assumed["precision"] = f"{named}-bit products"
    return 16 if named <= 8 and not hw.trains8 else named


def _recompute(row: Row, stack: Stack) -> float:
    text = row.text
    if row.quantity == "tflops_hardware_per_chip" or re.search(r"full recompute|ckpt=true", text):
        return layout.FULL
    if "ckpt=false" in text:
        return layout.NONE
    if re.search(r"selective", text):
        return layout.SELECTIVE
    return layout.FULL if stack.name in {"megatron-2021", "deepspeed-2021"} else layout.AUTO


def _bounds(row: Row, stack: Stack, chips: int) -> Bounds:
    sharded = stack.name in {"fsdp", "deepspeed-2021"} or (
        stack.name != "maxtext" and row.tp == 1 and row.pp == 1 and not row.experts and chips > 8
        and (row.params_b or 0) > 20
    )  # fmt: skip
    zero: float | None = 3.0 if sharded else 1.0 if stack.distributed_optimizer else 0.0
    if stack.name == "maxtext":
        zero = None  # fully sharded or not: whatever is fastest
    return Bounds(
        tp=row.tp, pp=row.pp or (1 if sharded or stack.name == "maxtext" else None), cp=row.cp, ep=row.ep, vpp=row.vpp,
        micro=row.micro, recompute=_recompute(row, stack), zero=zero, sequence=stack.sequence,
    )  # fmt: skip


def question(base: Base, row: Row) -> Question:
    """Return the question of a training row.

    Args:
        base: the fact base.
        row: the row.

    Raises:
        BadInput: if the row names no known chip or no model.
    """
    assumed: dict[str, str] = {}
    hw, unclear = hardware_of(base, row, assumed)
    model = model_of(row, assumed)
    year = year_of(f"{row.id} {row.source} {row.workload}")
    stack = stacks()[stack_of(row, hw, year)]
    assumed["stack"] = stack.name
    bits = bits_for(row, hw, assumed)
    chips = row.chips or 8
    if row.chips is None:
        assumed["n_chips"] = "8"
    seq = row.prompt
    if seq is None:
        seq = 8192.0 if "llama" in row.head else 4096.0 if model.experts else 2048.0
        assumed["seq"] = f"{seq:g}"
    batch = row.batch
    if batch is None:
        batch = float(max(chips * BATCH_PER_CHIP * 2048 / seq, 1))
        if row.pp is not None and row.tp is not None:  # enough microbatches to fill the pipeline
            batch = float(max(batch, 4 * row.pp * max(1, chips // (row.tp * row.pp))))
        assumed["global_batch_seqs"] = f"{batch:g}"
    age = None if year is None else max(year - library.families().of(hw.id).release, 0.0)
    capacity = re.search(r"cap(\d+(?:\.\d+)?)", row.workload)
    imbalance = float(capacity[1]) if capacity else 1.0
    lora = "lora" in row.text
    states = States(weight=1.0 if bits <= 8 else 2.0, gradient=0.0, optimiser=0.0) if lora else States()
    if not lora and (stack.name in {"mlperf", "fsdp", "maxtext", "megatron-core"}):
        states = States(gradient=2.0)
    return Question(
        row, model, hw, stack,
        Run(seq, batch, bits, 0.0 if lora else 1.0, imbalance, states=states),
        chips, _bounds(row, stack, chips), age, assumed,
        (unclear**2 + model.spread**2 + (0.04**2 if row.batch is None else 0) + hw.spread**2) ** 0.5,
        model.experts > 0,
    )  # fmt: skip
