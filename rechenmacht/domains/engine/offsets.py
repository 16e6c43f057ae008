"""Calibrated offsets and spreads by kind of measurement (data/engine/offsets.csv)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rechenmacht.domains.engine.library import FOLDER, table

UNKNOWN_SPREAD = {"training": 0.22, "serving": 0.5, "decentral": 0.25, "swarm": 0.4, "energy": 0.2, "component": 0.12,
                  "goodput": 0.05}  # fmt: skip
FALLBACK = {
    "training": "train_dense_nvidia_bf16", "serving": "infer_west", "decentral": "decentralised_train",
    "swarm": "decentralised_infer", "energy": "energy", "component": "component", "goodput": "goodput",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offset:
    """Log offset of a kind (member empty) or of a kind's chip family, the log spread of a single point, and points."""

    kind: str
    member: str
    offset: float
    spread: float
    points: float


@dataclass(frozen=True, slots=True)
class Offsets:
    """All offsets, by kind and member."""

    rows: dict[tuple[str, str], Offset]

    def kind_of(self, kind: str, part: str) -> str:
        """Return the kind itself where it was calibrated, else the usual kind of that part of the engine."""
        return kind if (kind, "") in self.rows else FALLBACK[part]

    def of(self, kind: str, member: str, part: str) -> tuple[float, float]:
        """Return offset and spread of a kind and chip family; a family without points gets the kind's, widened."""
        whole = self.rows.get((kind, ""))
        if whole is None:
            return 0.0, UNKNOWN_SPREAD[part]
        own = self.rows.get((kind, member))
        if own is None:
            return whole.offset, (whole.spread**2 + 0.1**2) ** 0.5
        return whole.offset + own.offset, own.spread

    def points(self, kind: str, member: str) -> float:
        """Return how many measured points a kind has of a chip family (kind `chip`: of a chip)."""
        row = self.rows.get((kind, member))
        return 0.0 if row is None else row.points


@cache
def offsets(folder: Path = FOLDER) -> Offsets:
    """Return the offsets of a calibration, the shipped one by default (none if there are not any)."""
    if not (folder / "offsets.csv").exists():
        return Offsets({})
    return Offsets({(row.kind, row.member): row for row in table("offsets.csv", Offset, folder)})
