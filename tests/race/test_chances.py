"""How sure shares of draws are: bounds by their number, why they are near 0 or 1, and what breaks them."""

from __future__ import annotations

import numpy as np
import pytest

from rechenmacht import runs, scenario
from rechenmacht.domains.race.chances import BROKEN_BY, bounds, chance, leads, note
from rechenmacht.domains.race.outcomes import SERIES, Series
from rechenmacht.evidence.base import Base

FRONTIER = Series("ahead|stack", "United States", "indicator")


def test_worked_case_bounds_of_draws_that_agree() -> None:
    # All of 100 draws: the lower end solves q ** 100 = 0.025, so q = exp(ln 0.025 / 100) = 0.96378
    assert bounds(1.0, 100) == (pytest.approx(np.exp(np.log(0.025) / 100)), 1.0)
    assert bounds(0.0, 100) == (0.0, pytest.approx(1 - np.exp(np.log(0.025) / 100)))
    low, high = bounds(0.5, 100)
    assert (low, high) == (pytest.approx(0.398, abs=1e-3), pytest.approx(0.602, abs=1e-3))  # Clopper and Pearson


def test_worked_case_a_lead_is_a_ratio_of_medians() -> None:
    series = (
        FRONTIER, Series("ahead|stack", "China", "indicator"),
        Series("measure|stack", "United States", "share"), Series("measure|stack", "China", "share"),
    )  # fmt: skip
    found = leads(series, np.array([[1.0], [0.0], [0.8], [0.2]]))
    assert found[0] == pytest.approx([4.0])  # 0.8 / 0.2
    assert found[1] == pytest.approx([0.25])


def test_a_share_near_one_says_why_and_what_breaks_it() -> None:
    found = chance(FRONTIER, 1.0, 1000, 30.0, observed=False)
    assert (found.why, found.broken_by) == ("far_ahead", "stack_20")
    assert note(found, 1000) == (
        "above 0.9963 by 1000 draws: its median is 30 times that of the next; scenario stack_20 breaks it"
    )
    assert note(chance(FRONTIER, 0.4, 1000, 1.1, observed=False), 1000) == ""
    assert chance(FRONTIER, 1.0, 1000, 30.0, observed=False, scenario="stack_20").broken_by == "reference"


@pytest.mark.parametrize("variable", sorted(BROKEN_BY))
def test_the_scenario_that_is_named_breaks_it(base: Base, variable: str) -> None:
    place = next(i for i, s in enumerate(SERIES) if s.variable == variable and s.region in {"United States", "World"})
    usual, other = (
        runs.compute(base, scenario.find(base, name), 200, 1)[0][place].mean(axis=-1)
        for name in ("reference", BROKEN_BY[variable])
    )
    assert np.abs(usual - other).max() > 0.03
