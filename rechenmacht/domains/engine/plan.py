"""Whole answers for one system: a training run or a service with time, power, energy and money, with intervals."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from rechenmacht.domains.engine import cost, library
from rechenmacht.domains.engine.ask import BY_FAMILY, NVIDIA
from rechenmacht.domains.engine.goodput import goodput
from rechenmacht.domains.engine.inference import Service
from rechenmacht.domains.engine.layout import AUTO, Bounds, divisors, space
from rechenmacht.domains.engine.library import Stack
from rechenmacht.domains.engine.memory import States
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.offsets import offsets
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.power import busy_share, power
from rechenmacht.domains.engine.serving import Setup, Target, best_setup
from rechenmacht.domains.engine.systems import System
from rechenmacht.domains.engine.table import Z80
from rechenmacht.domains.engine.training import Run, Step, step
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

BITS = {"bf16": 16, "fp16": 16, "16": 16, "fp8": 8, "int8": 8, "8": 8, "fp4": 4, "nvfp4": 4, "4": 4}
UNMEASURED = 0.15  # log spread of a chip whose own best matrix product nobody has published
SERVING_STACK = {"hopper": "trtllm", "blackwell": "trtllm", "ampere": "trtllm", "ada": "trtllm", "cdna": "rocm",
                 "cdna4": "rocm",
                 "ascend": "cloudmatrix"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Band:
    """A value with its 80 % interval."""

    low: float
    value: float
    high: float

    def scaled(self, by: float) -> Band:
        """Return the band times a positive number."""
        return Band(self.low * by, self.value * by, self.high * by)


def bits(precision: str) -> int:
    """Return the bits of a number format by name.

    Raises:
        BadInput: if there is no such format.
    """
    if precision.lower() not in BITS:
        raise BadInput(f"no number format {precision!r}; known: {', '.join(BITS)}")
    return BITS[precision.lower()]


def stack_for(system: System, name: str | None = None) -> Stack:
    """Return the named training stack, or the usual one of the chip's family.

    Raises:
        BadInput: if there is no such stack.
    """
    known = library.stacks()
    if name is None:
        family = system.hw.family
        name = BY_FAMILY.get(family, "megatron-core" if family in NVIDIA else "generic")
    if name not in known:
        raise BadInput(f"no stack {name!r}; known: {', '.join(known)}")
    return known[name]


def calibrated_kind(model: Model, family: str, width: int) -> str:
    """Return the kind of measurement whose offset and spread a training prediction takes."""
    if family.startswith("tpu"):
        return "train_tpu"
    if family in {"ascend", "china-other"}:
        return "train_moe_china" if model.experts else "train_dense_china"
    if model.experts:
        return "train_moe_nvidia"
    return "train_dense_nvidia_bf16" if width >= 16 else "train_dense_nvidia_fp8_fp4"


def _band(value: float, kind: str, family: str, moe: bool, unclear: float, part: str, slower: bool) -> Band:
    """Return the band of a rate (or of a time, where `slower`) with the offset of its kind."""
    member = f"{family}:moe" if moe else family
    table = offsets()
    move, spread = table.of(kind, member, part)
    row = table.rows.get((kind, member))
    few = 0.12 if row is None else 0.25 / (1 + row.points)
    spread = math.hypot(math.hypot(spread, unclear), few)
    # offsets are in the direction of the quantity that was measured most: rates
    value *= math.exp(-move if slower else move)
    return Band(value * math.exp(-Z80 * spread), value, value * math.exp(Z80 * spread))


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


def _near(number: int, wanted: int) -> str:
    near = sorted(sorted(divisors(number), key=lambda d: abs(d - wanted))[:2])
    return f"nearest: {', '.join(map(str, near))}"


def _divides(model: Model, bounds: Bounds) -> None:
    """Refuse stages and tensor ranks that do not divide the model.

    Two layers may be missing: the first and the last stage hold the embedding and the output (Llama 3 405B).
    """
    layers, heads = round(model.layers), round(model.heads)
    if bounds.pp and layers % bounds.pp and (layers + 2) % bounds.pp:
        raise BadInput(
            f"{model.name}: {layers} layers cannot be split over {bounds.pp} stages; {_near(layers, bounds.pp)}"
        )
    if bounds.tp and heads % bounds.tp:
        raise BadInput(
            f"{model.name}: {heads} heads cannot be split over {bounds.tp} tensor ranks; {_near(heads, bounds.tp)}"
        )


def fastest(
    system: System, model: Model, c: Coefficients, run: Run, stack: Stack, bounds: Bounds
) -> tuple[Step, dict[str, float]]:
    """Return the step and layout of the fastest parallelisation that fits.

    Raises:
        BadInput: if none exists, or none fits (saying by how many GB).
    """
    chips = system.chips
    _divides(model, bounds)
    layouts = space(
        chips, max(1, round(run.batch)), round(model.layers), round(model.heads), round(model.kv_heads),
        round(run.seq), round(model.experts), system.hw.domain, bounds,
    )  # fmt: skip
    if not len(layouts):
        raise BadInput(
            f"no parallelisation of {model.name} uses {chips} chips with a batch of {run.batch:g}: the ranks must "
            f"divide {round(model.heads)} heads, {round(model.layers)} layers and the batch"
        )
    result = step(model, system.hw, stack, c, run, layouts)
    if not result.fits.any():
        least = int(np.argmin(result.memory_gb))
        limit = system.hw.memory_gb * c["memory.usable"]
        raise BadInput(
            f"{model.name} does not fit on {chips} x {system.hw.name}: even the leanest layout is "
            f"{result.memory_gb[least] - limit:.1f} GB per chip too much "
            f"({result.memory_gb[least]:.1f} of {limit:.1f} GB)"
        )
    index = int(np.argmin(np.where(result.fits, result.seconds, np.inf)))
    one = np.array([index])
    parts = {k: v[one] for k, v in result.parts.items()}
    return (
        Step(result.seconds[one], parts, result.memory_gb[one], result.fits[one], result.recomputed[one]),
        layouts.row(index),
    )


@dataclass(frozen=True, slots=True)
class _Money:
    """Days, MWh and USD of a run; all None where its tokens are not given."""

    days: Band | None = None
    energy_mwh: Band | None = None
    owned: Band | None = None
    rented: Band | None = None
    engineering: float | None = None


def _positive(**numbers: float) -> None:
    for what, value in numbers.items():
        if not value > 0:
            raise BadInput(f"{what} must be above zero, not {value:g}")


def _spent(days: Band, chips: int, facility_w: float, hourly: cost.Rate) -> _Money:
    hours = 24.0 * chips
    return _Money(
        days,
        days.scaled(facility_w * hours / 1e6),
        days.scaled(hours * hourly.owned),
        None if hourly.rent is None else days.scaled(hours * hourly.rent),
        days.value * hours * hourly.owned * hourly.engineering_share,
    )


def train(
    base: Base, system: System, model: Model, c: Coefficients, batch: float, seq: float, precision: str = "bf16",
    tokens: float | None = None, stack: str | None = None, bounds: Bounds | None = None, region: str = "us",
    price: float | None = None, rent: float | None = None, maturity: float = 1.0, lora: bool = False,
) -> Training:  # fmt: skip
    """Return what a training run takes on a system.

    Args:
        base: the fact base (prices).
        system: the system.
        model: the model.
        c: coefficients.
        batch: global batch in sequences.
        seq: tokens per sequence.
        precision: number format of the matrix products.
        tokens: tokens of the whole run (None: only rates).
        stack: training stack (default: the family's).
        bounds: what the layout fixes.
        region: where electricity is bought.
        price: USD per chip.
        rent: USD per chip and hour.
        maturity: share of the stack's final speed that is reached.
        lora: train adapters only.

    Raises:
        BadInput: if nothing fits, or a number cannot be.
    """
    _positive(batch=batch, seq=seq, maturity=maturity, tokens=1.0 if tokens is None else tokens)
    width, used = bits(precision), stack_for(system, stack)
    assumed = {**system.hw.assumed, **model.assumed, "stack": used.name}
    if (width == 8 and not system.hw.trains8) or (width == 4 and system.hw.peak4 <= system.hw.peak8):
        assumed["precision"] = f"{system.hw.name} has no faster {precision}: 16-bit products"
        width = 16 if width == 8 or not system.hw.trains8 else 8
    states = States(gradient=0.0, optimiser=0.0) if lora else States(gradient=2.0)
    run = Run(seq, batch, width, 0.0 if lora else 1.0, states=states, maturity=maturity)
    zero = None if used.name in {"maxtext", "generic"} else 1.0
    limits = bounds or Bounds(recompute=AUTO, zero=zero, sequence=used.sequence)
    found, layout = fastest(system, model, c, run, used, limits)
    raw = float(found.seconds[0])
    kind = calibrated_kind(model, system.hw.family, width)
    unclear = math.hypot(math.hypot(system.hw.spread, model.spread), 0.0 if system.hw.measured else UNMEASURED)
    rate = _band(batch * seq / raw, kind, system.hw.family, model.experts > 0, unclear, "training", False)
    parts = {name: float(value[0]) / raw for name, value in found.parts.items()}
    level = power(system.hw, c, busy_share(parts, 1.0))
    good = goodput(system.chips, model.params, c)
    flops = model.train_flops(seq, causal=False)
    mfu = rate.scaled(flops / system.chips / ((system.hw.peak8 if width <= 8 else system.hw.peak16) * 1e12))
    money = _Money()
    if tokens is not None:
        days = Band(*(tokens / r / good.share / 86400 for r in (rate.high, rate.value, rate.low)))
        hourly = cost.rate(base, system.hw, c, region, price, rent, busy_share(parts, 1.0))
        assumed |= hourly.assumed
        money = _spent(days, system.chips, level.facility_w, hourly)
    step_s = Band(*(batch * seq / r for r in (rate.high, rate.value, rate.low)))
    return Training(
        system.name, model.name, system.chips, layout, step_s, rate, mfu, float(found.memory_gb[0]),
        found.bound_by(0), parts, level.node_w * system.chips / 1000, level.facility_w * system.chips / 1000,
        good.share, money.days, money.energy_mwh, money.owned, money.rented, money.engineering, assumed,
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


def serving(
    base: Base, system: System, model: Model, c: Coefficients, service: Service, target: Target, region: str = "us",
    price: float | None = None, rent: float | None = None, per_worker: float | None = None,
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

    Raises:
        BadInput: if the model does not fit at all.
    """
    hw = system.hw
    wide = service.compute_bits
    if wide == 8 and hw.peak8 <= hw.peak16:
        wide = 16
    elif wide == 4 and hw.peak4 <= hw.peak8:
        wide = 8 if hw.peak8 > hw.peak16 else 16
    service = replace(service, compute_bits=wide)
    found: Setup = best_setup(model, hw, c, service, target, min(system.chips, 512))
    if not found.fits:
        limit = hw.memory_gb * c["serve.memory"]
        raise BadInput(
            f"{model.name} does not fit on {min(system.chips, 512)} x {hw.name}: {found.memory_gb - limit:.1f} GB "
            f"per chip too much ({found.memory_gb:.1f} of {limit:.1f} GB)"
        )
    kind = "infer_china" if hw.family in {"ascend", "china-other"} else "infer_west"
    unclear = math.hypot(math.hypot(hw.spread, model.spread), 0.0 if hw.measured else UNMEASURED)
    per_chip = _band(found.output_per_chip, kind, hw.family, model.experts > 0, unclear, "serving", False)
    assumed = {**hw.assumed, **model.assumed, "stack": service.stack}
    if target.token_s is not None and found.token_s > target.token_s:
        assumed["latency"] = f"target of {1000 * target.token_s:.0f} ms per token missed: {1000 * found.token_s:.0f} ms"
    hourly = cost.rate(base, hw, c, region, price, rent)
    assumed |= hourly.assumed
    facility = power(hw, c, 0.8).facility_w
    each = c["serve.worker_tokens"] if per_worker is None else per_worker

    def usd(per_hour: float) -> Band:
        return Band(*(cost.usd_per_million_tokens(per_hour, r) for r in (per_chip.high, per_chip.value, per_chip.low)))

    usable = system.chips // found.chips * found.chips
    return Serving(
        system.name, model.name, system.chips, found.chips, found.batch, per_chip.scaled(usable), per_chip,
        1 / found.token_s, found.prefill_s, per_chip.scaled(1e6 / facility),
        usd(hourly.owned * (1 + hourly.engineering_share)), None if hourly.rent is None else usd(hourly.rent),
        per_chip.scaled(usable / each), found.bound_by, found.memory_gb, facility * system.chips / 1000, assumed,
    )  # fmt: skip


def plain(result: Any) -> Any:
    """Return a result as plain data for JSON."""
    return asdict(result)
