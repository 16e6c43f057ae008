"""How sure a share of draws is: its bounds by the number of draws, why it is near 0 or 1, and what breaks it.

A thousand draws that agree show a probability above 0.996, not certainty (Clopper and Pearson 1934, 95 %). Where the
blocs' measures lie far apart the order is structural: no prior reaches across. A scenario that does is named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import LAST_OBSERVED
from rechenmacht.domains.race.outcomes import SERIES, Series
from rechenmacht.special import beta_quantile

NEAR = 0.005  # a share of draws closer than this to 0 or 1 would be printed as certain
# The measure that each definition of "ahead" compares, as a series.
MEASURE = {
    "ahead|frontier": "effective_run",
    "ahead|application": "measure|application",
    "ahead|stack": "measure|stack",
    "ahead|infrastructure": "power_connected",
    "ahead|workforce": "virtual_workers",
    "ahead|sovereignty": "measure|sovereignty",
}
# Shipped scenarios in which the order of the United States and China, or what the share tells, is another.
BROKEN_BY = {
    "ahead|frontier": "china_one_run",
    "ahead|application": "ai_plus_met",
    "ahead|stack": "stack_20",
    "ahead|infrastructure": "electron_gap",
    "ahead|workforce": "electron_gap",
    "ahead|sovereignty": "stack_20",
    "decoupled|us_80": "stack_20",
    "bust|capex_30": "taiwan_blockade",
}
RIVALS = ("United States", "China", "World")
Array = NDArray[np.float64]


class Shares(Protocol):
    """An ensemble's quantiles (series, quarter, quantile; the median in the middle) and means (series, quarter)."""

    @property
    def table(self) -> Array:
        """The quantiles, shape (series, quarter, quantile)."""

    @property
    def means(self) -> Array:
        """The means, shape (series, quarter)."""

    @property
    def quarters(self) -> tuple[str, ...]:
        """The quarters."""


@dataclass(frozen=True)
class Chance:
    """A share of draws: its 95 % bounds, how many times its bloc leads (or what share of the first it has), the rest.

    `lead` is a ratio of medians, nan where nothing is compared; `why` is "", "observed", "far_ahead", "far_behind" or
    "draws" for a share near 0 or 1; `broken_by` is a scenario or "".
    """

    probability: float
    low: float
    high: float
    lead: float
    why: str
    broken_by: str


def bounds(share: float, draws: int) -> tuple[float, float]:
    """Return the exact 95 % bounds of a probability of which a share of independent draws was seen."""
    hits = round(share * draws)
    low = 0.0 if hits == 0 else beta_quantile(hits, draws - hits + 1, 0.025)
    high = 1.0 if hits == draws else beta_quantile(hits + 1, draws - hits, 0.975)
    return low, high


def leads(series: tuple[Series, ...], medians: Array) -> dict[int, Array]:
    """Return how many times each bloc's measure is that of the largest other, by the place of its indicator.

    Args:
        series: what the rows are.
        medians: of each series, shape (series, quarter).
    """
    place = {(one.variable, one.region): i for i, one in enumerate(series)}
    found = {}
    for i, one in enumerate(series):
        own = place.get((MEASURE.get(one.variable, ""), one.region))
        others = [
            place[MEASURE[other.variable], other.region]
            for other in series
            if other.variable == one.variable and other.region != one.region
            and (MEASURE.get(other.variable, ""), other.region) in place
        ]  # fmt: skip
        if own is not None and others:
            best = medians[others].max(axis=0)
            found[i] = np.divide(medians[own], best, out=np.full_like(best, math.inf), where=best > 0)
    return found


def chance(one: Series, share: float, draws: int, lead: float, observed: bool, scenario: str = "") -> Chance:
    """Return what is to be said about a series' share of draws in a quarter of a scenario."""
    low, high = bounds(share, draws)
    sure = share < NEAR or share > 1 - NEAR
    why = ""
    if sure:
        far = "far_ahead" if lead >= 2 and share > 0.5 else "far_behind" if lead <= 0.5 and share < 0.5 else "draws"
        why = "observed" if observed else far
    broken = BROKEN_BY.get(one.variable, "") if sure and one.region in RIVALS else ""
    if broken and broken == scenario:
        broken = "reference"
    return Chance(share, low, high, lead, why, broken)


def chances_of(
    scenario: str, summary: Shares, draws: int, until: str = LAST_OBSERVED, series: tuple[Series, ...] = SERIES
) -> Iterator[tuple[Series, str, Chance]]:
    """Yield each series that is 0 or 1 in a draw, quarter by quarter, with how sure its share of draws is."""
    ahead = leads(series, summary.table[..., summary.table.shape[-1] // 2])
    for index, one in enumerate(series):
        if one.unit != "indicator":
            continue
        for position, quarter in enumerate(summary.quarters):
            lead = float(ahead[index][position]) if index in ahead else float("nan")
            yield (
                one,
                quarter,
                chance(one, float(summary.means[index, position]), draws, lead, quarter <= until, scenario),
            )


def note(found: Chance, draws: int) -> str:
    """Return in a sentence why a share of draws is near 0 or 1, and what breaks it; empty for others."""
    if not found.why:
        return ""
    bound = f"above {found.low:.4g}" if found.probability > 0.5 else f"below {found.high:.4g}"
    times = f"{found.lead:.3g}" if found.lead >= 0.01 else f"{found.lead:.1g}"
    reason = {
        "observed": "published counts and dated priors fix the order of this quarter",
        "far_ahead": f"its median is {times} times that of the next",
        "far_behind": f"its median is {times} of the first's",
        "draws": "no draw of the priors says otherwise" if found.probability in {0.0, 1.0} else "few draws do",
    }[found.why]
    breaks = f"; scenario {found.broken_by} breaks it" if found.broken_by else ""
    return f"{bound} by {draws} draws: {reason}{breaks}"
