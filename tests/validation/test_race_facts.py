"""The race against figures published by others. A miss is reported in docs/race, never hidden by a wider tolerance."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.evidence.base import Base

pytestmark = pytest.mark.validation


@pytest.fixture(scope="module")
def reference(base: Base) -> np.ndarray:
    return runs.compute(base, scenario.find(base, "reference"), 2000, 1)[0].astype(float)


def row(outcomes: np.ndarray, variable: str, region: str = "World") -> np.ndarray:
    return outcomes[next(i for i, s in enumerate(SERIES) if (s.variable, s.region) == (variable, region))]


def in_year(outcomes: np.ndarray, variable: str, year: str) -> np.ndarray:
    """Return what was added in a year to a running total, shape (draw,)."""
    total = row(outcomes, variable)
    last = QUARTERS.index(f"{year}-Q4")
    return total[last] - (total[last - 4] if last >= 4 else 0.0)


# Epoch AI, ai-chip-counts of 2026-04-22: China's share of NVIDIA's units and of its 8-bit H100e.
CHINA = {"2022": (0.121, 0.110), "2023": (0.162, 0.132), "2024": (0.249, 0.043), "2025": (0.118, 0.009)}


@pytest.mark.parametrize(("year", "measure"), [(y, m) for y in CHINA for m in ("chips", "h100e_8bit")])
def test_chinas_share_of_nvidia_emerges_from_rules_and_demand(reference: np.ndarray, year: str, measure: str) -> None:
    """Three parameters are fitted to the units of 2022 to 2024; 2025 and all H100e are not."""
    published = CHINA[year][("chips", "h100e_8bit").index(measure)]
    made = np.diff(row(reference, f"delivered|{measure}|nvidia"), axis=0, prepend=0.0)
    sold = row(reference, f"china_share_of_nvidia|{measure}", "China") * made
    quarters = [q for q, quarter in enumerate(QUARTERS) if quarter.startswith(year)]
    share = sold[quarters].sum(0) / made[quarters].sum(0)
    low, middle, high = np.quantile(share, [0.05, 0.5, 0.95])
    assert low <= published <= high
    assert middle == pytest.approx(published, rel=0.15)


@pytest.mark.parametrize(("quarter", "published"), [("2024-Q4", 0.1348), ("2025-Q4", 0.1995)])
def test_eurostat(reference: np.ndarray, quarter: str, published: float) -> None:
    """Firms in the EU with ten or more employees that use AI; the level of 2025 is a parameter, that of 2024 follows."""
    ours = np.median(row(reference, "published|eurostat_firms")[QUARTERS.index(quarter)])
    assert ours == pytest.approx(published, rel=0.15)


JUMP = pytest.mark.xfail(
    strict=True,
    reason="36.5 against 28 to 35 %: CNNIC's half-year jump from 17.7 % is faster than a Bass diffusion allows",
)


@pytest.mark.parametrize(
    ("quarter", "published"),
    [("2024-Q4", 0.177), pytest.param("2025-Q2", 0.365, marks=JUMP), ("2025-Q4", 0.428), ("2026-Q2", 0.5)],
)
def test_cnnic(reference: np.ndarray, quarter: str, published: float) -> None:
    """The China Internet Network Information Center; of mid-2026 it says more than 50 %."""
    low, high = np.quantile(row(reference, "published|cnnic_users")[QUARTERS.index(quarter)], [0.05, 0.95])
    assert low <= published <= high


@pytest.mark.parametrize(("quarter", "published"), [("2023-Q3", 0.037), ("2024-Q1", 0.054), ("2025-Q3", 0.095)])
def test_census_old_wording(reference: np.ndarray, quarter: str, published: float) -> None:
    """What the Census measured; the 6.6 % of September 2024 that was held against the run here was its forecast."""
    ours = np.median(row(reference, "published|btos_firms_old_wording")[QUARTERS.index(quarter)])
    assert ours == pytest.approx(published, rel=0.25)


@pytest.mark.parametrize(
    ("region", "published"), [("World", 415), ("United States", 183), ("China", 102), ("Europe", 68)]
)
def test_electricity_of_data_centres_in_2024(reference: np.ndarray, region: str, published: float) -> None:
    """The International Energy Agency, Energy and AI (2025): TWh in 2024; ours is the year's end at a yearly rate."""
    ours = np.median(row(reference, "electricity_data_centres", region)[QUARTERS.index("2024-Q2")])
    assert ours == pytest.approx(published, rel=0.2)


def test_ai_capital_spending_stays_below_what_the_large_buyers_spend(base: Base, reference: np.ndarray) -> None:
    """AI spending in the United States is most, not all, of what the four largest buyers invest."""
    for year in ("2024", "2025"):
        whole = base.claims[f"org.big-four.capex_incl_leases.{year}-12-31.1"].value
        ours = np.median(row(reference, "capex_ai", "United States")[QUARTERS.index(f"{year}-Q2")])
        assert whole is not None
        assert 0.4 * whole < ours < 1.15 * whole, (year, whole, ours)


@pytest.mark.parametrize(("year", "low", "high"), [("2024", 2e5, 5.5e5), ("2025", 2e5, 8.3e5), ("2026", 3e5, 8e5)])
def test_ascend_output_lies_in_the_published_range(reference: np.ndarray, year: str, low: float, high: float) -> None:
    """2024: Financial Times, SemiAnalysis; 2025: Kessler, SemiAnalysis, IDC; 2026: SemiAnalysis, Bloomberg on plans."""
    middle = np.median(in_year(reference, "delivered|chips|huawei", year))
    assert low <= middle <= high


def test_chinas_gap_is_months_not_years(base: Base, reference: np.ndarray) -> None:
    """Epoch AI's index puts models 3 to 7 months apart in 2025; ours compares effective runs, another measure."""
    published = base.claims["bloc.cn.frontier_gap_eci_months.2025-07.1"].value
    low, high = np.quantile(row(reference, "frontier_gap", "China")[QUARTERS.index("2025-Q2")], [0.05, 0.95])
    assert published is not None
    assert low <= published <= high


def test_chinas_compute_against_the_official_figure(reference: np.ndarray) -> None:
    """1,590 EFLOP/s at the end of 2025 (People's Daily) are 1.607 million H100e if they are dense 16-bit."""
    at = QUARTERS.index("2025-Q4")
    low, high = np.quantile(row(reference, "installed|h100e_16bit", "China")[at], [0.05, 0.95])
    assert low <= 1.607e6 <= high
