"""The questions about what a system of chips delivers: their fields, and the tables and values of their answers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from rechenmacht.answers.kinds import Count, Text
from rechenmacht.answers.question import FromFile, Question
from rechenmacht.domains.engine import shown

System = Annotated[str, Field(min_length=1, max_length=200, examples=["1024x h100"])]
Model = Annotated[str, Field(min_length=1, max_length=200, examples=["llama3-70b"])]
Positive = Annotated[float | None, Field(gt=0)]
Ranks = Annotated[int | None, Field(ge=1, le=1_000_000)]
Name = Annotated[str | None, Field(max_length=60)]
Date = Annotated[str | None, Field(pattern=r"^(19|20)\d\d(-(0[1-9]|1[0-2])(-\d\d)?)?$", examples=["2026-03"])]
Tables = dict[str, Any]


class Owned(Question):
    """What the questions about money share: where electricity is bought, own prices, use, engineering."""

    region: Annotated[str, Field(min_length=2, max_length=20)] = "us"
    price: Positive = None
    rent: Positive = None
    use: Annotated[float | None, Field(gt=0, le=1)] = None
    engineering: Annotated[float | None, Field(ge=0, le=10)] = None


class Train(Owned):
    """A training run: step, tokens/s, utilisation, time, energy, cost, and what bounds it."""

    name = "engine.train"
    tables: ClassVar[Tables] = {"assumptions": shown.Assumed}
    values: ClassVar[Tables] = {
        "system": Text, "model": Text, "chips": Count, "chips_used": Count, "layout": dict[str, float],
        "step_s": shown.Seconds, "tokens_per_s": shown.Rate, "mfu": shown.Percent, "memory_gb": shown.Gigabytes,
        "bound_by": shown.Bound, "parts": dict[str, float], "node_kw": shown.Kilowatts, "grid_kw": shown.Kilowatts,
        "goodput": shown.Share, "days": shown.Days, "gpu_hours": shown.Hours, "energy_mwh": shown.Energy,
        "usd_owned": shown.Money, "usd_rented": shown.Money, "engineering_usd": shown.Usd,
        "tokens_per_s_per_mw": shown.Rate, "usd_per_million_tokens": shown.Money, "assumed": dict[str, str],
    }  # fmt: skip
    system: System
    model: Model
    batch: Annotated[float, Field(gt=0, le=1e7)] = 1024
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
    tables: ClassVar[Tables] = {"assumptions": shown.Assumed}
    values: ClassVar[Tables] = {
        "system": Text, "model": Text, "chips": Count, "chips_per_replica": Count, "batch": Count,
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
    place = "engine table"
    tables: ClassVar[Tables] = {"answers": shown.Answered}
    values: ClassVar[Tables] = {"answered": Count, "asked_rows": Count}
    table: Annotated[
        list[dict[str, str]],
        FromFile("rechenmacht.domains.engine.tablefile:cells"),
        Field(max_length=100_000, examples=[[{"chip": "H100", "n_chips": "8", "workload": "llama3-8b pretrain",
                                              "quantity": "tokens_per_s"}]]),
    ]  # fmt: skip


QUESTIONS: tuple[type[Question], ...] = (Train, Serve, Frontier, Predict)
