"""Forecast register: dated, checksummed quantiles of public quantities, so that later data can score them."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from rechenmacht import files
from rechenmacht.domains.race.axes import BLOCS, QUARTERS, VENDORS
from rechenmacht.domains.race.observation import PUBLISHED
from rechenmacht.domains.race.outcomes import REGION, SERIES
from rechenmacht.domains.uncertainty.ensemble import Outcomes
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import SHIPPED, Base

Array = NDArray[np.float64]
SCHEMA = "rechenmacht.forecasts/1"
FOLDER = SHIPPED / "forecasts"
YEARS = ("2026", "2027", "2028", "2030", "2035")
SIGNED = frozenset({"cn_frontier_gap"})  # who is behind can come to be ahead; all other quantities are counts or sums
LEVELS = tuple(round(0.05 * k, 2) for k in range(1, 20))


def _named() -> dict[str, tuple[str, str, bool]]:
    """Return public quantities: name -> (variable, region, whether it is what a running total gains in a year)."""
    world = REGION["world"]
    named = {f"h100e_sold_{v}": (f"delivered|h100e_8bit|{v}", world, True) for v in VENDORS}
    named |= {f"chips_sold_{v}": (f"delivered|chips|{v}", world, True) for v in ("nvidia", "huawei")}
    for bloc in (*BLOCS, "world"):
        named[f"data_centre_twh_{bloc}"] = ("electricity_data_centres", REGION[bloc], False)
        named[f"ai_power_gw_{bloc}"] = ("power_connected", REGION[bloc], False)
        named[f"capex_ai_{bloc}"] = ("capex_ai", REGION[bloc], False)
    named |= {f"adoption_{name}": (f"published|{name}", world, False) for name in PUBLISHED}
    named["cn_share_nvidia_units"] = ("china_share_of_nvidia|chips", REGION["cn"], False)
    named["cn_share_nvidia_h100e"] = ("china_share_of_nvidia|h100e_8bit", REGION["cn"], False)
    named["cn_frontier_gap"] = ("frontier_gap", REGION["cn"], False)
    return named


def _checksum(document: Mapping[str, Any]) -> str:
    body = {name: value for name, value in document.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def register(base: Base, outcomes: Outcomes, date: str, version: str, draws: int, seed: int) -> dict[str, Any]:
    """Return a register's document.

    Args:
        base: the fact base the forecasts rest on.
        outcomes: of the reference run (series, quarter, draw).
        date: the day on which it is made, ISO.
        version: of the model.
        draws: of the run.
        seed: of the run.
    """
    index = {(s.variable, s.region): i for i, s in enumerate(SERIES)}
    rows = []
    for name, (variable, region, gained) in _named().items():
        values = outcomes[index[variable, region]].astype(np.float64)
        unit = SERIES[index[variable, region]].unit
        for year in YEARS:
            at = QUARTERS.index(f"{year}-Q4")
            draw = values[at] - values[at - 4] if gained else values[at]
            quantiles = [float(f"{x:.6g}") for x in np.quantile(draw, LEVELS)]
            when = f"in {year}" if gained else f"{year}-Q4"
            rows.append({"id": name, "year": year, "when": when, "unit": unit, "quantiles": quantiles})
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "made": date,
        "version": version,
        "data_checksum": base.checksum,
        "scenario": "reference",
        "draws": draws,
        "seed": seed,
        "levels": list(LEVELS),
        "forecasts": rows,
    }
    return document | {"sha256": _checksum(document)}


def read(path: Path) -> dict[str, Any]:
    """Return a register's document.

    Raises:
        BadInput: if it cannot be read or has been altered.
    """
    try:
        document = files.json_of(path)
    except BadInput as error:
        raise BadInput(f"{path} is no readable forecast register ({str(error).rpartition(': ')[2]})") from None
    return checked(document, str(path))


def checked(document: Any, where: str) -> dict[str, Any]:
    """Return a register's document that is what a register writes, wherever it comes from.

    Raises:
        BadInput: if it is none, or has been altered.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadInput(f"{where}: not a register of the form {SCHEMA}")
    if document.get("sha256") != _checksum(document):
        raise BadInput(f"{where}: the checksum does not fit, so the forecasts have been altered")
    levels, rows = document.get("levels"), document.get("forecasts")
    texts = all(isinstance(document.get(key), str) for key in ("made", "sha256"))
    if not texts or not _numbers(levels) or 0.5 not in levels or not isinstance(rows, list):
        raise BadInput(f"{where}: a register has made, levels and forecasts")
    for row in rows:
        named = isinstance(row, dict) and all(isinstance(row.get(key), str) for key in ("id", "year", "unit"))
        if not named or not _numbers(row.get("quantiles")) or len(row["quantiles"]) != len(levels):
            raise BadInput(f"{where}: a forecast has id, year, unit and a number for each level")
    return document


def _numbers(values: Any) -> TypeGuard[list[float]]:
    """Tell whether something is a list of finite numbers."""
    return isinstance(values, list) and all(
        isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x) for x in values
    )


def quantile_score(quantiles: Sequence[float], levels: Sequence[float], observed: float) -> float:
    """Return the CRPS that quantiles tell of: twice the mean pinball loss over their levels, in the quantity's unit."""
    q, level = np.array(quantiles), np.array(levels)
    return float(2 * np.mean((observed - q) * (level - (observed < q))))


def possible(name: str, year: str, value: float, unit: str) -> None:
    """Let pass a value that a quantity can have.

    Raises:
        BadInput: if what is counted or paid is below nothing, or a share above the whole.
    """
    if value < 0 and name not in SIGNED:
        said = f"{name} for {year}: {value:g} {unit} is below nothing, which it cannot be"
        raise BadInput.of("error.uncertainty.negative", said, what=name, year=year, value=f"{value:g}", unit=unit)
    if unit == "share" and value > 1:
        said = f"{name} for {year}: a share of {value:g} is more than the whole (write 0.36 for 36%)"
        raise BadInput.of("error.uncertainty.whole", said, what=name, year=year, value=f"{value:g}")


def score(document: Mapping[str, Any], observed: Sequence[tuple[str, str, float]]) -> list[dict[str, Any]]:
    """Score a register.

    Args:
        document: the register.
        observed: (id, year, value) of what happened, in the register's units.

    Raises:
        BadInput: if an observation fits no forecast, or is no value that its quantity can have.
    """
    known = {(row["id"], row["year"]): row for row in document["forecasts"]}
    levels = list(document["levels"])
    found = []
    for name, year, value in observed:
        row = known.get((name, year))
        if row is None:
            raise BadInput(f"no forecast {name!r} for {year} in the register of {document['made']}")
        possible(name, year, value, row["unit"])
        quantiles = row["quantiles"]
        low50, high50 = (float(np.interp(p, levels, quantiles)) for p in (0.25, 0.75))
        found.append(
            {
                "id": name,
                "year": year,
                "unit": row["unit"],
                "observed": value,
                "median": quantiles[levels.index(0.5)],
                "low90": quantiles[0],
                "high90": quantiles[-1],
                "in50": low50 <= value <= high50,
                "in90": quantiles[0] <= value <= quantiles[-1],
                "crps": quantile_score(quantiles, levels, value),
            }
        )
    return found
