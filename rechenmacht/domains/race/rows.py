"""The rows of the race's answers: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated, Any

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Both,
    Count,
    Day,
    Drawn,
    Flag,
    Id,
    Ids,
    Kind,
    Outcome,
    Quantiles,
    QuantityQuantiles,
    Quarter,
    Range,
    Region,
    Share,
    Text,
    Variable,
)

H100e = Annotated[Quantiles, Kind("amount", "h100e")]
Number4 = Annotated[float, Kind("significant", digits=4)]
Numbers = Annotated[list[float], Kind("numbers", digits=4)]
ProjectKind = Annotated[str, Kind("term", group="project_kind")]


class Scenario(TypedDict):
    """A scenario: what it asks and what it changes."""

    id: Id
    title: Both
    question: Both
    off: Ids
    prior: dict[str, Any]
    lever: list[dict[str, Any]]
    expect: list[dict[str, Any]]


class Installed(TypedDict):
    """Installed compute of a bloc at three dates."""

    region: Region
    end_2025: H100e
    end_2028: H100e
    end_2030: H100e


class Dated(TypedDict):
    """An outcome of a region at three dates, as people see it."""

    variable: Variable
    region: Region
    unit: Id
    end_2025: QuantityQuantiles
    end_2028: QuantityQuantiles
    end_2030: QuantityQuantiles


class Likely(TypedDict):
    """The share of draws in which something holds in a region at three dates, as people see it."""

    variable: Variable
    region: Region
    draws: Count
    end_2025: Drawn
    end_2028: Drawn
    end_2030: Drawn


class Quantified(TypedDict):
    """A quantity in words: its value, and the share of draws on the side of its bar, if it has one.

    Of what is 0 or 1 in a draw there is the share of draws in which it holds alone.
    """

    quantity: Outcome
    unit: Id
    draws: Count
    value: QuantityQuantiles | None
    holds: Drawn | None


class Mark(TypedDict):
    """A headline number: to which day the data behind it reach, and whether they stand in weak sources alone."""

    id: Id
    name: Both
    data_to: Day
    weak: Flag


class Series(TypedDict):
    """An outcome at the end of a quarter."""

    variable: Variable
    region: Region
    unit: Id
    quarter: Quarter
    value: QuantityQuantiles


class Chance(TypedDict):
    """The share of draws in which something holds at the end of a quarter, with its 95 % bounds by their number.

    `why` says what makes a share near 0 or 1 (observed, far_ahead, far_behind, draws), `lead` how many times the bloc's
    measure is that of the next at the median, `broken_by` the scenario in which it is otherwise.
    """

    variable: Id
    region: Region
    quarter: Quarter
    probability: Share
    low: Share
    high: Share
    lead: Number4 | None
    why: Id
    broken_by: Id


class Project(TypedDict):
    """What a project gets of the power that is divided."""

    project: Text
    kind: ProjectKind
    first_gw: Number4
    gw: Number4
    gw_band: Numbers
    range: Annotated[Range, Kind("significant", digits=4)]
    funded_in: Share


class Power(TypedDict):
    """What power is worth in all."""

    gw: Number4
    value: Number4
    price_per_gw: Number4


class Trade(TypedDict):
    """Private against public value as the weight of the public good rises."""

    weight: Number4
    private: Number4
    public: Number4
