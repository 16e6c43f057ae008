"""What the rolling origin forecasts: targets and their observed series. They stand in `data/rolling_targets.csv`.

Observed values are never typed in there: they are read from the history and the claims. `observed` says how:

    level  the value of a series
    gain   what a running total gained in a quarter
    ratio  the gain of one running total over that of another (`over`)
    mean   the mean of the same quantity of several subjects
    record the largest value so far over the models of some blocs, by the day on which they appeared
    sites  the sum over the sites of an edition of each site's latest value

`forecast` says how the model's series speaks of it: `gain` and `level` as above, `anchored` the last known value times
the model's growth since then, for quantities that the model has in another definition.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rechenmacht.dates import quarter_of, span
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import SHIPPED, Base
from rechenmacht.evidence.editions import incomplete
from rechenmacht.evidence.forms import Claim

Array = NDArray[np.float64]
FILE = SHIPPED / "rolling_targets.csv"
HAPPENED = {"measured", "reported", "estimated", "specified"}  # bases of claims that say what was, not what will be
OBSERVED = ("level", "gain", "ratio", "mean", "record", "sites")
FORECAST = ("gain", "level", "anchored")
FISCAL = datetime.timedelta(days=45)  # a fiscal quarter that ends within so many days belongs to the one before


@dataclass(frozen=True)
class Target:
    """One thing that is forecast; `subjects` are entities, or blocs of models for records."""

    id: str
    group: str
    observed: str
    forecast: str
    variable: str
    region: str
    subjects: tuple[str, ...]
    quantity: str
    over: str
    unit: str
    title_en: str
    title_de: str
    note_en: str
    note_de: str


@dataclass(frozen=True)
class Known:
    """An observed series in the target's unit, in the order of time: quarters, values (quarter,), and sources."""

    quarters: tuple[str, ...]
    values: Array
    sources: tuple[str, ...]

    def until(self, quarter: str) -> Known:
        """Return what was known of it at the end of a quarter."""
        number = sum(one <= quarter for one in self.quarters)
        return Known(self.quarters[:number], self.values[:number], self.sources)


def read(path: Path = FILE) -> tuple[Target, ...]:
    """Return the targets.

    Raises:
        BadInput: if the file cannot be used, naming row and reason.
    """
    series = {(one.variable, one.region) for one in SERIES}
    found = []
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {error}") from None
    for number, row in enumerate(rows, 2):
        where = f"{path.name}, row {number}"
        try:
            texts = {name: str(row[name]) for name in Target.__dataclass_fields__ if name != "subjects"}
            target = Target(subjects=tuple(row["subjects"].split(";")), **texts)
        except (TypeError, KeyError, AttributeError):
            raise BadInput(f"{where}: the columns do not fit") from None
        if target.observed not in OBSERVED or target.forecast not in FORECAST:
            raise BadInput(f"{where}: {target.id}: no such kind: {target.observed}, {target.forecast}")
        if (target.variable, target.region) not in series:
            names = sorted(f"{variable}@{region}" for variable, region in series)
            name = f"{target.variable}@{target.region}"
            raise BadInput(f"{where}: a run has no {name}{nearest(name, names)}")
        found.append(target)
    return tuple(found)


def _quarter(claim: Claim) -> str:
    """Return the quarter that a claim speaks of."""
    if claim.quantity.endswith("_quarter"):
        return quarter_of(str(span(claim.as_of)[1] - FISCAL))
    return quarter_of(claim.as_of)


def _series(base: Base, subject: str, quantity: str) -> tuple[dict[str, float], set[str]]:
    """Return a series by quarter: the history and, for quarters that it lacks, claims of what happened."""
    found: dict[str, list[float]] = {}
    sources: set[str] = set()
    for claim in base.tables.claims:
        if (claim.subject, claim.quantity) == (subject, quantity) and claim.basis in HAPPENED and claim.as_of:
            found.setdefault(_quarter(claim), []).append(claim.mid)
            sources.add(claim.source)
    values = {quarter: float(np.median(several)) for quarter, several in found.items()}
    for row in base.series(subject, quantity):
        if row.period in QUARTERS and not incomplete(row):
            values[row.period] = row.value
            sources.add(row.source)
    return values, sources


def _gained(running: dict[str, float]) -> dict[str, float]:
    """Return what a running total gained in each quarter that follows on a known one."""
    known = sorted(quarter for quarter in running if quarter in QUARTERS)
    return {
        later: running[later] - running[earlier]
        for earlier, later in pairwise(known)
        if QUARTERS.index(later) == QUARTERS.index(earlier) + 1
    }


def _record(base: Base, blocs: Iterable[str], quantity: str) -> tuple[dict[str, float], set[str]]:
    """Return the largest value so far of the models of some blocs, by quarter."""
    allowed = set(blocs)
    best: dict[str, float] = {}
    sources = set()
    for claim in base.tables.claims:
        model = base.entities.get(claim.subject)
        if claim.quantity == quantity and model and model.kind == "model" and model.start and model.bloc in allowed:
            quarter = quarter_of(model.start)
            best[quarter] = max(best.get(quarter, 0.0), claim.mid)
            sources.add(claim.source)
    if not best:
        return {}, set()
    values, largest = {}, max((value for quarter, value in best.items() if quarter < QUARTERS[0]), default=0.0)
    for quarter in QUARTERS[: QUARTERS.index(min(max(best), LAST_OBSERVED)) + 1]:
        largest = max(largest, best.get(quarter, 0.0))
        values[quarter] = largest
    return values, sources


def _sites(base: Base, source: str, quantity: str) -> tuple[dict[str, float], set[str]]:
    """Return the sum over an edition's sites of each site's latest value, by quarter."""
    rows = [c for c in base.tables.claims if c.source == source and c.quantity == quantity and c.as_of]
    if not rows:
        return {}, set()
    published = quarter_of(base.sources[source].published)
    values = {}
    for quarter in QUARTERS[: QUARTERS.index(published)]:
        latest: dict[str, tuple[str, float]] = {}
        for claim in rows:
            if quarter_of(claim.as_of) <= quarter:
                latest[claim.subject] = max(latest.get(claim.subject, ("", 0.0)), (claim.as_of, claim.mid))
        values[quarter] = sum(value for _, value in latest.values())
    return values, {source}


def observed(base: Base, target: Target) -> Known:
    """Return what a base knows of a target's series, to the last observed quarter."""
    first = target.subjects[0]
    if target.observed == "record":
        values, sources = _record(base, target.subjects, target.quantity)
    elif target.observed == "sites":
        values, sources = _sites(base, first, target.quantity)
    else:
        values, sources = _series(base, first, target.quantity)
    if target.observed in {"gain", "ratio"}:
        values = values if target.quantity.endswith("_quarter") else _gained(values)
    if target.observed == "ratio":
        subject, _, quantity = target.over.rpartition("/")
        whole, more = _series(base, subject or first, quantity)
        whole = whole if quantity.endswith("_quarter") else _gained(whole)
        values = {quarter: value / whole[quarter] for quarter, value in values.items() if whole.get(quarter, 0.0) > 0}
        sources |= more
    if target.observed == "mean":
        every = [_series(base, subject, target.quantity) for subject in target.subjects]
        common = set(values).intersection(*(one for one, _ in every))
        values = {quarter: float(np.mean([one[quarter] for one, _ in every])) for quarter in common}
    quarters = tuple(sorted(q for q in values if q <= LAST_OBSERVED))
    return Known(quarters, np.array([values[q] for q in quarters]), tuple(sorted(sources)))
