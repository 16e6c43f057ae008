"""The rows of the answers about fits and sealed forecasts: their columns, units and vocabularies."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from rechenmacht.answers.kinds import (
    Band,
    Count,
    Flag,
    Id,
    Kind,
    Parameter,
    QuantityEstimate,
    QuantityValue,
    RatioBand,
    ShareBand,
    Text,
)

Several = Annotated[list[float], Kind("numbers", digits=6)]
Basis = Annotated[str, Kind("term", group="basis")]
QuantityBand = Annotated[Band, Kind("quantity")]
Rhat = Annotated[float, Kind("number", digits=3)]
Whole = Annotated[float, Kind("count")]
Figure = Annotated[float, Kind("significant", digits=3)]
FigureBand = Annotated[Band, Kind("significant", digits=3)]


class Fitted(TypedDict):
    """A parameter before and after the fit: 5, 50 and 95 % points, and where the posterior lies on its prior."""

    name: Parameter
    prior: QuantityBand
    posterior: QuantityBand
    unit: Id
    basis: Basis
    normal_scores: RatioBand
    quantiles: ShareBand
    rhat: Rhat
    ess: Whole


class Taught(TypedDict):
    """A published figure that the fit was made to: the run before and after."""

    id: Text
    observed: Figure
    prior_median: Figure
    posterior: FigureBand


class Sealed(TypedDict):
    """A forecast of a public quantity: quantiles at the register's levels."""

    id: Text
    year: Text
    when: Text
    unit: Id
    quantiles: Several


class Scored(TypedDict):
    """A forecast beside what happened."""

    id: Text
    year: Text
    unit: Id
    observed: QuantityValue
    forecast: QuantityEstimate
    median: QuantityValue
    low90: QuantityValue
    high90: QuantityValue
    in50: Flag
    in90: Flag
    crps: QuantityValue


class Tally(TypedDict):
    """How many outturns a register was scored on and how many lie in its bands."""

    n: Count
    in50: Count
    in90: Count
