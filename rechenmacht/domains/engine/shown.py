"""The rows and values of the engine's answers: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Count, Estimate, Id, Kind, Text

Bound = Annotated[str, Kind("term", group="engine_bound")]
Seconds = Annotated[Estimate, Kind("significant", "s")]
Milliseconds = Annotated[Estimate, Kind("significant", "ms")]
Rate = Annotated[Estimate, Kind("significant", "tokens/s")]
Percent = Annotated[Estimate, Kind("share", "1")]
Money = Annotated[Estimate, Kind("significant", "USD")]
Energy = Annotated[Estimate, Kind("significant", "MWh")]
Joules = Annotated[Estimate, Kind("significant", "J")]
Days = Annotated[Estimate, Kind("significant", "day")]
Hours = Annotated[Estimate, Kind("significant", "h")]
Number = Annotated[Estimate, Kind("significant", "1")]
One = Annotated[float, Kind("significant", "1")]
Kilowatts = Annotated[float, Kind("significant", "kW")]
Gigabytes = Annotated[float, Kind("significant", "GB")]
Second = Annotated[float, Kind("significant", "s")]
PerSecond = Annotated[float, Kind("significant", "tokens/s")]
Share = Annotated[float, Kind("share", "1")]
Usd = Annotated[float, Kind("significant", "USD")]


class Assumed(TypedDict):
    """What was not said and therefore assumed."""

    what: Text
    assumed: Text


class Layout(TypedDict):
    """One dimension of the parallelisation."""

    dimension: Id
    ranks: One


class Part(TypedDict):
    """One part of a step and its share of it."""

    part: Bound
    share: Share


class Answered(TypedDict):
    """The answer to one row of a table; where there is none, the reason."""

    id: Text
    value: One | None
    low: One | None
    high: One | None
    unit: Text
    bound_by: Bound
    reason: Text
    assumed: Annotated[dict[str, str], Kind("text")]


class Point(TypedDict):
    """One set-up on the edge of what a service can be: no other gives more per user and per chip at once."""

    tokens_per_s_per_user: PerSecond
    tokens_per_s_per_chip: PerSecond
    tokens_per_s_per_mw: PerSecond
    usd_per_million_tokens: Usd
    first_token_s: Second
    chips_per_replica: Count
    batch: Count
    bound_by: Bound
