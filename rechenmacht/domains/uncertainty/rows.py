"""The rows of the answers about uncertainty: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Correlation,
    Count,
    Drawn,
    Id,
    Ids,
    Kind,
    Outcome,
    Parameter,
    Quantiles,
    Quantity,
    QuantityEstimate,
    QuantityQuantiles,
    Range,
    Share,
)

Basis = Annotated[str, Kind("term", group="basis")]
Short = Annotated[float, Kind("number", digits=3)]
Chance = Annotated[float, Kind("significant", digits=1)]
Between = Annotated[Range, Kind("number", digits=3)]
Spread = Annotated[Range, Kind("share", "1")]


class Driver(TypedDict):
    """An assumption, and how strongly a result follows it."""

    name: Id
    rank: Correlation
    basis: Basis


class Difference(TypedDict):
    """How an outcome of B differs from that of A, draw by draw.

    `ratio` is B over A in each draw, where A is above nothing in all; `relative` the median difference over A's median;
    `holds` the share of draws in which the ratio lies on the side of the bar that was asked for. Of what is 0 or 1 in a
    draw there are the shares of draws in which it holds, and no difference.
    """

    outcome: Outcome
    unit: Id
    draws: Count
    difference: QuantityQuantiles | None
    share_a: Drawn | None
    share_b: Drawn | None
    ratio: Annotated[Quantiles, Kind("significant", "1")] | None
    relative: Share | None
    holds: Drawn | None
    higher: Drawn
    lower: Drawn
    same: Drawn
    higher_unpaired: Share
    drivers: list[Driver]


class Deciding(TypedDict):
    """An assumption that a result depends on, as people see it."""

    outcome: Outcome
    parameter: Parameter
    unit: Id
    rank: NotRequired[Short]
    ends: NotRequired[Quantity]
    first: NotRequired[Short]
    first_range: NotRequired[Between]
    total: NotRequired[Short]
    total_range: NotRequired[Between]
    elasticity: NotRequired[Short]
    basis: Basis
    claims: Count


class Measured(TypedDict):
    """What a method found about an assumption; which numbers there are depends on the method."""

    name: Id
    basis: Basis
    claims: Ids
    rank: NotRequired[float]
    low_end: NotRequired[float]
    high_end: NotRequired[float]
    first: NotRequired[float]
    first_half: NotRequired[float]
    total: NotRequired[float]
    total_half: NotRequired[float]
    elasticity: NotRequired[float]


class Sensitive(TypedDict):
    """An outcome and the assumptions that decide it, the most important first."""

    outcome: Outcome
    unit: Id
    parameters: list[Measured]


class Limit(TypedDict):
    """A limit of the box on one assumption."""

    name: Id
    low_quantile: float
    high_quantile: float
    low: float | None
    high: float | None
    unit: Id
    basis: Basis
    by_chance: Chance


class Box(TypedDict):
    """A box of assumptions in which a case is frequent."""

    density: Share
    coverage: Share
    mass: Share
    limits: list[Limit]


class Condition(TypedDict):
    """A limit of the box as people see it."""

    parameter: Parameter
    condition: QuantityEstimate
    quantiles: Spread
    unit: Id
    by_chance: Chance
