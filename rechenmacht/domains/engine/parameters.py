"""The engine's coefficients: read from data/parameters/engine.csv, looked up by name, with family fallbacks.

A coefficient is global (`engine.overlap.data`) or of a chip family or software stack
(`engine.matmul.hopper`); where a family has none of its own, the entry `other` stands in for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rechenmacht.domains.engine.library import FOLDER, table
from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

PREFIX = "engine."
Z90 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Coefficients by name without the prefix; `spread` is the log standard deviation of each.

    `top` is the largest sensible value of those that are shares.
    """

    mid: Mapping[str, float]
    spread: Mapping[str, float] = field(default_factory=dict)
    top: Mapping[str, float] = field(default_factory=dict)

    def __getitem__(self, name: str) -> float:
        """Return a coefficient's central value."""
        try:
            return self.mid[name]
        except KeyError:
            raise BadInput(f"no engine coefficient {name!r}{nearest(name, self.mid)}") from None

    def of(self, kind: str, member: str) -> float:
        """Return `kind.member`, or `kind.other` where the member has none of its own."""
        own = f"{kind}.{member}"
        return self[own if own in self.mid else f"{kind}.other"]

    def known(self, kind: str, member: str) -> bool:
        """Return whether a member has a coefficient of its own."""
        return f"{kind}.{member}" in self.mid

    def with_values(self, values: Mapping[str, float]) -> Coefficients:
        """Return the same coefficients with some central values replaced."""
        return replace(self, mid={**self.mid, **values})


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A row of data/engine/calibration.csv: prior centre, calibrated value, log spread."""

    name: str
    prior: float
    value: float
    spread: float


def coefficients(base: Base, calibrated: bool = True, folder: Path = FOLDER) -> Coefficients:
    """Return the engine's coefficients: priors of the base (a workspace may overlay them), calibrated where they were.

    A calibrated value stands only as long as its prior is the one it was calibrated from.

    Raises:
        BadInput: if the base has no engine coefficients.
    """
    mid: dict[str, float] = {}
    spread: dict[str, float] = {}
    top: dict[str, float] = {}
    for name, row in base.parameters.items():
        if name.startswith(PREFIX):
            short = name.removeprefix(PREFIX)
            mid[short] = row.mid
            positive = row.low > 0 and row.high > 0
            spread[short] = math.log(row.high / row.low) / (2 * Z90) if positive else 0.0
            if row.unit == "1" and row.high <= 1:
                top[short] = 1.0
    if not mid:
        raise BadInput("parameters/engine.csv is missing: the engine has no coefficients")
    if calibrated and (folder / "calibration.csv").exists():
        for fitted in table("calibration.csv", Calibrated, folder):
            if fitted.name in mid and math.isclose(mid[fitted.name], fitted.prior, rel_tol=1e-4):
                mid[fitted.name], spread[fitted.name] = fitted.value, fitted.spread
    return Coefficients(mid, spread, top)
