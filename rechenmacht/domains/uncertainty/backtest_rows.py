"""The rows of the answer to `backtest`: their columns, units and vocabularies. Scores are of logarithms."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import Both, Count, Flag, Id, Ids, Kind, QuantityEstimate, QuantityValue, Quarter, Share

Score = Annotated[float, Kind("number", digits=3)]
Scores = Annotated[list[float], Kind("numbers", digits=6)]
Skill = Annotated[float | None, Kind("number", digits=2)]
Counts = Annotated[list[int], Kind("numbers", digits=6)]
Naive = Annotated[str, Kind("term", group="value.uncertainty.backtest.naive")]
Group = Annotated[str, Kind("term", group="value.uncertainty.backtest.group")]


class TargetScore(TypedDict):
    """A target's scores over all its forecasts; `pit` counts observations by tenth of their forecast's draws."""

    id: Id
    title: Both
    group: Group
    n: Count
    coverage50: Share
    coverage90: Share
    crps: Score
    wis: Score
    best_baseline: Naive
    crps_best_baseline: Score
    skill: Skill
    skill_low: Skill
    skill_high: Skill
    pit: Counts
    unit: Id
    forecast: Id
    note: Both
    sources: Ids


class HorizonScore(TypedDict):
    """The scores of all forecasts of one horizon."""

    quarters: Count
    n: Count
    origins: Count
    coverage50: Share
    coverage90: Share
    crps: Score
    skill: Skill
    skill_low: Skill
    skill_high: Skill
    pit: Counts


class Pooled(TypedDict):
    """The scores of all forecasts together."""

    n: int
    coverage50: float
    coverage90: float
    crps: float
    wis: float
    skill: float | None
    skill_low: float | None
    skill_high: float | None
    pit: list[int]


class PriorsAt(TypedDict):
    """Where the priors of an origin come from, as numbers of parameters."""

    origin: Quarter
    same: Count
    kept: Count
    rule: Count
    default: Count


class Without(TypedDict):
    """The scores without one mechanism; `difference` of the CRPS to the whole model's."""

    mechanism: Annotated[str, Kind("id")]
    crps: Score
    difference: Annotated[float, Kind("number", digits=4)]
    coverage50: Share
    coverage90: Share


class Observation(TypedDict):
    """One forecast and what happened, in the target's unit; `pit` is the share of draws below it."""

    target: Id
    origin: Quarter
    quarter: Quarter
    horizon: Count
    unit: Id
    observed: QuantityValue
    quantiles: Scores
    pit: Score
    crps: Score
    wis: Score
    last_value: Score
    drift: Score
    damped: Score
    trend: Score


class PublishedFact(TypedDict):
    """A published figure beside the reference run's median and 90 % band; `given`: the run is conditioned on it."""

    id: Id
    observed: QuantityValue
    median: QuantityValue
    low90: QuantityValue
    high90: QuantityValue
    unit: Id
    origin: Annotated[str, Kind("text")]
    given: Flag


class Beside(TypedDict):
    """The same for people."""

    id: Id
    observed: QuantityValue
    run: QuantityEstimate
    unit: Annotated[str, Kind("term", group="unit_name")]
    inside: Flag
    given: Flag
