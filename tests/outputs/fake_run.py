"""Invented runs with the shapes that `rechenmacht.runs` writes: numbers from a simple formula, no model behind them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rechenmacht import __version__
from rechenmacht.domains.race.axes import LAST_OBSERVED, QUARTERS, year_at_end
from rechenmacht.domains.race.outcomes import SERIES
from rechenmacht.domains.race.step import NAMES
from rechenmacht.evidence.base import Base
from rechenmacht.runs import (
    INDICATOR,
    QUANTILES,
    SCHEMA,
    Run,
    kept_quarters,
    read,
    summarise,
)
from rechenmacht.runs import write as write_files

DRAWS = 64
WORTH = {"chips": 1.3, "h100e_8bit": 1.0, "h100e_16bit": 0.9, "h100e_bandwidth": 1.1, "chip_power_mw": 0.0007}
PLACE = {"United States": 1e6, "China": 1e5, "Europe": 5e4, "Gulf states": 8e3, "Rest of the world": 3e4}


def outcomes(china: float = 1.0, draws: int = DRAWS) -> NDArray[np.float32]:
    """Return (series, quarter, draw): growth by 60 % a year, a spread that widens after 2025, China times `china`."""
    years = np.array([year_at_end(quarter) for quarter in QUARTERS])
    z = np.linspace(-2, 2, draws)
    spread = 0.1 + 0.1 * np.maximum(years - 2026, 0)
    path = np.exp(0.6 * (years - 2026))[:, None] * np.exp(spread[:, None] * z)
    found = []
    for index, series in enumerate(SERIES):
        stock, _, rest = series.variable.partition("|")
        measure = rest.partition("|")[0]
        level = PLACE.get(series.region, 1e6 / (1 + index % 7)) * (china if series.region == "China" else 1.0)
        if series.region == "World" and stock == "installed":
            level = sum(PLACE.values()) + PLACE["China"] * (china - 1)
        if series.unit == INDICATOR:
            found.append(np.broadcast_to(np.where(series.region == "United States", 1.0, 0.0), path.shape))
        elif series.unit == "share" and stock != "installed_share":
            found.append(np.broadcast_to(0.5 * np.exp(0.02 * z), path.shape))
        elif stock == "installed_share":
            total = sum(PLACE.values()) + PLACE["China"] * (china - 1)
            found.append(np.broadcast_to(level / total * WORTH[measure] * np.exp(0.02 * z), path.shape))
        else:
            found.append(level * WORTH.get(measure, 1.0) * path)
    return np.array(found, dtype=np.float32)


def meta(base: Base, name: str, draws: int = DRAWS, **scenario: Any) -> dict[str, Any]:
    """Return a run's record; `scenario` overrides entries of the scenario."""
    title = {"en": f"Scenario {name}", "de": f"Szenario {name}"}
    told: dict[str, Any] = {
        "id": name,
        "title": title,
        "question": title,
        "off": [],
        "prior": {},
        "lever": [],
        "expect": [],
    }
    return {
        "schema": SCHEMA,
        "version": __version__,
        "commit": "0123456789ab",
        "data_checksum": base.checksum,
        "scenario": {**told, **scenario},
        "seed": 1,
        "draws": draws,
        "conditioned_to": LAST_OBSERVED,
        "quarters": list(QUARTERS),
        "draw_quarters": kept_quarters(base),
        "quantiles": list(QUANTILES),
        "parameters": [asdict(p) for p in base.parameters.values() if p.mechanism in NAMES],
        "wall_seconds": 0.1,
    }


def write(folder: Path, record: dict[str, Any], numbers: NDArray[np.float32], *, keep: bool = True) -> Run:
    """Write a run folder and open it."""
    folder.mkdir(parents=True)
    write_files(folder, summarise(numbers), numbers if keep else None, record)
    return read(folder)


def runs(base: Base, where: Path, *, keep: bool = True) -> list[Run]:
    """Return a reference and one scenario in which China has 20 % more."""
    expect = [
        {"variable": "installed|h100e_8bit", "region": "China", "at": "2030-Q4", "sign": "higher"},
        {"variable": "installed|h100e_8bit", "region": "United States", "at": "2030-Q4", "sign": "same"},
        {"variable": "delivered|h100e_8bit|huawei", "region": "World", "at": "2030-Q4", "sign": "lower"},
    ]
    name = next(iter(p for p in base.parameters if base.parameters[p].mechanism in NAMES))
    lever = [{"name": name, "at": "2027-Q1", "value": 0.5, "reason": "a <b>test</b>", "claims": []}]
    more = meta(base, "more_china", expect=expect, lever=lever)
    return [
        write(where / "reference", meta(base, "reference"), outcomes(), keep=keep),
        write(where / "more_china", more, outcomes(1.2), keep=keep),
    ]
