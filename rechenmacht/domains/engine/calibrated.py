"""A calibration as it is used: coefficients with their offsets and spreads, shipped or of a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.offsets import Offsets, offsets
from rechenmacht.domains.engine.parameters import Coefficients, coefficients
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients by name, and offsets by kind of measurement."""

    coefficients: Coefficients
    offsets: Offsets


def calibration(base: Base, folder: Path | None = None) -> Calibration:
    """Return the calibration of a folder (default: the workspace's where it has one, else the shipped one).

    Raises:
        BadInput: if a named folder holds none.
    """
    if folder is not None and not (folder / "calibration.csv").exists():
        raise BadInput(f"{folder}: no calibration.csv; write one with `rechenmacht engine calibrate --table mine.csv`")
    own = None if base.workspace is None else base.workspace / "engine"
    used = folder or (own if own is not None and (own / "calibration.csv").exists() else FOLDER)
    return Calibration(coefficients(base, folder=used), offsets(used))
