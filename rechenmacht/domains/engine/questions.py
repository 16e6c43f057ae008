"""The questions about what a system of chips delivers: their fields, and the tables and values of their answers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from rechenmacht.answers.kinds import Count, Text
from rechenmacht.answers.question import FromFile, Positional, Question
from rechenmacht.domains.engine import documents, shown
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

System = Annotated[
    str, Field(min_length=1, max_length=200, examples=["1024x h100"]), AfterValidator(documents.no_place)
]
Model = Annotated[str, Field(min_length=1, max_length=200, examples=["llama3-70b"]), AfterValidator(documents.no_place)]
Chip = Annotated[str, Field(min_length=1, max_length=120, examples=["h100-sxm"]), AfterValidator(documents.no_place)]
Method = Annotated[str, Field(min_length=1, max_length=60, examples=["diloco"])]
Gigabits = Annotated[float, Field(gt=0, le=1e5)]
Many = Annotated[int, Field(ge=1, le=10_000_000, examples=[14])]
Region = Annotated[str, Field(min_length=2, max_length=20, pattern=r"^[A-Za-z_-]+$")]
Positive = Annotated[float | None, Field(gt=0)]
Cell = Annotated[str, BeforeValidator(documents.cell)]
Sequences = Annotated[float | None, Field(gt=0, le=1e7), AfterValidator(documents.whole_batch)]
Ranks = Annotated[int | None, Field(ge=1, le=1_000_000)]
Name = Annotated[str | None, Field(max_length=60)]
Date = Annotated[str | None, Field(pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2])(-\d\d)?)?$", examples=["2026-03"])]
Tables = dict[str, Any]


class Told(Question):
    """What the questions share that name a system, a model or a workload: documents that describe those names."""

    files: ClassVar[tuple[str, ...]] = ("system", "model")
    described: Annotated[
        dict[Annotated[str, Field(max_length=120)], dict[str, JsonValue]] | None,
        Field(max_length=4, examples=[{"mine": {"system": {"chip": "h100-sxm", "chips": 512, "memory_gb": 141}}}]),
    ] = None

    @classmethod
    def read(cls, given: dict[str, Any], base: Base) -> dict[str, Any]:
        """Take what is named as a TOML file from there."""
        return super().read(documents.taken(given, cls.files), base)


class Owned(Told):
    """What the questions about money share: where electricity is bought, own prices, use, engineering."""

    region: Region = "us"
    price: Positive = None
    rent: Positive = None
    use: Annotated[float | None, Field(gt=0, le=1)] = None
    engineering: Annotated[float | None, Field(ge=0, le=10)] = None


class Train(Owned):
    """A training run: step, tokens/s, utilisation, time, energy, cost, and what bounds it."""

    name = "engine.train"
    schema_number = 3
    tables: ClassVar[Tables] = {"assumptions": shown.Assumed}
    values: ClassVar[Tables] = {
        "system": Text, "model": Text, "chips": Count, "chips_used": Count, "layout": dict[str, float],
        "step_s": shown.Seconds, "tokens_per_s": shown.Rate, "mfu": shown.Percent, "memory_gb": shown.Gigabytes,
        "bound_by": shown.Bound, "parts": dict[str, float], "node_kw": shown.Kilowatts, "grid_kw": shown.Kilowatts,
        "goodput": shown.Share, "days": shown.Days, "gpu_hours": shown.Hours, "energy_mwh": shown.Energy,
        "usd_owned": shown.Money, "usd_rented": shown.Money, "engineering_usd": shown.Usd,
        "tokens_per_s_per_mw": shown.Rate, "usd_per_million_tokens": shown.Money, "assumed": dict[str, str],
        "batch": shown.One,
    }  # fmt: skip
    system: System
    model: Model
    batch: Sequences = None
    seq: Annotated[float, Field(gt=0, le=1e8)] = 4096
    tokens: Positive = None
    precision: Annotated[str, Field(max_length=10)] = "bf16"
    stack: Name = None
    date: Date = None
    tp: Ranks = None
    pp: Ranks = None
    dp: Ranks = None
    micro: Ranks = None
    lora: bool = False
    maturity: Annotated[float | None, Field(gt=0, le=1)] = None


class Serve(Owned):
    """A service: tokens/s in all, per chip, per user and per MW, first token, USD and J per token."""

    name = "engine.serve"
    schema_number = 3
    tables: ClassVar[Tables] = {"assumptions": shown.Assumed}
    values: ClassVar[Tables] = {
        "system": Text, "model": Text, "chips": Count, "chips_per_replica": Count, "batch": shown.One,
        "tokens_per_s": shown.Rate, "per_chip": shown.Rate, "per_user": shown.PerSecond,
        "ms_per_token": shown.Milliseconds, "first_token": shown.Seconds, "first_token_s": shown.Second,
        "first_token_p95_s": shown.Second, "first_token_p99_s": shown.Second, "per_mw": shown.Rate,
        "joules_per_token": shown.Joules, "usd_per_million_owned": shown.Money, "usd_per_million_rented": shown.Money,
        "usd_per_million_total_tokens": shown.Money, "usd_per_million_input_tokens": shown.Money,
        "virtual_workers": shown.Number, "bound_by": shown.Bound, "memory_gb": shown.Gigabytes,
        "grid_kw": shown.Kilowatts, "assumed": dict[str, str],
    }  # fmt: skip
    system: System
    model: Model
    prompt: Annotated[float, Field(gt=0, le=1e7)] = 4096
    output: Annotated[float, Field(gt=0, le=1e7)] = 1024
    ms_per_token: Positive = 50
    first_token: Positive = None
    weight_bits: Literal[4, 8, 16] = 8
    stack: Name = None
    date: Date = None
    speculative: Annotated[float, Field(gt=0, le=100)] = 1.0
    disaggregated: bool = False
    cached: Annotated[float, Field(ge=0, lt=1)] = 0.0
    replica: Annotated[int | None, Field(ge=1, le=4096)] = None
    batch: Positive = None
    arrival: Positive = None
    per_worker: Positive = None


class Frontier(Owned):
    """What a service can trade: tokens/s per user against tokens/s per chip, per MW and per dollar."""

    name = "engine.frontier"
    schema_number = 2
    saves = True
    tables: ClassVar[Tables] = {"points": shown.Point}
    values: ClassVar[Tables] = {"system": Text, "model": Text}
    system: System
    model: Model
    prompt: Annotated[float, Field(gt=0, le=1e7)] = 4096
    output: Annotated[float, Field(gt=0, le=1e7)] = 1024
    weight_bits: Literal[4, 8, 16] = 8
    stack: Name = None
    date: Date = None
    speculative: Annotated[float, Field(gt=0, le=100)] = 1.0
    disaggregated: bool = False
    cached: Annotated[float, Field(ge=0, lt=1)] = 0.0
    most: Annotated[int, Field(ge=2, le=500)] = 24


class Predict(Question):
    """Every row of a table of questions: value, 80 % interval, what bounds it, what was assumed."""

    name = "engine.predict"
    tables: ClassVar[Tables] = {"answers": shown.Answered}
    values: ClassVar[Tables] = {"answered": Count, "asked_rows": Count}
    table: Annotated[
        list[dict[str, Cell]],
        FromFile("rechenmacht.domains.engine.tablefile:cells"),
        Field(max_length=100_000, examples=[[{"chip": "H100", "n_chips": "8", "workload": "llama3-8b pretrain",
                                              "quantity": "tokens_per_s"}]]),
    ]  # fmt: skip


class Calibrate(Question):
    """Measured points added to the shipped calibration, or all coefficients fitted anew; errors by kind."""

    name = "engine.calibrate"
    home = "engine"
    tables: ClassVar[Tables] = {"kinds": shown.Scored, "unread": shown.Unread}
    values: ClassVar[Tables] = {"points": Count, "skipped": Count}
    table: Annotated[
        list[dict[str, Cell]],
        FromFile("rechenmacht.domains.engine.tablefile:cells"),
        Field(max_length=20_000, examples=[[{"chip": "H100", "n_chips": "8", "workload": "llama3-8b pretrain",
                                             "quantity": "tokens_per_s", "value": "100000"}]]),
    ]  # fmt: skip
    from_priors: bool = False
    serving: Annotated[
        list[dict[str, str]] | None, FromFile("rechenmacht.domains.engine.tablefile:measured"), Field(max_length=20_000)
    ] = None

    def afar(self, most: int) -> None:
        """Refuse a caller from afar: a fit takes minutes and its result belongs to a workspace.

        Raises:
            BadInput: always.
        """
        raise BadInput.of("error.engine.calibrate_afar", "calibrate: only on the command line and in Python", most=most)


class Chips(Question):
    """Chips side by side: peaks, best measured products, memory, links, power, and what nobody states."""

    name = "engine.chips"
    place = "chip compare"
    tables: ClassVar[Tables] = {"chips": shown.ChipRow, "assumptions": shown.SideAssumed}
    names: Annotated[
        list[Chip], Field(min_length=1, max_length=20, examples=[["h100-sxm", "ascend-910c"]]), Positional()
    ]


class Search(Told):
    """Every parallelisation at once: the best, the Pareto front of time, energy and memory, how far the others miss."""

    name = "engine.search"
    schema_number = 2
    tables: ClassVar[Tables] = {"layouts": shown.Searched, "pareto": shown.Candidate, "assumptions": shown.Assumed}
    values: ClassVar[Tables] = {
        "configurations": Count, "fitting": Count, "best": shown.Candidate, "nearest_miss_gb": shown.Gigabytes,
        "misses": dict[str, int], "chips_used": Count, "batch": shown.One, "step_s": shown.Seconds,
        "tokens_per_s": shown.Rate, "assumed": dict[str, str],
    }  # fmt: skip
    system: System
    model: Model
    batch: Sequences = None
    seq: Annotated[float, Field(gt=0, le=1e8)] = 4096
    precision: Annotated[str, Field(max_length=10)] = "bf16"
    stack: Name = None
    date: Date = None
    largest_micro: Annotated[int | None, Field(ge=1, le=4096)] = None
    most_zero: Annotated[int | None, Field(ge=0, le=3)] = None


class Compare(Told):
    """Two systems side by side: time, power, energy, cost, racks, what bounds each, and the break-even points."""

    name = "engine.compare"
    schema_number = 3
    files: ClassVar[tuple[str, ...]] = ("system", "workload")
    saves = True
    tables: ClassVar[Tables] = {"sides": shown.Versus, "assumptions": shown.SideAssumed}
    values: ClassVar[Tables] = {
        "workload": dict[str, Any], "a": dict[str, Any], "b": dict[str, Any], "ratio_a_over_b": dict[str, Any],
        "break_even": dict[str, Any], "price_factor_of_a": shown.Number, "maturity_factor_of_a": shown.Number,
    }  # fmt: skip
    system: Annotated[list[System], Field(min_length=2, max_length=2, examples=[["1024x h100", "1024x mi300x"]])]
    workload: Annotated[str, Field(min_length=1, max_length=120), AfterValidator(documents.no_place)] = "train-70b"
    region: list[Region] = Field(default_factory=list, max_length=2)
    precision: Annotated[str | None, Field(max_length=10)] = None
    price: list[Annotated[float, Field(gt=0)]] = Field(default_factory=list, max_length=2)
    rent: list[Annotated[float, Field(gt=0)]] = Field(default_factory=list, max_length=2)
    use: list[Annotated[float, Field(gt=0, le=1)]] = Field(default_factory=list, max_length=2)
    engineering: list[Annotated[float, Field(ge=0, le=10)]] = Field(default_factory=list, max_length=2)


class Decentral(Question):
    """Training across the internet: utilisation, sync, rate, and the compute it is worth."""

    name = "engine.decentral"
    schema_number = 3
    tables: ClassVar[Tables] = {"assumptions": shown.Assumed}
    values: ClassVar[Tables] = {
        "method": Text, "stages": Count, "inner_step_s": shown.Second, "sync_s": shown.Second,
        "utilisation": shown.Share, "tokens_per_s": shown.Rate, "penalty_low": shown.One, "penalty": shown.One,
        "penalty_high": shown.One, "equivalent_tokens_per_s": shown.Rate, "grid_kw": shown.Kilowatts,
        "days": shown.Days, "usd_per_day": shown.Usd, "bound_by": shown.Bound, "assumed": dict[str, str],
    }  # fmt: skip
    model: Model
    workers: Many | None = None
    site: list[Annotated[str, Field(max_length=120, examples=["4x 1024 h100 @ 10"])]] = Field(
        default_factory=list, max_length=50
    )
    chip: Chip = "h100"
    chips_per_worker: Annotated[int, Field(ge=1, le=1_000_000)] = 8
    uplink: Gigabits = 1.0
    method: Method = "diloco"
    inner_steps: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    overlap: Annotated[float, Field(ge=0, le=1)] = 0.0
    online: Annotated[float, Field(gt=0, le=1)] = 1.0
    tokens_per_step: Annotated[float, Field(ge=1, le=1e12)] = 1048576
    tokens: Positive = None
    seq: Annotated[float, Field(ge=1, le=1e7)] = 4096
    stack: Name = None


class Reach(Question):
    """The same chips from one rack to the internet: what they deliver, closer together and further apart."""

    name = "engine.reach"
    tables: ClassVar[Tables] = {"steps": shown.Step}
    values: ClassVar[Tables] = {"chip": Text, "name": Text, "chips": Count, "model": Text}
    model: Model
    chip: Chip = "h100"
    chips: Many = 1024
    method: Method = "diloco"
    uplink: Annotated[float | None, Field(gt=0, le=1e5)] = None


QUESTIONS: tuple[type[Question], ...] = (
    Train, Serve, Frontier, Predict, Calibrate, Search, Compare, Decentral, Reach, Chips,
)  # fmt: skip
