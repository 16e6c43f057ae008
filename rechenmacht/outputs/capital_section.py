"""The report's section on capital: all numbers of one look at the network, with its charts.

`section` gives data and specifications only; whoever builds a page lays them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rechenmacht.domains.capital.drivers import Recorder
from rechenmacht.sample import strata, values

Lang = Literal["en", "de"]
Row = dict[str, Any]
FIRST_QUARTER = "2024-Q4"


@dataclass(frozen=True)
class Section:
    """Data of the section (JSON-ready), and chart specifications by name (Vega-Lite as dictionaries)."""

    title: str
    data: Row
    charts: dict[str, Row]


def sampler(draws: int, seed: int) -> Recorder:
    """Return draws keyed by parameter name, remembered."""
    return Recorder(lambda parameter: values(parameter, strata(parameter.name, draws, seed)))
