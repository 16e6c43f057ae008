"""Outcomes by name: `variable@region@quarter`, for example `installed|h100e_8bit@China@2030-Q4`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.dates import quarter_of
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import REGION, SERIES, Series
from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.errors import BadInput, nearest

Array = NDArray[np.float64]
QUARTER = "2030-Q4"
USUAL = (
    ("installed|h100e_8bit", "us"),
    ("accessible|h100e_8bit", "cn"),
    ("power_connected", "world"),
    ("capex_ai", "world"),
    ("frontier_gap", "cn"),
    ("virtual_workers", "world"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One series at the end of one quarter; `index` is its row in a run."""

    variable: str
    region: str
    quarter: str
    unit: str
    index: int

    def __str__(self) -> str:
        return f"{self.variable}@{self.region}@{self.quarter}"


def outcome(text: str, series: Sequence[Series] = SERIES) -> Outcome:
    """Return the outcome of a name `variable@region@quarter`; region and quarter may be left out or short (`cn`).

    Args:
        text: the name.
        series: what a run reports.

    Raises:
        BadInput: if there is none, naming the nearest.
    """
    variable, _, rest = text.partition("@")
    where, _, when = rest.partition("@")
    region = REGION.get(where.strip().lower(), where.strip()) or REGION["world"]
    quarter = quarter_of(re.sub(r"^(\d{4})(Q[1-4])$", r"\1-\2", when.strip().upper())) if when.strip() else QUARTER
    if quarter not in QUARTERS:
        raise BadInput(f"outcome {text}: {when} is not within {QUARTERS[0]} to {QUARTERS[-1]}")
    known = {(s.variable, s.region): i for i, s in enumerate(series)}
    if (variable, region) not in known:
        names = {f"{v}@{r}" for v, r in known}
        raise BadInput(f"no outcome {variable}@{region}{nearest(f'{variable}@{region}', names)}")
    index = known[variable, region]
    return Outcome(variable, region, quarter, series[index].unit, index)


def outcomes_of(texts: Sequence[str], series: Sequence[Series] = SERIES) -> tuple[Outcome, ...]:
    """Return the outcomes of some names, or the usual six at the end of 2030 if there is none.

    Raises:
        BadInput: if one is not known.
    """
    return tuple(outcome(t, series) for t in (texts or [f"{v}@{r}" for v, r in USUAL]))


def take(found: Outcomes | Array, wanted: Sequence[Outcome], quarters: Sequence[str] = QUARTERS) -> Array:
    """Return chosen outcomes from all (series, quarter, draw) as float64 of shape (outcome, draw)."""
    place = {quarter: q for q, quarter in enumerate(quarters)}
    return np.stack([found[one.index, place[one.quarter]] for one in wanted]).astype(np.float64)
