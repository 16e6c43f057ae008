"""Published outlooks beside the reference run: `data/outlooks.csv`.

Each row holds what somebody published, with its definition and source, the quantity of the model that means the same in
words (`expressions`), and how the two still differ. `compared_*` is the published range after what `differs` says has
been taken out of it. A row overlaps if that range and the run's 90 % band share a point.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.domains.uncertainty.expressions import value
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED

FILE = SHIPPED / "outlooks.csv"
SENSES = ("range", "at least", "at most")


@dataclass(frozen=True)
class Outlook:
    """One published outlook; `low` and `high` are what is compared, in `unit`."""

    id: str
    topic: str
    quantity: str
    definition: str
    region: str
    year: str
    stated: tuple[float | None, float | None, float | None]
    low: float
    high: float
    unit: str
    sense: str
    kind: str
    grade: str
    source: str
    expression: str
    scale: float
    offset: float
    differs: str
    why: str


@dataclass(frozen=True)
class Beside:
    """An outlook and the run's 90 % band of what means the same, in its unit."""

    outlook: Outlook
    run_low: float
    run_mid: float
    run_high: float

    @property
    def overlaps(self) -> bool:
        """Whether the published range and the run's band share a point."""
        return self.outlook.low <= self.run_high and self.run_low <= self.outlook.high


def _number(text: str) -> float | None:
    return float(text) if text else None


def read(path: Path = FILE) -> tuple[Outlook, ...]:
    """Return the outlooks.

    Raises:
        BadInput: if a row cannot be used, naming it.
    """
    found = []
    for number, row in enumerate(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), 2):
        where = f"{path.name}, row {number}"
        try:
            low, mid, high = (_number(row[f"compared_{name}"]) for name in ("low", "mid", "high"))
            stated = (_number(row["low"]), _number(row["mid"]), _number(row["high"]))
            scale, offset = float(row["scale"]), float(row["offset"])
            known = [x for x in (low, mid, high) if x is not None]
            first, last = min(known), max(known)
        except (KeyError, TypeError, ValueError):
            raise BadInput(f"{where}: its numbers cannot be read") from None
        if row["sense"] not in SENSES:
            raise BadInput(f"{where}: sense must be one of {', '.join(SENSES)}")
        found.append(Outlook(
            row["id"], row["topic"], row["quantity"], row["definition"], row["region"], row["year"], stated,
            -np.inf if row["sense"] == "at most" else first, np.inf if row["sense"] == "at least" else last,
            row["unit"], row["sense"], row["kind"], row["grade"], row["source"], row["expression"], scale, offset,
            row["differs"], row["why"],
        ))  # fmt: skip
    return tuple(found)


def beside(outcomes: Outcomes, outlooks: Sequence[Outlook]) -> list[Beside]:
    """Return the outlooks beside a run's outcomes (series, quarter, draw)."""
    found = []
    for one in outlooks:
        draws = value(outcomes, one.expression, f"{FILE.name}, {one.id}") * one.scale + one.offset
        low, mid, high = (float(x) for x in np.quantile(draws, [0.05, 0.5, 0.95]))
        found.append(Beside(one, low, mid, high))
    return found
