"""What a run is given besides its parameters: the dated, draw-free arrays that mechanisms get as `policy`.

A run may be told to see nothing after a quarter (`until`), so that it can be scored against what came later. Steps are
quarters; a finer step splits each quarter's observed flow evenly, to show that the step does not decide the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.added import Added
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS, year_at_end
from rechenmacht.domains.race.dice import multipliers
from rechenmacht.domains.race.observed import observe
from rechenmacht.domains.race.plugins import of
from rechenmacht.domains.race.production import YEARS
from rechenmacht.domains.race.ruled import controlled, ruled
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base, once

Array = NDArray[np.float64]
WIDTH = 1.0  # a place of 1 in a published band is its 95 % end (prior production.level.*)
NOTHING = -60.0  # logarithm that stands for no deliveries


@dataclass(frozen=True, eq=False)
class Inputs:
    """The dated arrays of a run: name -> (step, *shape), and what plug-ins add to the model.

    Equal to itself only, so that findings can be kept by it.
    """

    policy: Mapping[str, Array]
    until: str
    per_quarter: int
    added: Added = field(default_factory=Added, kw_only=True)

    @property
    def steps(self) -> int:
        """How many steps a run has."""
        return len(self.policy["dt"])


def _ends(per_quarter: int) -> Array:
    """Return the decimal year at the end of each step."""
    first = year_at_end(QUARTERS[0]) - 0.25
    ends: Array = first + 0.25 / per_quarter * np.arange(1, len(QUARTERS) * per_quarter + 1, dtype=np.float64)
    return ends


def _within(values: Array, per_quarter: int) -> Array:
    """Repeat values given per quarter for every step of the quarter."""
    return np.repeat(values, per_quarter, axis=0)


def _held(values: Array, steps: int) -> Array:
    """Extend observed values to all steps by holding the last."""
    missing = steps - len(values)
    return np.concatenate([values, np.repeat(values[-1:], missing, axis=0)])[:steps]


def _bands(total: Array, per_quarter: int, steps: int) -> dict[str, Array]:
    """Return logarithms of the running totals' medians and distances to the band's ends, (step, measure, vendor).

    Between quarter ends a running total rises evenly.
    """
    by_step = total.transpose(2, 0, 1, 3)  # (quarter, measure, vendor, 3)
    before = np.concatenate([np.zeros_like(by_step[:1]), by_step[:-1]])
    parts = [before + (by_step - before) * (k + 1) / per_quarter for k in range(per_quarter)]
    fine = np.stack(parts, 1).reshape(-1, *by_step.shape[1:])
    none = fine[..., 1] <= 1e-6
    low, mid, high = (np.log(np.maximum(fine[..., k], 1e-9)) for k in range(3))
    bands = {
        "running_mid": np.where(none, NOTHING, mid),
        "running_low": np.where(none, 0.0, mid - low),
        "running_high": np.where(none, 0.0, high - mid),
    }
    return {name: _held(values, steps) for name, values in bands.items()}


def _years(ends: Array, until: str) -> Array:
    """Return which of the years with yearly figures each step lies in, shape (step, year); the last one holds on."""
    year = np.floor(ends - 1e-6)
    last = min(int(until[:4]), int(YEARS[-1]))
    return np.stack([np.clip(year, int(YEARS[0]), last) == int(name) for name in YEARS], 1).astype(float)


@once
def inputs(base: Base, until: str = LAST_OBSERVED, per_quarter: int = 1) -> Inputs:
    """Build the dated arrays of a run that sees nothing after the quarter `until`.

    Args:
        base: the fact base; to keep later facts out, give one that holds none.
        until: the last observed quarter, for example 2023-Q4.
        per_quarter: steps in a quarter (1; 3 for months).

    Raises:
        BadInput: if `until` is not among the observed quarters or a series that the model needs is missing,
            or nobody has decided whether the workspace's plug-ins run.
    """
    if not QUARTERS[3] <= until <= LAST_OBSERVED:
        raise BadInput(f"until must lie within {QUARTERS[3]} to {LAST_OBSERVED}, not {until}")
    seen = QUARTERS[: QUARTERS.index(until) + 1]
    ends, dt = _ends(per_quarter), 0.25 / per_quarter
    steps = len(ends)
    observed = observe(base, seen)
    horizon = year_at_end(until)
    rules = ruled(base, ends.tolist(), dt)
    shares = np.concatenate([_within(observed.owner_share[:-1], per_quarter), observed.owner_share[-1:]])
    newer = _held(_within(observed.newer, per_quarter), steps)
    ahead = np.maximum(ends - horizon, 0.0)
    one = np.ones(steps)
    policy = {
        **_bands(observed.total, per_quarter, steps),
        "owner_share": _held(shares, steps),
        "newer": newer,
        "price_seen": _held(_within(observed.price, per_quarter), steps),
        "dice": multipliers(steps),
        "ends_quarter": (np.arange(steps) % per_quarter == per_quarter - 1).astype(float),
        "in_year": _years(ends, until),
        "free": rules.free,
        "case_by_case": rules.case_by_case,
        "free_refused": rules.free_refused,
        "case_by_case_refused": rules.case_by_case_refused,
        "none_sold": _held(_within(observed.none_sold, per_quarter), len(ends)) * (ends <= horizon + 1e-9),
        "since": np.repeat(rules.since[None], steps, axis=0),
        "china_worth": np.repeat(rules.worth[None], steps, axis=0),
        "controlled": controlled(base, "chip:h100-sxm", ends.tolist(), dt),
        "year": ends,
        "dt": one * dt,
        "ahead": ahead,
        "before": np.minimum(ends - dt / 2 - horizon, 0.0),
        "after": (ends > horizon + 1e-9).astype(float),
    }
    for values in policy.values():
        values.setflags(write=False)  # the same arrays serve every run of this base
    return Inputs(MappingProxyType(policy), until, per_quarter, added=of(base))
