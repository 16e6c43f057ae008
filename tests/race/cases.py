"""One draw of every parameter at its median, and the state before the first quarter, for worked cases."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from rechenmacht.distributions import QUANTILES
from rechenmacht.domains.race.axes import MEASURES, VENDORS
from rechenmacht.domains.race.dice import LINES
from rechenmacht.domains.race.production import COUNTED, YEARS
from rechenmacht.domains.race.ruled import CHIPS_FOR_CHINA
from rechenmacht.domains.race.start import start
from rechenmacht.domains.race.step import NAMES
from rechenmacht.evidence.base import load


@cache
def _medians() -> dict[str, float]:
    half = np.array([0.5])
    return {
        name: float(QUANTILES[p.distribution](half, p.low, p.mid, p.high)[0])
        for name, p in load().parameters.items()
        if p.mechanism in NAMES
    }


def parameters(**changed: Any) -> dict[str, np.ndarray]:
    """Return all parameters at their medians as arrays of one draw; dots in names are written as two underscores."""
    given = {name.replace("__", "."): value for name, value in changed.items()}
    assert set(given) <= set(_medians()), set(given) - set(_medians())
    return {name: np.atleast_1d(np.asarray(given.get(name, value), float)) for name, value in _medians().items()}


def state(p: dict[str, np.ndarray], **changed: Any) -> dict[str, Any]:
    """Return the state before the first quarter with some entries replaced."""
    begun = start(p, np)
    assert set(changed) <= set(begun), set(changed) - set(begun)
    return begun | {name: np.asarray(value, float) for name, value in changed.items()}


def policy(**changed: Any) -> dict[str, np.ndarray]:
    """Return the dated arrays of one quarter of 2026, after the observed ones, in which nothing is ruled."""
    chips = len(CHIPS_FOR_CHINA)
    given = {
        "year": 2026.25, "dt": 0.25, "ahead": 0.25, "before": 0.0, "after": 1.0, "newer": 1.0, "controlled": 0.0,
        "in_year": np.eye(len(YEARS))[-1], "price_seen": np.full(len(VENDORS), 2e4), "dice": np.full(LINES, 2e4),
        "ends_quarter": 1.0,
        "free": np.ones(chips), "case_by_case": np.zeros(chips), "free_refused": np.zeros(chips),
        "case_by_case_refused": np.zeros(chips), "none_sold": 0.0, "since": np.zeros(chips),
        "china_worth": np.ones((len(MEASURES), chips)),
    }  # fmt: skip
    shape = (len(MEASURES), 2 * len(COUNTED))
    given |= {name: np.zeros(shape) for name in ("running_mid", "running_low", "running_high")}
    return {name: np.asarray(value, float)[..., None] for name, value in (given | changed).items()}
