"""Two systems side by side for one workload: time, power, energy, cost, racks, bounds, and the break-even points."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from rechenmacht.domains.engine import cost, systems
from rechenmacht.domains.engine.inference import Service
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.offsets import Offsets
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.plan import SERVING_STACK, Serving, Training, serving, train
from rechenmacht.domains.engine.serving import Target
from rechenmacht.domains.engine.spoken import said
from rechenmacht.domains.engine.systems import System
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base


@dataclass(frozen=True, slots=True)
class Workload:
    """A job to compare on: `train` with batch, sequence, tokens, or `serve` with lengths and a latency target."""

    name: str
    task: str
    model: str
    batch: float = 1024
    seq: float = 8192
    tokens: float = 1e12
    precision: str = "bf16"
    prompt: float = 4096
    output: float = 1024
    ms_per_token: float | None = 50.0
    weight_bits: int = 8


WORKLOADS: dict[str, Workload] = {
    w.name: w
    for w in (
        Workload("train-70b", "train", "llama3-70b", 1024, 8192, 1e12),
        Workload("train-405b", "train", "llama3-405b", 1152, 8192, 1e12),
        Workload("train-gpt3", "train", "gpt3-175b", 1536, 2048, 3e11),
        Workload("train-deepseek-v3", "train", "deepseek-v3", 4608, 4096, 1e12),
        Workload("serve-deepseek-r1", "serve", "deepseek-r1"),
        Workload("serve-llama-70b", "serve", "llama3-70b"),
    )
}


def described(given: Any, where: str) -> Workload:
    """Return a described workload: `[workload]` of a TOML file.

    Raises:
        BadInput: naming the key, if it is unknown or its value cannot be.
    """
    known = {f.name: f for f in fields(Workload)}
    if not isinstance(given, dict) or "task" not in given or "model" not in given:
        raise BadInput(f'{where}: [workload] needs task = "train" or "serve", and a model')
    for key, value in given.items():
        if key not in known:
            raise BadInput(f"{where}: [workload] has no key {key!r}{nearest(key, known)}; known: {', '.join(known)}")
        wanted = str if known[key].type == "str" else int | float
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise BadInput(f"{where}: [workload] {key} cannot be {value!r}")
    return Workload(**{"name": where, **given})


def workload(name: str) -> Workload:
    """Return a workload by name.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    if name not in WORKLOADS:
        raise BadInput(f"no workload {name!r}{nearest(name, WORKLOADS)}; known: {', '.join(WORKLOADS)}")
    return WORKLOADS[name]


@dataclass(frozen=True, slots=True)
class Side:
    """One system's answer; `rate` in tokens/s decides the comparison; `hourly`: USD per chip and hour by kind."""

    system: System
    rate: float
    low: float
    high: float
    power_kw: float
    racks: float | None
    usd_per_hour: float
    hourly: cost.Rate
    result: Training | Serving

    def document(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "system": self.system.name, "chip": self.system.hw.id, "chips": self.system.chips,
            "peak_fp16_dense_tflops": self.system.peak16, "racks": self.racks, "power_kw": self.power_kw,
            "tokens_per_s": {"low": self.low, "value": self.rate, "high": self.high},
            "tokens_per_s_per_kw": self.rate / self.power_kw, "usd_per_hour": self.usd_per_hour,
            "usd_per_million_tokens": self.usd_per_hour / self.rate / 3600 * 1e6,
            "bound_by": self.result.bound_by, "result": asdict(self.result),
        }  # fmt: skip


def usual_stack(family: str) -> str:
    """Return the usual serving software of a chip family."""
    return SERVING_STACK.get(family, "other")


def shared_out(batch: float, chips: int, most: int = 64) -> float:
    """Return the batch nearest to the asked one that the odd factors of a number of chips can share out."""
    odd = chips
    while odd % 2 == 0:
        odd //= 2
    unit = odd if odd <= most * 16 else 1
    return float(max(unit, round(batch / unit) * unit))


def _best_training(
    base: Base, system: System, model: Model, w: Workload, c: Coefficients, terms: Terms, precision: str,
    shift: Offsets | None,
) -> Training:  # fmt: skip
    """Return the fastest training on all chips or a few less: 72 chips split badly, 64 of them well.

    Raises:
        BadInput: if the workload does not fit.
    """
    unit = 8 if system.chips <= 1024 else 64
    counts = range(system.chips, max(0, math.ceil(0.85 * system.chips) - 1), -1)
    tried: list[Training] = []
    reason = BadInput(f"{w.name} fits on no part of {system.name}")
    for chips in [n for n in counts if n == system.chips or n % unit == 0][:12]:
        part = replace(system, chips=chips)
        try:
            tried.append(train(
                base, part, model, c, shared_out(w.batch, chips), w.seq, precision, w.tokens, None, None, terms.region,
                terms.price, terms.rent, use=terms.use, engineering=terms.engineering, shift=shift,
            ))  # fmt: skip
        except BadInput as error:
            reason = error
    if not tried:
        raise reason
    best = max(tried, key=lambda t: t.tokens_per_s.value)
    if best.chips < system.chips:
        best.assumed["chips"] = said(
            "fewer", "{used} of {chips} used: they split better", used=best.chips, chips=system.chips
        )
    return best


def side(
    base: Base, system: System, w: Workload, c: Coefficients, terms: Terms, precision: str | None,
    shift: Offsets | None = None,
) -> Side:  # fmt: skip
    """Return one system's answer to a workload: power and cost of a service are those that it states by itself.

    Raises:
        BadInput: if the workload does not fit on it.
    """
    model = systems.model(w.model)
    if w.task == "serve":
        return _serving(base, system, model, w, c, terms, shift)
    if w.task != "train":
        raise BadInput(f"workload {w.name}: task must be train or serve, not {w.task!r}")
    found = _best_training(base, system, model, w, c, terms, precision or w.precision, shift)
    band = found.tokens_per_s
    kw = system.power_kw * c["power.pue"] if system.power_kw else found.grid_kw
    hourly = cost.rate(base, system.hw, c, terms.region, terms.price, terms.rent, use=terms.use,
                       engineering=terms.engineering)  # fmt: skip
    usd = hourly.total(owned=terms.rent is None) * system.chips
    return Side(system, band.value, band.low, band.high, kw, system.racks, usd, hourly, found)


def _serving(
    base: Base, system: System, model: Model, w: Workload, c: Coefficients, terms: Terms, shift: Offsets | None
) -> Side:
    stack = usual_stack(system.hw.family)
    service = Service(w.prompt, w.output, w.weight_bits, w.weight_bits, 8 if w.weight_bits <= 8 else 16, stack)
    limit = None if w.ms_per_token is None else w.ms_per_token / 1000
    found = serving(base, system, model, c, service, Target(limit), terms.region, terms.price, terms.rent,
                    use=terms.use, engineering=terms.engineering, shift=shift, named=False)  # fmt: skip
    band = found.tokens_per_s
    million = found.usd_per_million_owned if terms.rent is None else found.usd_per_million_rented
    hourly = cost.rate(base, system.hw, c, terms.region, terms.price, terms.rent, use=terms.use,
                       engineering=terms.engineering)  # fmt: skip
    electricity = found.grid_kw / system.chips * cost.electricity_price(base, terms.region, c)
    usd = (million or found.usd_per_million_owned).value * band.value * 3600 / 1e6
    return Side(system, band.value, band.low, band.high, found.grid_kw, system.racks, usd,
                replace(hourly, electricity=electricity), found)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides; ratios are A over B. `price_factor`: price of A's chips at which a token costs the same on both.

    `maturity_factor`: how much faster A's software would have to become (above 1) or could be slower (below 1) for
    the same cost per token.
    """

    workload: Workload
    a: Side
    b: Side
    peak_ratio: float
    delivered_ratio: float
    delivered_low: float
    delivered_high: float
    power_ratio: float
    cost_ratio: float
    price_factor: float | None
    maturity_factor: float

    def document(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "workload": asdict(self.workload), "a": self.a.document(), "b": self.b.document(),
            "ratio_a_over_b": {
                "peak_fp16_dense": self.peak_ratio,
                "delivered": {"low": self.delivered_low, "value": self.delivered_ratio, "high": self.delivered_high},
                "power": self.power_ratio, "usd_per_token": self.cost_ratio,
            },
            "break_even": {"price_factor_of_a": self.price_factor, "maturity_factor_of_a": self.maturity_factor},
        }  # fmt: skip


def compare(
    base: Base, first: System, second: System, w: Workload, c: Coefficients, region_a: str = "us", region_b: str = "us",
    precision: str | None = None, terms_a: Terms | None = None, terms_b: Terms | None = None,
    shift: Offsets | None = None,
) -> Comparison:  # fmt: skip
    """Compare two systems on a workload.

    Args:
        base: the fact base.
        first: system A.
        second: system B.
        w: the workload.
        c: coefficients.
        region_a: where A buys electricity.
        region_b: where B does.
        precision: number format of training (default: the workload's).
        terms_a: A's own price, rent, use and engineering (its region stands above them).
        terms_b: B's.
        shift: calibrated offsets (default: the shipped ones).

    Raises:
        BadInput: if a system is unknown or the workload does not fit.
    """
    own_a = replace(terms_a or Terms(), region=region_a)
    a = side(base, first, w, c, own_a, precision, shift)
    b = side(base, second, w, c, replace(terms_b or Terms(), region=region_b), precision, shift)
    ratio = a.rate / b.rate
    wide = math.hypot(math.log(a.high / a.low), math.log(b.high / b.low)) / 2
    per_a, per_b = a.usd_per_hour / a.rate, b.usd_per_hour / b.rate
    hourly = a.hourly
    allowed = per_b * a.rate / a.system.chips / (1 + hourly.engineering_share) - hourly.electricity
    factor = allowed / hourly.amortisation if allowed > 0 else None
    return Comparison(
        w, a, b, a.system.peak16 / b.system.peak16, ratio, ratio * math.exp(-wide), ratio * math.exp(wide),
        a.power_kw / b.power_kw, per_a / per_b, factor, per_a / per_b,
    )  # fmt: skip
