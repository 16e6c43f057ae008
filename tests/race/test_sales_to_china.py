"""H200 sold to China with smuggling at nothing: nobody else gains a chip; what others gain comes by price and backlog."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from rechenmacht import runs, scenario
from rechenmacht.domains.race.axes import QUARTERS
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.uncertainty.ensemble import whole
from rechenmacht.evidence.base import Base

DRAWS = 200
LOOPS = (
    "crises",
    "scarcity",
    "returns",
    "ecosystem",
    "capital",
)  # by which buyers and makers answer scarcity and price
OTHERS = ("United States", "Europe", "Gulf states", "Rest of the world")
ROUNDING = 2.5e-4  # of outcomes in 32 bits, and of orders divided anew among blocs


def installed(base: Base, licensed: float, accepted: float, off: tuple[str, ...]) -> dict[str, NDArray[np.float64]]:
    """Return installed compute in H100e (later quarters, draw) by region, no chip smuggled from mid-2026 on."""
    model = runs.model_of(base, runs.replace_off(scenario.find(base, "reference"), off))
    levers = {
        "export_controls.enforcement": (("2026-Q3", 1.0),), "export_controls.licensed": (("2027-Q1", licensed),),
        "export_controls.acceptance": (("2027-Q1", accepted),),
    }  # fmt: skip
    found = whole(replace(model, levers={**model.levers, **levers}), DRAWS, 1)
    late = [k for k, quarter in enumerate(QUARTERS) if "2027-Q1" <= quarter <= "2028-Q4"]
    return {
        one.region: found[i, late].astype(np.float64)
        for i, one in enumerate(SERIES) if one.variable == "installed|h100e_8bit"
    }  # fmt: skip


@pytest.mark.parametrize("off", [LOOPS, ()], ids=["chips alone", "with price and backlog"])
def test_sales_to_china_give_nobody_else_a_chip(base: Base, off: tuple[str, ...]) -> None:
    without, sold = installed(base, 0.0, 0.0, off), installed(base, 1.0, 0.95, off)
    assert set(OTHERS) < set(sold)
    assert (sold["China"][-1] >= without["China"][-1] * (1 - ROUNDING)).mean() > 0.95
    for region in OTHERS:
        gain = sold[region] / without[region] - 1
        if off:
            assert gain.max() < ROUNDING, region  # in no draw and no quarter
        else:
            assert np.median(gain[-1]) <= 0, region
            assert (gain[-1] > 1e-3).mean() < 0.03, region  # see docs/race-shows.md
