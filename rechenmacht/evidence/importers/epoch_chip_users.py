"""Epoch AI: who uses the AI chips, compute in use by five frontier labs at year ends (CC BY 4.0).

Judgements:
- Read from `data/lab_compute_year_end_by_lab.csv` and `data/lab_compute_intermediates_by_lab.csv` of
  github epoch-research/ai-compute-users. H100e is the dense 8-bit peak, as in the chip counts.
- *Used* counts chips that run for the lab, owned or rented, for research, training and serving. Owned chips that do not
  run yet are not used, so a lab's use and its parent's purchases differ by more than the share of other users.
- "SpaceXAI" is `org:xai`. DeepMind and Meta Superintelligence Labs are parts of their parents.
- The share of owned chips in operation is an input of Epoch's model for 2025 and follows from a delay for 2024: an
  estimate, no measurement. It is said of the parent, which owns the chips.
- Numbers of this size are kept to whole H100e and shares to four digits; the models' medians are not exact beyond that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers._frame import (
    LINE,
    Collector,
    Imported,
    Importer,
    Row,
    dataset,
    day_of,
    entity,
    number,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "epoch-chip-users"
DEFAULT = "2026-09-03"
ADDRESS = "https://github.com/epoch-research/ai-compute-users/tree/00fc721716fada4940e1bf362824116df45a8886"
YEAR_ENDS = "lab_compute_year_end_by_lab.csv"
STEPS = "lab_compute_intermediates_by_lab.csv"
LABS = {  # as Epoch names them -> (the lab, the owner of its chips)
    "OpenAI": ("org:openai", ""),
    "Anthropic": ("org:anthropic", ""),
    "SpaceXAI": ("org:xai", ""),
    "Google DeepMind": ("org:google-deepmind", "org:google"),
    "Meta Superintelligence Labs": ("org:meta-superintelligence-labs", "org:meta"),
}
KEPT = {  # variable -> (quantity, unit, whether it is said of the owner, to our unit)
    "deployment_lag": ("owned_chips_operational_share", "1", True, 1.0),
    "lag_quarters_2024": ("delivery_to_operation_delay", "month", True, 3.0),
    "dm_fraction": ("lab_share_of_operational_chips", "1", False, 1.0),
    "dm_share_2024": ("lab_share_of_operational_chips", "1", False, 1.0),
    "msl_share": ("lab_share_of_operational_chips", "1", False, 1.0),
    "meta_ai_share_2024": ("lab_share_of_operational_chips", "1", False, 1.0),
    "total_power": ("lab_it_power", "MW", False, 1.0),  # OpenAI, from the power it disclosed
    "power_mw": ("lab_it_power", "MW", False, 1.0),  # Anthropic, from a leaked figure
}
NOTES = {
    "owned_chips_operational_share": "delivered is not running; of all AI chips the owner has bought",
    "delivery_to_operation_delay": "an assumption of Epoch's model for end-2024, given in quarters",
    "lab_share_of_operational_chips": "of the parent's chips in operation",
}


def _lab(row: Row, name: str) -> tuple[str, str]:
    lab = row.get("Lab", "")
    if lab not in LABS:
        raise BadInput(f"{name} row {row[LINE]}: Lab {lab!r} is none of {', '.join(LABS)}")
    return LABS[lab]


def _band(
    row: Row, stem: str, name: str, digits: int, scale: float = 1.0
) -> tuple[float | None, float, float | None] | None:
    found = [number(row, f"{stem}_{point}", name, scale) for point in ("p5", "med", "p95")]
    given = [value for value in found if value is not None]
    if given != sorted(given):
        raise BadInput(f"{name} row {row[LINE]}: the percentiles of {stem} are not in order")
    low, value, high = (None if one is None else round(one, digits) for one in found)
    return None if value is None else (low, value, high)


def _year_ends(path: Path, corrections: Sequence[Correction], into: Collector) -> None:
    for row in table(path, ("Lab", "Date", "h100e_med"), ("Name",), NAME, corrections):
        lab, owner = _lab(row, path.name)
        band = _band(row, "h100e", path.name, 0)
        if not row["Date"]:
            raise BadInput(f"{path.name} row {row[LINE]}: Date is empty")
        day = day_of(row, "Date", path.name)
        if band:
            into.add_entity(entity(lab, row["Lab"], bloc="us", parent=owner))
            note = "owned or rented, in use; one definition of who commands compute, beside who owns it"
            into.band(lab, "h100e_used_by_lab", band, "h100e", day, f"data/{path.name}, {row['Name']}", note=note)


def _steps(path: Path, corrections: Sequence[Correction], into: Collector) -> None:
    for row in table(path, ("Lab", "Year", "Variable", "value_med"), ("Name",), NAME, corrections):
        lab, owner = _lab(row, path.name)
        if row["Variable"] in KEPT:
            quantity, unit, of_owner, scale = KEPT[row["Variable"]]
            band = _band(row, "value", path.name, 4, scale)
            if not (row["Year"].isascii() and row["Year"].isdigit() and len(row["Year"]) == 4):
                raise BadInput(f"{path.name} row {row[LINE]}: Year {row['Year']!r} is no year")
            subject = owner if of_owner and owner else lab
            if band:
                where = f"data/{path.name}, {row['Lab']} {row['Year']}, {row['Variable']}"
                day = f"{row['Year']}-12-31"
                into.band(subject, quantity, band, unit, day, where, note=NOTES.get(quantity, ""))


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the folder `data` of the repository; the table of steps may be missing.

    Returns:
        Claims: compute in use in `h100e` at year ends, shares in 1, delays in quarters, each with 5 and 95 %.

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "epoch-ai-chip-users", DEFAULT, vintage, "AI chip users: compute of frontier labs", "Epoch AI", ADDRESS,
        "CC-BY-4.0",
    )  # fmt: skip
    into = Collector(source)
    if not (path / YEAR_ENDS).is_file():
        raise BadInput(f"{path}: no file {YEAR_ENDS} in it; give the folder data of ai-compute-users")
    _year_ends(path / YEAR_ENDS, corrections, into)
    if (path / STEPS).is_file():
        _steps(path / STEPS, corrections, into)
    return into.out


IMPORTER = Importer(NAME, "Epoch AI: AI chip users", f"epoch-ai-chip-users-{DEFAULT}", f"folder with {YEAR_ENDS}", read)
