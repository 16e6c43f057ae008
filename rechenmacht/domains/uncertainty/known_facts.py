"""Facts that the reference run must reproduce: what was published beside the run's 90 % band."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rechenmacht.domains.race.axes import OWNER_ENTITY, QUARTERS, VENDOR_ENTITY
from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.evidence.base import Base

Array = NDArray[np.float64]
YEARS = ("2022", "2023", "2024", "2025")
SHARES = {"units": "chips", "h100e": "h100e_8bit"}
FITTED = {("units", "2022"), ("units", "2023"), ("units", "2024")}  # export_controls.demand, hoarding, elasticity
CONDITIONED = ("nvidia", "amd", "google", "amazon")  # vendors whose running totals condition the run
OWNERS = ("google", "microsoft", "amazon", "meta", "oracle", "coreweave")
ELECTRICITY = {"world": "2024-Q2", "us": "2024-Q2", "cn": "2024-Q2", "eu": "2024-Q2"}


@dataclass(frozen=True)
class Fact:
    """A published figure beside the run's median and 90 % band, in one unit; `origin` is a claim or a history row.

    `given` says that the run is conditioned on the figure, or a parameter fitted to it: agreement is no skill.
    """

    id: str
    observed: float
    median: float
    low90: float
    high90: float
    unit: str
    origin: str
    given: bool

    @property
    def inside(self) -> bool:
        """Whether the published figure lies in the band."""
        return self.low90 <= self.observed <= self.high90


def _rows(outcomes: Outcomes) -> Callable[[str, str], Array]:
    index = {(s.variable, s.region): i for i, s in enumerate(SERIES)}
    return lambda variable, region: outcomes[index[variable, REGION[region]]].astype(np.float64)


@dataclass(frozen=True)
class Modelled:
    """A published figure and what each draw says of it, shape (draw,)."""

    id: str
    observed: float
    draws: Array
    unit: str
    origin: str
    given: bool


def _shares(base: Base, row: Callable[[str, str], Array]) -> list[Modelled]:
    found = []
    for short, measure in SHARES.items():
        made = np.diff(row(f"delivered|{measure}|nvidia", "world"), axis=0, prepend=0.0)
        sold = row(f"china_share_of_nvidia|{measure}", "cn") * made
        for year in YEARS:
            at = [q for q, quarter in enumerate(QUARTERS) if quarter.startswith(year)]
            claim = base.claims[f"bloc.cn.china_share_of_nvidia_{short}.{year}.1"]
            share = sold[at].sum(0) / made[at].sum(0)
            fitted = (short, year) in FITTED
            found.append(Modelled(f"cn_share_nvidia_{short}_{year}", claim.mid, share, "share", claim.id, fitted))
    return found


def _totals(base: Base, row: Callable[[str, str], Array]) -> list[Modelled]:
    found, last = [], QUARTERS.index("2025-Q4")
    for group, names, entity, quantity in (
        ("delivered", CONDITIONED, VENDOR_ENTITY, "h100e_delivered_cumulative"),
        ("bought", OWNERS, OWNER_ENTITY, "h100e_owned_cumulative"),
    ):
        for name in names:
            for published in base.series(entity[name], quantity):
                if published.period == "2025-Q4":
                    draws = row(f"{group}|h100e_8bit|{name}", "world")[last]
                    origin = f"{published.file}:{published.row}"
                    found.append(Modelled(f"{group}_h100e_{name}_2025", published.value, draws, "h100e", origin, True))
    return found


def modelled(base: Base, outcomes: Outcomes, last: str = "2026-Q4") -> list[Modelled]:
    """Return the published figures and what each draw says of them.

    Args:
        base: the fact base.
        outcomes: (series, quarter, draw) from the first quarter to `last` or later.
        last: figures about later quarters are left out.
    """
    row = _rows(outcomes)
    found = _shares(base, row) + _totals(base, row)
    for bloc, quarter in ELECTRICITY.items():
        claim = base.claims[f"bloc.{bloc}.data_centre_electricity.2024.1"]
        draws = row("electricity_data_centres", bloc)[QUARTERS.index(quarter)]
        found.append(Modelled(f"data_centre_twh_{bloc}_2024", claim.mid, draws, "TWh", claim.id, False))
    for year, given in (("2024", False), ("2025", True)):
        claim = base.claims[f"country.eu27.eurostat_firms_ai_10plus.{year}.1"]
        draws = row("published|eurostat_firms", "world")[QUARTERS.index(f"{year}-Q4")]
        found.append(Modelled(f"eurostat_firms_{year}", claim.mid, draws, "share", claim.id, given))
    total = row("delivered|chips|huawei", "world")
    years = [(year, name) for year, name in (("2025", "2025.3"), ("2026", "2026.1")) if f"{year}-Q4" <= last]
    for year, name in years:
        claim = base.claims[f"org.huawei.ascend_chips_produced_year.{name}"]
        at = QUARTERS.index(f"{year}-Q4")
        found.append(
            Modelled(f"ascend_chips_{year}", claim.mid, total[at] - total[at - 4], "count", claim.id, year == "2025")
        )
    return found


def facts(base: Base, outcomes: Outcomes) -> list[Fact]:
    """Return the published figures beside the bands of a reference run's outcomes (series, quarter, draw)."""
    found = []
    for one in modelled(base, outcomes):
        low, middle, high = (float(x) for x in np.quantile(one.draws, [0.05, 0.5, 0.95]))
        found.append(Fact(one.id, float(one.observed), middle, low, high, one.unit, one.origin, one.given))
    return found
