"""The rows and values of the engine's answers: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Count, Estimate, Flag, Id, Kind, Text

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
Day = Annotated[float, Kind("significant", "day")]
Hidden = Annotated[dict[str, float], Kind("text")]


What = Annotated[str, Kind("term", group="engine_assumed")]


class Assumed(TypedDict):
    """What was not said and therefore assumed."""

    what: What
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
    joules_per_token: Annotated[float, Kind("significant", "J")]
    first_token_s: Second
    first_token_p95_s: Second
    chips_per_replica: Count
    batch: Count
    bound_by: Bound


class Candidate(TypedDict):
    """One parallelisation with its step; shares of the step by part."""

    layout: Hidden
    seconds: Second
    memory_gb: Gigabytes
    energy_kwh: Annotated[float, Kind("significant", "kWh")]
    bound_by: Bound
    parts: Hidden
    usual: Flag


class Searched(TypedDict):
    """The same parallelisation in columns: seconds, GB per chip, kWh per step, ranks, and what the software does."""

    seconds: Second
    memory_gb: Gigabytes
    energy_kwh: Annotated[float, Kind("significant", "kWh")]
    tp: Count
    pp: Count
    dp: Count
    cp: Count
    ep: Count
    vpp: Count
    micro: Count
    zero: Count
    recompute: Count
    sequence: Count
    overlap: Count
    offload: Count
    bound_by: Bound
    usual: Flag


class Versus(TypedDict):
    """One figure of two systems, and A over B with its interval where it has one."""

    what: Annotated[str, Kind("term", group="engine_versus")]
    a: One | None
    b: One | None
    ratio: One | None
    low: One | None
    high: One | None
    unit: Text


class SideAssumed(TypedDict):
    """What was not said of one of two systems and therefore assumed."""

    system: Text
    what: What
    assumed: Text


class Step(TypedDict):
    """The same chips, spread further: places, Gbit/s per place, and what they deliver; `reason`: why nothing."""

    name: Annotated[str, Kind("term", group="reach")]
    chips: Count
    places: Count
    uplink_gbit: Annotated[float | None, Kind("significant", "Gbit/s")]
    online: Share
    basis: Text
    claim: Text
    note: Text
    method: Text
    raw: PerSecond
    rate: PerSecond
    low: PerSecond
    high: PerSecond
    penalty: One
    utilisation: Annotated[float | None, Kind("share", "1")]
    grid_kw: Kilowatts
    usd_per_million_tokens: Annotated[float | None, Kind("significant", "USD")]
    bound_by: Bound
    reason: Text
    per_chip: PerSecond


class Scored(TypedDict):
    """Points of one kind of measurement and their median absolute errors: fitted, and with parts left out."""

    kind: Id
    points: Count
    fitted: Share
    without_point: Share
    without_source: Share
    without_release: Share
    without_model: Share


class Unread(TypedDict):
    """A row that is no point, and why."""

    id: Text
    reason: Text


class ChipRow(TypedDict):
    """One chip: dense peaks, best shares of them, memory, links per chip and direction, scale-up domain, power."""

    name: Text
    id: Id
    family: Id
    peak16: Annotated[float, Kind("significant", "TFLOP/s")]
    peak8: Annotated[float, Kind("significant", "TFLOP/s")]
    peak4: Annotated[float, Kind("significant", "TFLOP/s")]
    matmul16: Share
    matmul8: Share
    memory_gb: Gigabytes
    memory_tbps: Annotated[float, Kind("significant", "TB/s")]
    tdp_w: Annotated[float, Kind("significant", "W")]
    all_in_kw: Kilowatts
    domain: Count
    scaleup_gbps: Annotated[float, Kind("significant", "GB/s")]
    scaleout_gbps: Annotated[float, Kind("significant", "GB/s")]
    measured: Flag
