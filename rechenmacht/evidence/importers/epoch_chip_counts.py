"""Epoch AI's counts of AI chips sold, by vendor, line and quarter (github epoch-research/ai-chip-counts, MIT).

Judgements:
- The tables hold the 5th, 50th and 95th percentile of Epoch's Monte Carlo: our `low, value, high`, taken as
  printed. Medians of parts do not add up to medians of totals, so totals are taken from Epoch's own tables
  of totals.
- "Compute estimate in H100e" is the dense 8-bit peak over 1,979 TFLOP/s. For "B200" and "B300" Epoch takes
  the GB200 and GB300 figure of 5,000 TFLOP/s. "Power in MW" is the sum of the chips' TDP, without server
  and cooling.
- A chip type is a *line* for counting (`chipline:nvidia-h100-h200`), not a chip with a datasheet.
- Sold means delivered by the vendor; nothing is ever retired. Chips that were smuggled are counted where
  they were sold.
- Calendar quarters are Epoch's own interpolation of fiscal quarters. A quarter that a fiscal year covers
  only in part says "incomplete" in `note`; the TPU rows of 2022-Q4, where the series begins half-way, are
  left out.
- TPU sales before 2023, Trainium and AMD Instinct sales before 2024 and NVIDIA sales before 2022 are not
  covered: they are missing, not zero. The first rows say so.
- The transcribed file `derived_nvda_revenue_msft_meta_capex.csv` (ours, not in the repository) gives
  NVIDIA's data-centre revenue per fiscal quarter, put in the calendar quarter that holds two of its three
  months, and capital expenditure of Microsoft (with assets under finance leases) and Meta (with principal
  payments on finance leases): two definitions.

Owners are read by `epoch_chip_owners`. Editions from September 2026 on have another form (a folder
`canonical_export`): `epoch_chip_canonical` reads those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Correction
from rechenmacht.evidence.importers import epoch_chip_canonical as canonical
from rechenmacht.evidence.importers import epoch_chip_owners as owners
from rechenmacht.evidence.importers._chip_tables import find, line_of, locator, rows_of, triple
from rechenmacht.evidence.importers._frame import (
    Collector,
    Imported,
    Importer,
    Row,
    dataset,
    number,
    quarter_ending,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME = "epoch-chip-counts"
DEFAULT = "2026-04-22"
ADDRESS = "https://github.com/epoch-research/ai-chip-counts/tree/d1b1bc311479ed385befa400e94533afc8b59fb7"
VENDORS = {  # the files' prefix -> (vendor, what the series leaves out before its first quarter)
    "nvidia": ("org:nvidia", "sales before 2022 are not covered"),
    "tpu": ("org:google", "TPU sales before 2023 are not covered: missing, not zero"),
    "trainium": ("org:amazon", "Trainium sales before 2024 are not covered: missing, not zero"),
    "amd": ("org:amd", "AMD Instinct sales before 2024 are not covered: missing, not zero"),
}
FIRST = {"nvidia": "2022-Q1", "tpu": "2023-Q1", "trainium": "2024-Q1", "amd": "2024-Q1"}
QUARTERS = {
    "nvidia": "csv_export/nvidia_calendar_quarter_chip_timelines.csv",
    "tpu": "csv_export/tpu_calendar_quarter_chip_timelines.csv",
    "trainium": "csv_export/trainium_chip_timelines.csv",
    "amd": "csv_export/amd_chip_timelines.csv",
}
CAPITAL = "derived_nvda_revenue_msft_meta_capex.csv"
BILLION = 1e9


def _note(row: Row, period: str, kind: str) -> str:
    parts = []
    if row.get("Incomplete") or "incomplete" in row.get("Notes", "").lower():
        parts.append("incomplete quarter: " + (row.get("Notes", "").split(". ")[0].removeprefix("Incomplete: ") or "?"))
    if period == FIRST[kind]:
        parts.append(VENDORS[kind][1])
    return "; ".join(parts)


def _totals(folder: Path, kind: str, corrections: Sequence[Correction], into: Collector) -> None:
    path = find(folder, f"csv_export/{kind}_cumulative_totals.csv")
    vendor = VENDORS[kind][0]
    for row, period in rows_of(path, corrections):
        for quantity, metric, unit in (
            ("chips_delivered_cumulative", "units", "count"),
            ("h100e_delivered_cumulative", "h100e", "h100e"),
            ("chip_power_delivered_cumulative", "power", "MW"),
        ):
            band = triple(row, metric, path.name)
            if band:
                note = _note(row, period, kind)
                into.history(vendor, quantity, period, band, unit, locator(path, row), note=note, file="vendors")


def _lines(folder: Path, kind: str, corrections: Sequence[Correction], into: Collector) -> None:
    vendor = VENDORS[kind][0]
    for file, ending in (
        (f"csv_export/{kind}_cumulative_by_chip.csv", "cumulative"),
        (QUARTERS[kind], "quarter"),
    ):
        path = find(folder, file)
        for row, period in rows_of(path, corrections):
            if not row.get("Chip type"):
                raise BadInput(f"{path.name} row {row['#line']}: Chip type is empty")
            if period < FIRST[kind]:
                continue  # the half quarter before the series begins
            subject = into.add_entity(line_of(vendor, row["Chip type"]))
            for quantity, metric, unit in (
                ("chips_delivered", "units", "count"),
                ("h100e_delivered", "h100e", "h100e"),
            ):
                band = triple(row, metric, path.name)
                if band:
                    into.history(
                        subject,
                        f"{quantity}_{ending}",
                        period,
                        band,
                        unit,
                        locator(path, row),
                        note=_note(row, period, kind),
                        file="chip_lines",
                    )


def _capital(path: Path, corrections: Sequence[Correction], into: Collector) -> None:
    for row, period in rows_of(path, corrections, end="calendar_quarter_end", key=("fiscal_quarter",)):
        ended = f"fiscal quarter {row['fiscal_quarter']}, ended {row.get('nvda_quarter_end', '?')}"
        for subject, quantity, column, note in (
            ("org:nvidia", "data_centre_revenue_quarter", "nvda_dc_revenue_busd", ended),
            ("org:microsoft", "capex_incl_leases_quarter", "msft_capex_busd", ""),
            (
                "org:meta",
                "capex_incl_lease_payments_quarter",
                "meta_capex_busd",
                "definition not stated by Epoch",
            ),
        ):
            value = number(row, column, path.name, scale=BILLION)
            if value is not None:
                into.history(
                    subject,
                    quantity,
                    period,
                    (None, round(value), None),
                    "USD",
                    f"nvidia_capex_sanity_check.ipynb, cell 3, {row['fiscal_quarter']}",
                    basis="reported",
                    grade="secondary",
                    note=note,
                    file="capital",
                )


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the folder as in the repository (file names with spaces) or with underscores in the names.

    Returns:
        History rows for the tables vendors, chip_lines, owners and capital; counts in `count` and `h100e`,
        chip power in MW, money in USD.

    Raises:
        BadInput: naming file, row and reason.
    """
    if (path / canonical.FOLDER).is_dir():
        return canonical.read(path, corrections, vintage)
    if not (path / "csv_export").is_dir():
        raise BadInput(f"{path}: no folder csv_export in it; give the folder of ai-chip-counts")
    source = dataset(
        "epoch-ai-chip-counts",
        DEFAULT,
        vintage,
        "AI chip sales and owners: notebooks and tables",
        "Epoch AI",
        ADDRESS,
        "MIT",
    )
    into = Collector(source)
    for kind in VENDORS:
        _totals(path, kind, corrections, into)
    for kind in VENDORS:
        _lines(path, kind, corrections, into)
    owners.collect(path, corrections, into)
    if (path / CAPITAL).exists():
        _capital(path / CAPITAL, corrections, into)
    return into.out


IMPORTER = Importer(
    NAME,
    "Epoch AI: AI chip sales and owners",
    f"epoch-ai-chip-counts-{DEFAULT}",
    "folder ai-chip-counts with csv_export, owners_csv_export and data_inputs, or with canonical_export and staging",
    read,
)
__all__ = ["IMPORTER", "quarter_ending", "read"]
