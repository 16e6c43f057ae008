"""What the kernel needs in the page beside its own bytes: parameters, dated inputs and where outcomes stand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import scenario
from rechenmacht.domains.race.axes import OBSERVED, QUARTERS
from rechenmacht.domains.race.backends.choose import chosen
from rechenmacht.domains.race.backends.drawing import KINDS
from rechenmacht.domains.uncertainty.ensemble import Model
from rechenmacht.errors import BadInput
from rechenmacht.sample import values


def runs_of(column: NDArray[np.float64]) -> list[float]:
    """Return a column of shape (step,) as (value, how often in a row) pairs, one after another."""
    starts = np.flatnonzero(np.r_[True, column[1:] != column[:-1]])
    counts = np.diff(np.r_[starts, len(column)])
    return [x for start, count in zip(starts, counts, strict=True) for x in (_short(column[start]), int(count))]


def _short(value: float) -> float | int:
    """Return a number that JSON writes shortly and reads back to the last bit."""
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def numbers(model: Model, late: frozenset[str]) -> dict[str, Any]:
    """Return the numbers, for JSON: floats are read back to the last bit.

    Raises:
        BadInput: if there is no kernel for the model.
    """
    names = [parameter.name for parameter in model.parameters]
    kernel, why = chosen(model.given, names, (), "kernel")
    if kernel is None:
        raise BadInput(f"the first page needs the kernel: {why}")
    middle = [float(values(parameter, np.array([0.5]))[0]) for parameter in model.parameters]
    return {
        "names": names,
        "kinds": [KINDS.index(parameter.distribution) for parameter in model.parameters],
        "ends": [[_short(x) for x in (p.low, p.mid, p.high)] for p in model.parameters],
        "bounds": [[_short(x) for x in scenario.bounds(p)] for p in model.parameters],
        "units": [parameter.unit for parameter in model.parameters],
        "middle": [_short(x) for x in middle],
        "late": "".join("1" if name in late else "0" for name in names),
        "state": kernel.meta.state,
        "lanes": kernel.meta.lanes,
        "outputs": kernel.rows().tolist(),
        "inputs": len(kernel.meta.dated),
        "dated": [runs_of(column) for column in kernel.dated.T],
        "phase": kernel.phase.tolist(),
        "quarters": len(QUARTERS),
        "per_quarter": model.given.per_quarter,
        "cut": len(OBSERVED) * model.given.per_quarter,
    }
