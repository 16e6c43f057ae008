"""Whole answers for one system: a training run or a service with time, power, energy and money, with intervals."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from rechenmacht.domains.engine import library
from rechenmacht.domains.engine.ask import OPEN_BATCH, Asked, Question, settled, stack_of, usable_bits, usual_batch
from rechenmacht.domains.engine.asked_serving import USUAL, ServingQuestion, stack_said
from rechenmacht.domains.engine.best import Best, best
from rechenmacht.domains.engine.found import Band, Found, banded
from rechenmacht.domains.engine.inference import Service
from rechenmacht.domains.engine.layout import Bounds
from rechenmacht.domains.engine.library import Stack
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.offsets import Offsets, offsets
from rechenmacht.domains.engine.outcome import Terms, outcome
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.service import service_found, service_outcome
from rechenmacht.domains.engine.serving import Target
from rechenmacht.domains.engine.setups import setup_for, within
from rechenmacht.domains.engine.splits import splits
from rechenmacht.domains.engine.spoken import said
from rechenmacht.domains.engine.systems import System
from rechenmacht.domains.engine.table import training_found
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

BITS = {"bf16": 16, "fp16": 16, "16": 16, "fp8": 8, "int8": 8, "8": 8, "fp4": 4, "nvfp4": 4, "4": 4}
SERVING_STACK = USUAL  # `other` for the rest: the best that is published for a chip


def bits(precision: str) -> int:
    """Return the bits of a number format by name.

    Raises:
        BadInput: if there is no such format.
    """
    if precision.lower() not in BITS:
        raise BadInput(f"no number format {precision!r}; known: {', '.join(BITS)}")
    return BITS[precision.lower()]


def stack_for(system: System, name: str | None = None, year: float | None = None) -> Stack:
    """Return the named training stack, or the usual one of the chip's family at a date.

    Raises:
        BadInput: if there is no such stack.
    """
    return library.stacks()[stack_of("", system.hw.family, year, (name or "").lower())]


@dataclass(frozen=True, slots=True)
class Training:
    """A training run on a system. Seconds, tokens/s, shares, GB, kW at the plug and at the grid, MWh, USD, days."""

    system: str
    model: str
    chips: int
    layout: dict[str, float]
    step_s: Band
    tokens_per_s: Band
    mfu: Band
    memory_gb: float
    bound_by: str
    parts: dict[str, float]
    node_kw: float
    grid_kw: float
    goodput: float
    days: Band | None
    energy_mwh: Band | None
    usd_owned: Band | None
    usd_rented: Band | None
    engineering_usd: float | None
    assumed: dict[str, str]
    chips_used: int
    gpu_hours: Band | None
    tokens_per_s_per_mw: Band
    usd_per_million_tokens: Band | None
    batch: float


def fastest(q: Question, c: Coefficients) -> Best:
    """Return the step and layout of the fastest parallelisation that fits, on all chips or nearly all.

    Raises:
        BadInput: if none exists, or none fits (saying by how many GB).
    """
    splits(q.model, q.bounds)
    found = best(q, c)
    if not found.fits:
        least = max(float(np.min(found.step.memory_gb)), 0.0)
        limit = q.hw.memory_gb * c["memory.usable"]
        raise BadInput(
            f"{q.model.name} does not fit on {q.chips} x {q.hw.name}: even the leanest layout is "
            f"{least - limit:.1f} GB per chip too much ({least:.1f} of {limit:.1f} GB)"
        )
    return found


def _positive(**numbers: float) -> None:
    for what, value in numbers.items():
        if not value > 0:
            raise BadInput(f"{what} must be above zero, not {value:g}")


def settle(
    system: System, model: Model, batch: float | None, seq: float, precision: str = "bf16",
    stack: str | None = None, bounds: Bounds | None = None, maturity: float | None = None, lora: bool = False,
    year: float | None = None,
) -> Question:  # fmt: skip
    """Return the training question that the options of a command make up, as a row of a table with them does.

    Raises:
        BadInput: if the format or the stack is unknown, or a number is not above zero.
    """
    _positive(batch=1.0 if batch is None else batch, seq=seq, maturity=1.0 if maturity is None else maturity)
    assumed = {**system.hw.assumed, **model.assumed}
    unclear = OPEN_BATCH if batch is None else 0.0
    if batch is None:
        batch = usual_batch(system.chips, seq)
        assumed["global_batch_seqs"] = said("usual_batch", "{n:,.0f} sequences: 8,192 tokens per chip", n=batch)
    if system.said:
        assumed["system"] = system.said
    width = usable_bits(bits(precision), system.hw, assumed)
    used = stack_of("", system.hw.family, year, (stack or "").lower())
    fixed = bounds or Bounds()
    large = fixed.tp == 1 and fixed.pp == 1 and not model.experts and system.chips > 8 and model.params > 20e9
    return settled(Asked(
        model, system.hw, system.chips, batch, seq, width, used, year, lora, fixed, maturity=maturity,
        sharded=large and not used.startswith("maxtext"), spread=unclear, assumed=assumed,
    ))  # fmt: skip


def paced(
    base: Base, q: Question, found: Best, c: Coefficients, shift: Offsets | None = None, terms: Terms | None = None
) -> tuple[Found, Band]:
    """Return tokens/s of a chosen layout before offsets, and with them and its interval: the one rule for commands."""
    raw = training_found(base, q, found, c, "tokens_per_s", terms or Terms())
    return raw, banded(shift or offsets(), raw, raw.kind, "training")


def train(
    base: Base, system: System, model: Model, c: Coefficients, batch: float | None, seq: float, precision: str = "bf16",
    tokens: float | None = None, stack: str | None = None, bounds: Bounds | None = None, region: str = "us",
    price: float | None = None, rent: float | None = None, maturity: float | None = None, lora: bool = False,
    year: float | None = None, use: float | None = None, engineering: float | None = None,
    shift: Offsets | None = None,
) -> Training:  # fmt: skip
    """Return what a training run takes on a system.

    Args:
        base: the fact base (prices).
        system: the system.
        model: the model.
        c: coefficients.
        batch: global batch in sequences (None: 8,192 tokens per chip).
        seq: tokens per sequence.
        precision: number format of the matrix products.
        tokens: tokens of the whole run (None: only rates).
        stack: training stack (default: the family's at its date).
        bounds: what the layout fixes.
        region: where electricity is bought.
        price: USD per chip.
        rent: USD per chip and hour.
        maturity: share of the stack's final speed that is reached (default: by its date).
        lora: train adapters only.
        year: date of the software (default: today's, mature).
        use: share of the time in which owned chips work.
        engineering: extra engineering as a share of the cost of compute.
        shift: calibrated offsets (default: the shipped ones).

    Raises:
        BadInput: if nothing fits, or a number cannot be.
    """
    _positive(tokens=1.0 if tokens is None else tokens)
    q = settle(system, model, batch, seq, precision, stack, bounds, maturity, lora, year)
    found = fastest(q, c)
    terms = Terms(tokens, region, price, rent, use, engineering)
    raw, rate = paced(base, q, found, c, shift, terms)
    values = outcome(base, q, found, c, terms)
    by = {name: values[name] / values["tokens_per_s"] for name in ("mfu_pct",)}

    def slower(name: str) -> Band | None:
        return rate.inverse(values[name] * raw.value) if name in values else None

    seconds = float(found.step.seconds[0])
    return Training(
        system.name, model.name, system.chips, found.layout.row(0), rate.inverse(found.batch * seq), rate,
        rate.scaled(by["mfu_pct"] / 100), float(found.step.memory_gb[0]), found.step.bound_by(0),
        {name: float(value[0]) / seconds for name, value in found.step.parts.items()}, values["node_kw"],
        values["grid_kw"], values["goodput_pct"] / 100, slower("days"), slower("energy_mwh"), slower("usd"),
        slower("usd_rented"), None if tokens is None else values["engineering_usd"] * raw.value / rate.value, q.assumed,
        found.chips, slower("gpu_hours"), rate.scaled(1000 / values["grid_kw"]), slower("usd_per_million_tokens"),
        found.batch,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Serving:
    """A service on a system: output tokens/s in all, per chip, per user, per MW at the grid; USD per million tokens."""

    system: str
    model: str
    chips: int
    chips_per_replica: float
    batch: float
    tokens_per_s: Band
    per_chip: Band
    per_user: float
    first_token_s: float
    per_mw: Band
    usd_per_million_owned: Band
    usd_per_million_rented: Band | None
    virtual_workers: Band
    bound_by: str
    memory_gb: float
    grid_kw: float
    assumed: dict[str, str]
    ms_per_token: Band
    first_token: Band
    first_token_p95_s: float
    first_token_p99_s: float
    joules_per_token: Band
    usd_per_million_total_tokens: Band
    usd_per_million_input_tokens: Band


def served(
    system: System, model: Model, service: Service, target: Target, named: bool = True, **more: Any
) -> ServingQuestion:
    """Return the serving question that the options of a command make up, as a row of a table with them does.

    Args:
        system: the system.
        model: the model.
        service: prompt and output lengths, formats, software.
        target: latency limits.
        named: whether somebody named the software.
        more: further fields of the question: `sizes`, `batch`, `concurrent`, `arrival`, `dated`, `terms`.
    """
    hw = system.hw
    wide = service.compute_bits
    if wide == 4 and hw.peak4 <= hw.peak8:
        wide = 8 if hw.peak8 > hw.peak16 else 16
    if wide == 8 and hw.peak8 <= hw.peak16:
        wide = 16
    assumed = {**hw.assumed, **model.assumed, "stack": stack_said(service.stack, named)}
    if system.said:
        assumed["system"] = system.said
    return ServingQuestion(
        model, hw, replace(service, compute_bits=wide), target, system.chips, assumed=assumed,
        spread=math.hypot(hw.spread, model.spread), **more,
    )  # fmt: skip


def serving(
    base: Base, system: System, model: Model, c: Coefficients, service: Service, target: Target, region: str = "us",
    price: float | None = None, rent: float | None = None, per_worker: float | None = None,
    shift: Offsets | None = None, use: float | None = None, engineering: float | None = None, **more: Any,
) -> Serving:  # fmt: skip
    """Return the best service of a model on a system within a latency target.

    Args:
        base: the fact base (prices).
        system: the system.
        model: the model.
        c: coefficients.
        service: prompt and output lengths, formats.
        target: latency limits.
        region: where electricity is bought.
        price: USD per chip.
        rent: USD per chip and hour.
        per_worker: output tokens/s of one virtual worker (default: coefficient).
        shift: calibrated offsets (default: the shipped ones).
        use: share of the time in which owned chips work.
        engineering: extra engineering as a share of the cost of compute.
        more: `sizes` (chips per replica), `batch` (sequences in flight per replica), `arrival` (requests/s), `dated`,
            `named` (whether somebody named the software).

    Raises:
        BadInput: if the model or a replica does not fit, or more requests arrive than it can serve.
    """
    shift = shift or offsets()
    q = served(system, model, service, target, terms=Terms(None, region, price, rent, use, engineering), **more)
    q = within(q, shift)
    found = setup_for(q, c)
    values = service_outcome(base, q, found, c)

    def band(name: str) -> Band:
        made = service_found(q, c, name, values[name], found)
        return banded(shift, made, made.kind, "serving")

    total = band("tokens_per_s")
    workers = band("virtual_workers") if per_worker is None else total.scaled(1 / per_worker)
    rented = band("usd_per_million_rented") if "usd_per_million_rented" in values else None
    return Serving(
        system.name, model.name, system.chips, found.chips, found.batch, total, band("tokens_per_s_per_chip"),
        band("tokens_per_s_per_user").value, band("ttft_s").value / 1000, band("tokens_per_s_per_MW"),
        band("usd_per_million_tokens"), rented, workers, found.bound_by, found.memory_gb, values["grid_kw"], q.assumed,
        band("tpot_ms"), band("ttft_ms").scaled(0.001), band("ttft_p95_ms").value / 1000,
        band("ttft_p99_ms").value / 1000,
        band("energy_per_token_J"), band("usd_per_million_total_tokens"), band("usd_per_million_input_tokens"),
    )  # fmt: skip


def plain(result: Any) -> Any:
    """Return a result as plain data for JSON."""
    return asdict(result)
