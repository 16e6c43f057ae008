"""Epoch AI's Frontier Data Centers: sites followed by satellite and permits, past and planned (CC BY 4.0).

Judgements:
- A folder is one vintage: `data_center_timelines.csv` (one row per site and date) and `data_centers.csv`
  (one per site). Columns were added and sites renamed between vintages; a column a vintage lacks is no
  error, and old names are mapped to the same site.
- The vintage is the folder's name (`20260523` or `2026-05-23`) unless given.
- "Power (MW)" is facility power, "IT power (MW)" the computers' (only from 2026-05 on). "H100 equivalents"
  is dense 8-bit. Capital costs are published in billions of 2025 USD and include the computers; we keep
  USD.
- Dates up to the vintage are estimates of what stood then. Later ones are Epoch's projections: `forecast`,
  and their power is `site_power_planned`.
- Two rows of one site on one day: the first wins. Zero before anything is built is a fact and is kept.
- Sites in `data_centers.csv` that no timeline row mentions give their "Current" figures, dated to the
  vintage.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import (
    LINE,
    Collector,
    Imported,
    Importer,
    Row,
    as_day,
    dataset,
    day_of,
    entity,
    number,
    short,
    slug,
    table,
)
from rechenmacht.evidence.importers._sites import BLOCS, OWNERS, SITES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "epoch-data-centers"
DEFAULT = "2026-05-23"
COLUMNS = (  # column, quantity once built, quantity when projected, unit, factor
    ("Power (MW)", "site_power", "site_power_planned", "MW", 1.0),
    ("IT power (MW)", "site_it_power", "site_it_power", "MW", 1.0),
    ("H100 equivalents", "site_h100e", "site_h100e", "h100e", 1.0),
    ("Total capital cost (2025 USD billions)", "site_capital_cost", "site_capital_cost", "USD", 1e9),
)
CURRENT = (
    ("Current power (MW)", "site_power", "MW", 1.0),
    ("Current H100 equivalents", "site_h100e", "h100e", 1.0),
    ("Current total capital cost (2025 USD billions)", "site_capital_cost", "USD", 1e9),
)
_FOLDER_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def vintage_of(path: Path, given: str) -> str:
    """Return the vintage as a day, from the option or the folder's name.

    Raises:
        BadInput: if neither gives one.
    """
    if given:
        return given
    match = _FOLDER_DAY.fullmatch(path.resolve().name)
    if not match:
        raise BadInput(f"{path}: the folder's name gives no vintage (20260523); give it with --vintage")
    return as_day("-".join(match.groups()), str(path))


def _site(row: Row, name: str, into: Collector, known: dict[str, Row]) -> str:
    about = known.get(name, row)
    owner = about.get("Owner", "").split(" #")[0].strip()
    site = f"site:{SITES.get(name) or slug(name)}"
    return into.add_entity(entity(site, name, "", BLOCS.get(about.get("Country", ""), ""), OWNERS.get(owner, "")))


def _value(row: Row, column: str, file: str, scale: float) -> float | None:
    value = number(row, column, file)
    return None if value is None else float(f"{value * scale:.15g}")


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read a vintage folder.

    Returns:
        Claims about `site:*`: site_power, site_power_planned and site_it_power [MW], site_h100e [h100e],
        site_capital_cost [USD of 2025].

    Raises:
        BadInput: naming file, row and reason.
    """
    day = vintage_of(path, vintage)
    address = "https://epoch.ai/data/data-centers"
    source = dataset(
        "epoch-frontier-data-centers", DEFAULT, day, "Frontier Data Centers", "Epoch AI", address, "CC-BY-4.0"
    )
    into = Collector(source)
    sites = table(path / "data_centers.csv", ("Owner", "Current power (MW)"), (), NAME, corrections)
    known = {row.get("Name") or row.get("Handle", ""): row for row in sites}
    file = "data_center_timelines.csv"
    need, key = ("Date", "Data center", "Power (MW)", "H100 equivalents"), ("Data center", "Date")
    seen = set()
    for row in table(path / file, need, key, NAME, corrections):
        when, name = day_of(row, "Date", file), row["Data center"]
        if not when or not name:
            raise BadInput(f"{file} row {row[LINE]}: Date or Data center is empty")
        seen.add(SITES.get(name) or slug(name))
        site, ahead = _site(row, name, into, known), when > source.published
        for column, built, projected, unit, scale in COLUMNS:
            into.claim(
                site,
                projected if ahead else built,
                _value(row, column, file, scale),
                unit,
                when,
                f"{file}, {name}, {row['Date']}, {column}",
                basis="forecast" if ahead else "estimated",
                note=short(row.get("Construction status", "")) if column == "Power (MW)" else "",
            )
    for name, row in known.items():
        if name and (SITES.get(name) or slug(name)) not in seen:
            site = _site(row, name, into, known)
            for column, quantity, unit, scale in CURRENT:
                value = _value(row, column, "data_centers.csv", scale)
                into.claim(site, quantity, value, unit, source.published, f"data_centers.csv, {name}, {column}")
    return into.out


IMPORTER = Importer(
    NAME,
    "Epoch AI: Frontier Data Centers",
    f"epoch-frontier-data-centers-{DEFAULT}",
    "vintage folder (20260523) with data_centers.csv and data_center_timelines.csv",
    read,
)
