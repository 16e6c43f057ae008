"""Write the shipped series of `rechenmacht/data/history` from the published files, so that anyone can repeat it.

    python -m rechenmacht.evidence.importers.shipped ../shared/data rechenmacht/data/history

Numbers stand as published. Electricity is cut to generation in the blocs' countries, adoption to ten states.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rechenmacht.evidence.forms import Correction, History
from rechenmacht.evidence.importers import IMPORTERS
from rechenmacht.evidence.importers._frame import as_row
from rechenmacht.evidence.tables import write

if TYPE_CHECKING:
    from collections.abc import Sequence

INPUTS = {
    "epoch/ai-chip-counts": "epoch-chip-counts",
    "epoch/ai-chip-counts-2026-09": "epoch-chip-counts",
    "owid/electricity_2000_2025.csv": "owid-electricity",
    "us_census/btos_ai_use_by_state.csv": "census-btos",
}
FILES = (
    "vendors", "chip_lines", "owners", "china_lines", "electricity", "capital", "adoption",
    "vendors_2026_09", "chip_lines_2026_09", "owners_2026_09",
)  # fmt: skip
POWERED = frozenset(
    ["bloc:world", "bloc:us", "bloc:cn", *(f"country:{code}" for code in ("eu27", "sa", "ae", "qa", "kw", "om", "bh"))]
)


def _kept(row: History) -> bool:
    return row.file != "electricity" or (row.quantity == "electricity_generation" and row.subject in POWERED)


def series(data: Path, corrections: Sequence[Correction] = ()) -> dict[str, list[History]]:
    """Return the rows of each shipped history table, sorted by quantity, subject and period.

    Args:
        data: the folder of published data sets, laid out as `../shared/data`.
        corrections: all known corrections.

    Raises:
        BadInput: if a published file is missing or unusable.
    """
    rows = [
        row
        for place, name in INPUTS.items()
        for row in IMPORTERS[name].read(data / place, corrections).history
        if _kept(row)
    ]
    rows.sort(key=lambda row: (row.quantity, row.subject, row.period))
    return {file: [row for row in rows if row.file == file] for file in FILES}


def write_history(data: Path, out: Path, corrections: Sequence[Correction] = ()) -> dict[str, int]:
    """Write the shipped history tables into `out` and return the number of rows of each.

    Raises:
        BadInput: if a published file is missing or unusable.
    """
    out.mkdir(parents=True, exist_ok=True)
    tables = series(data, corrections)
    for file, rows in tables.items():
        write(out / f"{file}.csv", History, [as_row(row) for row in rows])
    return {file: len(rows) for file, rows in tables.items()}


if __name__ == "__main__":
    sys.stdout.write(f"{write_history(Path(sys.argv[1]), Path(sys.argv[2]))}\n")
