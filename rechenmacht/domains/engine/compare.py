"""Two systems side by side for one workload: time, power, energy, cost, racks, bounds, and the break-even points."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from rechenmacht.domains.engine import cost, systems
from rechenmacht.domains.engine.found import Band
from rechenmacht.domains.engine.inference import Service
from rechenmacht.domains.engine.models import Model
from rechenmacht.domains.engine.offsets import Offsets
from rechenmacht.domains.engine.outcome import Terms
from rechenmacht.domains.engine.parameters import Coefficients
from rechenmacht.domains.engine.plan import SERVING_STACK, Serving, Training, serving, train
from rechenmacht.domains.engine.serving import Target
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
    """One system's answer; `rate` in tokens/s decides the comparison; `hourly`: USD per chip and hour by kind.

    `million`: USD per million tokens by the one definition of `train` and `serve`: owned (or rented, where a rent is
    given), with engineering, and in training with the time that failures take (goodput).
    """

    system: System
    rate: float
    low: float
    high: float
    power_kw: float
    racks: float | None
    usd_per_hour: float
    hourly: cost.Rate
    result: Training | Serving
    million: Band

    def document(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "system": self.system.name, "chip": self.system.hw.id, "chips": self.system.chips,
            "peak_fp16_dense_tflops": self.system.peak16, "racks": self.racks, "power_kw": self.power_kw,
            "tokens_per_s": {"low": self.low, "value": self.rate, "high": self.high},
            "tokens_per_s_per_kw": self.rate / self.power_kw, "usd_per_hour": self.usd_per_hour,
            "usd_per_million_tokens": self.million.value,
            "usd_per_million_tokens_band": asdict(self.million),
            "bound_by": self.result.bound_by, "result": asdict(self.result),
        }  # fmt: skip


def usual_stack(family: str) -> str:
    """Return the usual serving software of a chip family."""
    return SERVING_STACK.get(family, "other")


def side(
    base: Base, system: System, w: Workload, c: Coefficients, terms: Terms, precision: str | None,
    shift: Offsets | None = None,
) -> Side:  # fmt: skip
    """Return one system's answer to a workload: power and cost are those that `train` or `serve` states by itself.

    Raises:
        BadInput: if the workload does not fit on it.
    """
    model = systems.model(w.model)
    if w.task == "serve":
        return _serving(base, system, model, w, c, terms, shift)
    if w.task != "train":
        raise BadInput(f"workload {w.name}: task must be train or serve, not {w.task!r}")
    found = train(base, system, model, c, w.batch, w.seq, precision or w.precision, w.tokens, None, None, terms.region,
                  terms.price, terms.rent, use=terms.use, engineering=terms.engineering, shift=shift)  # fmt: skip
    band = found.tokens_per_s
    hourly = _hourly(base, system, found.grid_kw, c, terms)
    million = band.inverse(hourly.total(owned=terms.rent is None) * system.chips / 3600 / found.goodput * 1e6)
    usd = hourly.total(owned=terms.rent is None) * system.chips
    return Side(system, band.value, band.low, band.high, found.grid_kw, system.racks, usd, hourly, found, million)


def _hourly(base: Base, system: System, grid_kw: float, c: Coefficients, terms: Terms) -> cost.Rate:
    """Return USD per chip and hour, with the electricity of the power that the answer states."""
    rate = cost.rate(base, system.hw, c, terms.region, terms.price, terms.rent, use=terms.use,
                     engineering=terms.engineering)  # fmt: skip
    return replace(rate, electricity=grid_kw / system.chips * cost.electricity_price(base, terms.region, c))


def _serving(
    base: Base, system: System, model: Model, w: Workload, c: Coefficients, terms: Terms, shift: Offsets | None
) -> Side:
    stack = usual_stack(system.hw.family)
    service = Service(w.prompt, w.output, w.weight_bits, w.weight_bits, 8 if w.weight_bits <= 8 else 16, stack)
    limit = None if w.ms_per_token is None else w.ms_per_token / 1000
    found = serving(base, system, model, c, service, Target(limit), terms.region, terms.price, terms.rent,
                    use=terms.use, engineering=terms.engineering, shift=shift, named=False)  # fmt: skip
    band = found.tokens_per_s
    million = (None if terms.rent is None else found.usd_per_million_rented) or found.usd_per_million_owned
    hourly = _hourly(base, system, found.grid_kw, c, terms)
    usd = million.value * band.value * 3600 / 1e6
    return Side(system, band.value, band.low, band.high, found.grid_kw, system.racks, usd, hourly, found, million)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides; ratios are A over B. `price_factor`: price of A's chips at which a token costs the same on both.

    `maturity_factor`: how much faster A's software would have to become (above 1) or could be slower (below 1) for
    the same cost per token. `cost` and `price` are the ratio of costs and the price factor with their 80 % intervals,
    which are those of the two rates; prices are taken as they are.
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
    cost: Band
    price: Band | None

    def document(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "workload": asdict(self.workload), "a": self.a.document(), "b": self.b.document(),
            "ratio_a_over_b": {
                "peak_fp16_dense": self.peak_ratio,
                "delivered": {"low": self.delivered_low, "value": self.delivered_ratio, "high": self.delivered_high},
                "power": self.power_ratio, "usd_per_token": asdict(self.cost),
            },
            "break_even": {
                "price_factor_of_a": None if self.price is None else asdict(self.price),
                "maturity_factor_of_a": asdict(self.cost),
            },
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
    even = Band(*(a.million.value / b.million.value * math.exp(end * wide) for end in (-1, 0, 1)))
    bare = a.hourly.rent if own_a.rent is not None and a.hourly.rent is not None else a.hourly.owned

    def price(dearer: float) -> float:
        """Return the price over today's at which A's tokens cost as much as B's, if A's cost so many times as much."""
        return (bare / dearer - a.hourly.electricity) / a.hourly.amortisation

    found = Band(max(price(even.high), 0.0), price(even.value), price(even.low))
    priced = found if found.value > 0 else None
    return Comparison(
        w, a, b, a.system.peak16 / b.system.peak16, ratio, ratio * math.exp(-wide), ratio * math.exp(wide),
        a.power_kw / b.power_kw, even.value, None if priced is None else priced.value, even.value, even, priced,
    )  # fmt: skip
