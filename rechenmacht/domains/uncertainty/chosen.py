"""Outcomes by name: `variable@region@quarter`, for example `installed|h100e_8bit@China@2030-Q4`.

Where a quantity in words is wanted as well (`expressions`), such as what a running total gained in a year, `asked_for`
reads both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rechenmacht.dates import quarter_of
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.backends.choose import Backend
from rechenmacht.domains.race.outcomes import REGION, SERIES, Series
from rechenmacht.domains.uncertainty.ensemble import Model, Outcomes, slices
from rechenmacht.domains.uncertainty.expressions import BAR, WORDED, Quantity, quantity
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

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarter at whose end it is."""
        return (self.quarter,)

    @property
    def places(self) -> tuple[int, ...]:
        """Its row in a run."""
        return (self.index,)

    def among(self, places: Sequence[int]) -> Outcome:
        """Return the same of outcomes that hold these rows of a run alone."""
        return replace(self, index=list(places).index(self.index))

    def of(self, found: Outcomes | Array, quarters: Sequence[str] = QUARTERS) -> Array:
        """Return what each draw says, shape (draw,), from outcomes of shape (series, quarter, draw)."""
        level: Array = found[self.index, list(quarters).index(self.quarter)].astype(np.float64)
        return level


Asked = Outcome | Quantity


def _region(text: str, series: Sequence[Series]) -> str:
    """Return a region by its code or its name, in any case; as it is given, if a run has none of that name."""
    given = text.strip().lower()
    names = {one.region.lower(): one.region for one in series}
    return REGION.get(given) or names.get(given) or text.strip() or REGION["world"]


def _quarter(text: str, name: str) -> str:
    try:
        found = quarter_of(re.sub(r"^(\d{4})(Q[1-4])$", r"\1-\2", text.strip().upper())) if text.strip() else QUARTER
    except ValueError:
        found = ""
    if found not in QUARTERS:
        first, last = QUARTERS[0], QUARTERS[-1]
        said = f"outcome {name}: {text} is not within {first} to {last}"
        raise BadInput.of("error.outcome.quarter", said, name=name, given=text, first=first, last=last)
    return found


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
    variable, region, quarter = variable.strip(), _region(where, series), _quarter(when, text)
    known = {(s.variable, s.region): i for i, s in enumerate(series)}
    if (variable, region) not in known:
        near = nearest(f"{variable}@{region}", {f"{v}@{r}" for v, r in known})
        said = f"no outcome {variable}@{region}{near}"
        raise BadInput.of("error.outcome.unknown", said, name=f"{variable}@{region}", near=near)
    index = known[variable, region]
    return Outcome(variable, region, quarter, series[index].unit, index)


def asked_for(text: str, series: Sequence[Series] = SERIES) -> Asked:
    """Return the outcome of a name, or a quantity in words.

    Raises:
        BadInput: if it cannot be read or a run has no such series or time.
    """
    if WORDED.match(text):
        return quantity(text, "outcome", series)
    barred = BAR.fullmatch(text.strip())
    if barred is None:
        return outcome(text, series)
    return quantity(f"end {outcome(barred[1], series)} {barred[2]} {barred[3]}", "outcome", series)


def asked_of(texts: Sequence[str], series: Sequence[Series] = SERIES) -> tuple[Asked, ...]:
    """Return outcomes and quantities in words, or the usual six at the end of 2030 if there is none.

    Raises:
        BadInput: if one is not known.
    """
    return tuple(asked_for(text, series) for text in texts) or outcomes_of((), series)


def outcomes_of(texts: Sequence[str], series: Sequence[Series] = SERIES) -> tuple[Outcome, ...]:
    """Return the outcomes of some names, or the usual six at the end of 2030 if there is none.

    Raises:
        BadInput: if one is not known.
    """
    return tuple(outcome(t, series) for t in (texts or [f"{v}@{r}" for v, r in USUAL]))


def take(found: Outcomes | Array, wanted: Sequence[Asked], quarters: Sequence[str] = QUARTERS) -> Array:
    """Return what is asked for from all outcomes (series, quarter, draw) as float64 of shape (asked, draw)."""
    return np.stack([one.of(found, quarters) for one in wanted])


def kept(model: Model, draws: int, seed: int, backend: Backend, wanted: Sequence[Asked]) -> Array:
    """Return what is asked for, shape (asked, draw), run slice by slice so that no other series is held.

    Raises:
        BadInput: if native code is asked for and there is no C compiler.
    """
    places = sorted({place for one in wanted for place in one.places})
    quarters = tuple(quarter for quarter in QUARTERS if any(quarter in one.quarters for one in wanted))
    own = [one.among(places) for one in wanted]
    return np.concatenate(
        [take(found, own, quarters) for found in slices(model, draws, seed, backend, quarters, places)], 1
    )
