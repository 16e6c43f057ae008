"""Numbers read from runs: quantiles at a date, ratios and paired differences draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import year_at_end
from rechenmacht.runs import Run
from rechenmacht.domains.uncertainty.ensemble import QUANTILES

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """The 5, 25, 50, 75 and 95 % points of a result, in the series' unit."""

    low: float
    q25: float
    mid: float
    q75: float
    high: float

    @property
    def inner(self) -> tuple[float, float]:
        """The middle half."""
        return self.q25, self.q75


@dataclass(frozen=True, slots=True)
class Paired:
    """How one run differs from another in the same draws.

    `absolute` is in the series' unit, `relative` is the difference over the other run's value (0.1 is 10 % more),
    `above` the share of draws in which the first run's value is higher, `equal` in which they do not differ.
    """

    absolute: Estimate
    relative: Estimate
    above: float
    equal: float


def method_of(variable: str, method: str) -> str:
    """Return the method that explains a series: 16-bit and bandwidth numbers have their own, whatever they state."""
    basis = variable.partition("|")[2]
    return basis if basis in {"h100e_16bit", "h100e_bandwidth"} else method


def estimate(values: Values) -> Estimate:
    """Return the quantiles of draws, shape (draw,)."""
    return Estimate(*(float(q) for q in np.quantile(values, QUANTILES)))


def scenario_id(run: Run) -> str:
    """Return the id of a run's scenario."""
    return str(run.meta["scenario"]["id"])


def reference(runs: list[Run]) -> Run:
    """Return the reference run: the one whose scenario is called so, else the first."""
    return next((run for run in runs if scenario_id(run) == "reference"), runs[0])


def years(run: Run) -> list[float]:
    """Return the decimal year at the end of each quarter of a run."""
    return [year_at_end(quarter) for quarter in run.meta["quarters"]]


def over_time(run: Run, variable: str, region: str) -> Values:
    """Return a series' quantiles, shape (5, quarter)."""
    return run.summary[variable, region]


def at(run: Run, variable: str, region: str, quarter: str) -> Estimate:
    """Return a series' quantiles at the end of a quarter."""
    column = over_time(run, variable, region)[:, run.meta["quarters"].index(quarter)]
    return Estimate(*(float(value) for value in column))


def _draws(run: Run, variable: str, region: str, quarter: str) -> Values:
    return np.asarray(run.series(variable, region)[run.meta["draw_quarters"].index(quarter)], dtype=np.float64)


def ratio(run: Run, variable: str, region: str, other: str, quarter: str) -> Estimate | None:
    """Return the ratio of two regions' values draw by draw, or None if the run kept no draws."""
    if run.draws is None:
        return None
    under = np.maximum(_draws(run, variable, other, quarter), 1e-9)
    return estimate(_draws(run, variable, region, quarter) / under)


def comparable(run: Run, other: Run) -> bool:
    """Tell whether two runs share their draws, so that they can be compared draw by draw."""
    same = all(run.meta[key] == other.meta[key] for key in ("seed", "draws", "quarters", "data_checksum"))
    return same and run.draws is not None and other.draws is not None


def paired(run: Run, other: Run, variable: str, region: str, quarter: str) -> Paired:
    """Return the difference `run - other` of a series at the end of a quarter.

    Raises:
        BadInput: if a run kept no draws or has no such series.
    """
    mine, theirs = (_draws(one, variable, region, quarter) for one in (run, other))
    difference = mine - theirs
    still = np.abs(difference) <= 1e-6 * np.maximum(np.abs(theirs), 1e-9)
    relative = difference / np.maximum(np.abs(theirs), 1e-9)
    above = float(np.mean((difference > 0) & ~still))
    return Paired(estimate(difference), estimate(relative), above, float(np.mean(still)))


def sign(difference: Paired) -> str:
    """Return `higher`, `lower` or `same`: the sign of the median difference, float32 noise set aside."""
    if abs(difference.relative.mid) <= 1e-6:
        return "same"
    return "higher" if difference.absolute.mid > 0 else "lower"
