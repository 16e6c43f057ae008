"""Reading the tables of epoch-research/ai-chip-counts, whose headers differ from file to file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Entity
from rechenmacht.evidence.importers._frame import LINE, Row, day_of, number, quarter_ending, slug, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

TARGET = "epoch-chip-counts"
Band = tuple[float | None, float, float | None]
COLUMNS = {  # metric -> (5th percentile, median, 95th percentile), each with its spellings, in lower case
    "units": (
        ("number of units (5th percentile)", "units_p5"),
        ("number of units (median)", "number of units", "units_med"),
        ("number of units (95th percentile)", "units_p95"),
    ),
    "h100e": (
        ("compute estimate in h100e (5th percentile)", "h100e (5th percentile)", "h100e_p5"),
        ("compute estimate in h100e (median)", "h100e (median)", "h100e_med"),
        ("compute estimate in h100e (95th percentile)", "h100e (95th percentile)", "h100e_p95"),
    ),
    "power": (
        ("power in mw (5th percentile)", "power (mw) (5th percentile)", "power_mw_p5"),
        ("power in mw (median)", "power (mw) (median)", "power_mw_med"),
        ("power in mw (95th percentile)", "power (mw) (95th percentile)", "power_mw_p95"),
    ),
    "cost": (
        ("cost (usd) (5th percentile)", "cost_usd_p5"),
        ("cost (usd) (median)", "cost_usd_med"),
        ("cost (usd) (95th percentile)", "cost_usd_p95"),
    ),
}

LINES = {"H100": "h100-h200", "H100/H200": "h100-h200"}  # Epoch shortens the same line in some files
BLOC = {"org:huawei": "cn", "org:cambricon": "cn"}  # of the maker; all others are of the United States


def line_of(vendor: str, chip: str) -> Entity:
    """Return the entity of a chip type as Epoch counts it: `chipline:nvidia-a100`."""
    org = vendor.removeprefix("org:")
    part = LINES.get(chip) or slug(chip).removeprefix("instinct-")
    name = {"h100-h200": "NVIDIA H100 and H200", "h100": "NVIDIA H100 and H200"}.get(part) or {
        "org:nvidia": f"NVIDIA {chip}",
        "org:amd": f"AMD {chip}",
        "org:google": f"Google {chip}",
        "org:amazon": f"Amazon {chip}",
        "org:huawei": f"Huawei {chip}",
        "org:cambricon": f"Cambricon {chip}",
    }.get(vendor, chip)
    return Entity(
        f"chipline:{org}-{part}",
        "chipline",
        f"{name} (line)",
        f"{name} (Baureihe)",
        (),
        (),
        BLOC.get(vendor, "us"),
        vendor,
        "",
        "",
        "a family of chips as Epoch AI counts sales; not one datasheet",
    )


def find(folder: Path, file: str) -> Path:
    """Return the file's path, its name written with underscores or, as in the repository, with spaces.

    Raises:
        BadInput: if neither is there.
    """
    path = folder / file
    spaced = path.with_name(path.name.replace("_", " "))
    if not path.exists() and not spaced.exists():
        raise BadInput(f"{folder}: no file {file} in it")
    return path if path.exists() else spaced


def rows_of(
    path: Path, corrections: Sequence[Correction], end: str = "End date", key: tuple[str, ...] = ("Name",)
) -> Iterator[tuple[Row, str]]:
    """Yield the rows of a table with the calendar quarter on whose last day each ends.

    Raises:
        BadInput: if the columns are wrong or a row has no end date, naming file and row.
    """
    for row in table(path, [end], key, TARGET, corrections):
        day = day_of(row, end, path.name)
        if not day:
            raise BadInput(f"{path.name} row {row[LINE]}: {end} is empty")
        yield row, quarter_ending(day, f"{path.name} row {row[LINE]}")


def _cell(row: Row, names: dict[str, str], spellings: tuple[str, ...], file: str) -> float | None:
    column = next((names[spelling] for spelling in spellings if spelling in names), "")
    return number(row, column, file) if column else None


def triple(row: Row, metric: str, file: str) -> Band | None:
    """Return the 5th, 50th and 95th percentile of `units`, `h100e`, `power` (MW) or `cost` (USD); None if no median.

    Raises:
        BadInput: if a cell is no number or the three are not in order.
    """
    names = {column.lower(): column for column in row}
    low, value, high = (_cell(row, names, spellings, file) for spellings in COLUMNS[metric])
    if value is None:
        return None
    given = [number_ for number_ in (low, value, high) if number_ is not None]
    if given != sorted(given):
        raise BadInput(f"{file} row {row[LINE]}: the percentiles of {metric} are not in order")
    return low, value, high


def locator(path: Path, row: Row) -> str:
    """Return folder, file and row name within the repository."""
    return f"{path.parent.name}/{path.name.replace(' ', '_')}, {row.get('Name') or row['name']}"
