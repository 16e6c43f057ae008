"""Quantities of a run in words: `mean capex_ai@us@2026 / mean capex_ai@us@2025`, draw by draw.

A term is a kind, a variable, a region (`us`, `cn`, `eu`, `gulf`, `rest`, `world`) and a time:

    end  X@R@2030-Q4     the value at the end of a quarter
    mean X@R@2030        the mean of the year's four quarters
    gain X@R@2027        what a running total gained in the year
    sum  X@R@2025..2029  the sum of the years' means

Terms are joined by `+`, `-`, `*` and `/`, worked out from left to right.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.errors import BadInput, nearest

Array = NDArray[np.float64]
TERM = re.compile(r"(end|mean|gain|sum) (\S+)@(\w+)@(\d{4}(?:-Q[1-4])?)(?:\.\.(\d{4}))?")
LEAST = 1e-30


def _row(outcomes: Outcomes, variable: str, region: str, where: str) -> Array:
    """Return a series, shape (quarter, draw)."""
    wanted = (variable, REGION.get(region, region))
    for place, one in enumerate(SERIES):
        if (one.variable, one.region) == wanted:
            found: Array = outcomes[place].astype(np.float64)
            return found
    names = sorted({one.variable for one in SERIES})
    raise BadInput(f"{where}: a run has no {variable} in {region}{nearest(variable, names)}")


def _of_year(values: Array, year: str) -> Array:
    at = [k for k, quarter in enumerate(QUARTERS) if quarter.startswith(year)]
    found: Array = values[at]
    return found


def _term(outcomes: Outcomes, text: str, where: str) -> Array:
    parts = TERM.fullmatch(text)
    if parts is None:
        raise BadInput(f"{where}: {text!r} is no term such as mean capex_ai@us@2026")
    kind, variable, region, at, last = parts.groups()
    values = _row(outcomes, variable, region, where)
    if kind == "end":
        if at not in QUARTERS:
            raise BadInput(f"{where}: {at} is no quarter of a run: write {QUARTERS[0]} to {QUARTERS[-1]}")
        level: Array = values[QUARTERS.index(at)]
        return level
    years = [str(year) for year in range(int(at[:4]), int(last or at[:4]) + 1)]
    if len(at) > 4 or not all(f"{year}-Q4" in QUARTERS for year in years):
        raise BadInput(f"{where}: {text!r}: write years of a run")
    if kind == "gain":
        end = QUARTERS.index(f"{at}-Q4")
        gained: Array = values[end] - (values[end - 4] if end >= 4 else 0.0)
        return gained
    found: Array = sum((_of_year(values, year).mean(0) for year in years), np.zeros(values.shape[1]))
    return found


def value(outcomes: Outcomes, text: str, where: str) -> Array:
    """Return what each draw says of a quantity, shape (draw,).

    Args:
        outcomes: of a run (series, quarter, draw).
        text: the quantity in words.
        where: file and row, for the message of an error.

    Raises:
        BadInput: if it cannot be read or a run has no such series or time.
    """
    parts = re.split(r" ([-+*/]) ", text.strip())
    found = _term(outcomes, parts[0], where)
    for sign, term in zip(parts[1::2], parts[2::2], strict=True):
        other = _term(outcomes, term, where)
        if sign == "+":
            found = found + other
        elif sign == "-":
            found = found - other
        elif sign == "*":
            found = found * other
        else:
            found = found / np.where(np.abs(other) < LEAST, LEAST, other)
    return found
