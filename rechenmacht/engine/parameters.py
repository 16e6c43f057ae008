"""The engine's coefficients: read from data/parameters/engine.csv, looked up by name, with family fallbacks.

A coefficient is global (`engine.overlap.data`) or of a chip family or software stack
(`engine.matmul.hopper`); where a family has none of its own, the entry `other` stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rechenmacht.errors import BadInput, nearest
from rechenmacht.evidence.base import Base

PREFIX = "engine."
Z90 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Coefficients by name without the prefix; `spread` is the log standard deviation of each."""

    mid: Mapping[str, float]
    spread: Mapping[str, float] = field(default_factory=dict)

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


def coefficients(base: Base) -> Coefficients:
    """Return the engine's coefficients from the base (a workspace may overlay them)."""
    import math

    mid: dict[str, float] = {}
    spread: dict[str, float] = {}
    for name, row in base.parameters.items():
        if name.startswith(PREFIX):
            short = name.removeprefix(PREFIX)
            mid[short] = row.mid
            positive = row.low > 0 and row.high > 0
            spread[short] = math.log(row.high / row.low) / (2 * Z90) if positive else 0.0
    if not mid:
        raise BadInput("parameters/engine.csv is missing: the engine has no coefficients")
    return Coefficients(mid, spread)
