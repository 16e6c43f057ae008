"""Backtest targets: what is forecast, from which data, and what happened. They stand in `data/backtests.toml`.

Observed values are never typed in there: they are rows of the history or claims, named by id. A target's `kind`:
`flow` compares what a running total gained in a quarter, `year` in a year, `level` its value, and `anchored` the last
known value times the model's growth since then, for quantities that the model has in another definition.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from rechenmacht.dates import quarter_of
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.scenario import Prior, Text, _Strict

Array = NDArray[np.float64]
FILE = SHIPPED / "backtests.toml"


class Cutoff(_Strict):
    """Priors that stand in for those that were set with later knowledge, in runs that see nothing after a quarter."""

    until: str
    prior: dict[str, Prior]


class Series(_Strict):
    """One series of a target: the model's, and the observed one.

    What is observed is the history of `subject` and `quantity`, or (quarter, claim) pairs; with `over`, `subject` and
    `quantity` of another history, it is a share of that. `vintages` are editions of one list of sites: what is observed
    is the power, in each, of the sites that the first names.
    """

    variable: str
    region: str = "World"
    subject: str = ""
    quantity: str = ""
    over: tuple[str, str] | None = None
    claims: tuple[tuple[str, str], ...] = ()
    vintages: tuple[str, ...] = ()


class Target(_Strict):
    """One thing that is forecast at a cut-off and scored against what came."""

    id: str
    until: str
    kind: Literal["flow", "year", "level", "anchored"]
    unit: str
    title: Text
    note: Text
    last: str = "2025-Q4"
    series: tuple[Series, ...]


class _File(_Strict):
    cutoff: tuple[Cutoff, ...]
    target: tuple[Target, ...]


@dataclass(frozen=True)
class Known:
    """An observed series in the target's unit: quarters, values, and sources."""

    quarters: tuple[str, ...]
    values: Array
    sources: tuple[str, ...]


def read(path: Path = FILE) -> tuple[tuple[Target, ...], dict[str, Cutoff]]:
    """Return the targets, and the cut-offs by their last observed quarter.

    Raises:
        BadInput: if the file cannot be used; the message names file and entry.
    """
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"{path.name}: {where}: {first['msg'].lower()}") from None
    cutoffs = {one.until: one for one in found.cutoff}
    for target in found.target:
        if target.until not in cutoffs or target.until not in QUARTERS:
            raise BadInput(f"{path.name}: {target.id}: no cutoff {target.until}")
    return found.target, cutoffs


def _history(base: Base, subject: str, quantity: str) -> tuple[dict[str, float], set[str]]:
    rows = base.series(subject, quantity)
    return {row.period: row.value for row in rows if row.period in QUARTERS}, {row.source for row in rows}


def _sites(base: Base, vintages: Sequence[str]) -> tuple[dict[str, float], set[str]]:
    """Return the power of the first edition's sites as each edition gives it at its own date, MW by quarter."""
    latest: dict[str, dict[str, tuple[str, float]]] = {vintage: {} for vintage in vintages}
    for claim in base.tables.claims:
        if claim.source in latest and claim.quantity == "site_power":
            found = latest[claim.source]
            if (
                claim.as_of <= base.sources[claim.source].published
                and claim.as_of >= found.get(claim.subject, ("",))[0]
            ):
                found[claim.subject] = (claim.as_of, claim.mid)
    sites = set(latest[vintages[0]])
    values = {
        quarter_of(base.sources[vintage].published): sum(value for site, (_, value) in found.items() if site in sites)
        for vintage, found in latest.items()
        if found
    }
    return values, {vintage for vintage, found in latest.items() if found}


def _gained(running: dict[str, float]) -> dict[str, float]:
    """Return what a running total gained in each quarter that follows on a known one."""
    known = sorted(running)
    gained = {
        later: running[later] - running[earlier]
        for earlier, later in pairwise(known)
        if QUARTERS.index(later) == QUARTERS.index(earlier) + 1
    }
    if known and known[0] == QUARTERS[0]:
        gained[known[0]] = running[known[0]]
    return gained


def observed(base: Base, target: Target, one: Series) -> Known:
    """Return what a base knows of a series, in the order of time.

    A base as it stood at an earlier date lacks what came later, and so does what is returned.
    """
    if one.vintages:
        values, sources = _sites(base, one.vintages)
    elif one.claims:
        rows = [(quarter_of(at), base.claims[claim]) for at, claim in one.claims if claim in base.claims]
        values = {quarter: claim.mid for quarter, claim in rows}
        sources = {claim.source for _, claim in rows}
    else:
        values, sources = _history(base, one.subject, one.quantity)
    if target.kind == "flow" and not one.quantity.endswith("_quarter"):
        values = _gained(values)
    if one.over is not None:
        whole, more = _history(base, *one.over)
        whole = whole if one.over[1].endswith("_quarter") else _gained(whole)
        sources |= more
        values = {quarter: value / whole[quarter] for quarter, value in values.items() if whole.get(quarter)}
    quarters = tuple(sorted(values))
    return Known(quarters, np.array([values[q] for q in quarters]), tuple(sorted(sources)))
