"""Epoch AI's counts of AI chips in the form of September 2026 (`canonical_export`, `staging/curated`; MIT).

Read by the importer `epoch-chip-counts` where the folder holds `canonical_export`. What `epoch_chip_counts` and
`epoch_chip_owners` say of counts, power, bands and owners holds here too; further judgements:
- Dollars are what buyers paid for the chips by Epoch's reckoning: chips times *one* price for each type of chip
  (B200 37,000 USD, B300 43,000, H100 and H200 25,000). Their band is the band of the count; no band of prices is
  published. Where one chip has no price, nothing is said of the vendor's dollars.
- `dollars_per_chip_quarter` is our arithmetic: what the running total of dollars gained in the quarter over what the
  running total of chips gained, both at the median. It moves with the mix of chips alone and has no band.
- The half quarter in which a series begins (TPU 2022-Q4) is left out, but is in the running totals after it.
- A quarter that fiscal quarters cover only in part says `incomplete quarter` in its note (NVIDIA 2026-Q3, TPU 2026-Q2,
  owners 2026-Q1). `editions.incomplete` tells.
- Huawei and Cambricon are counted by hand by Epoch, which calls the bands of Huawei's chips unprincipled. Its compute
  of an Ascend 910B is about 1.9 times what its own table of chip types implies; the rows say so.
- Chips smuggled to China (designer NVIDIA) are a quantity of their own and no part of `h100e_owned_*`.
- `h100e_acquired_cumulative` of China is our arithmetic: legal NVIDIA and AMD, smuggled NVIDIA, Huawei and Cambricon,
  medians and percentiles added as if all erred together (Huawei's over its chips and quarters: its total has no
  band). It is given where all but AMD are known; its parts begin in 2022 (legal NVIDIA), 2024 (smuggled, Huawei,
  Cambricon) and 2025-Q4 (AMD).
- Running totals by line, China's purchases by line and the transcribed revenues are not in this form: the edition of
  April 2026 stays the newest for those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers import epoch_chip_owners as owners
from rechenmacht.evidence.importers._chip_tables import find, line_of, locator, rows_of, triple
from rechenmacht.evidence.importers._frame import LINE, Collector, Imported, Row, dataset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction, History

FOLDER = "canonical_export"
DEFAULT = "2026-09-25"
ADDRESS = "https://github.com/epoch-research/ai-chip-counts/tree/10c28e48b450bb0acf3c4c53c8d4b2ab38dc47cc"
MAKERS = {  # designer -> (vendor, its part in the owners' quantities, first quarter, what is not covered before)
    "Nvidia": ("org:nvidia", "nvidia", "2022-Q1", "sales before 2022 are not covered"),
    "Google": ("org:google", "tpu", "2023-Q1", "TPU sales before 2023 are not covered: missing, not zero"),
    "Amazon": ("org:amazon", "trainium", "2024-Q1", "Trainium sales before 2024 are not covered: missing, not zero"),
    "AMD": ("org:amd", "amd", "2024-Q1", "AMD Instinct sales before 2024 are not covered: missing, not zero"),
    "Huawei": ("org:huawei", "huawei", "2024-Q1", "Huawei's sales before 2024 are not covered: missing, not zero"),
    "Cambricon": (
        "org:cambricon", "cambricon", "2024-Q1", "Cambricon's sales before 2024 are not covered: missing, not zero",
    ),
}  # fmt: skip
SALES = ("nvidia", "tpu", "trainium", "amd")
OWNERS = ("nvidia_owners", "nvidia_other", "coreweave", "tpu", "trainium", "amd")
SMUGGLED = "China (smuggled)"
FROM_APRIL = "as in the edition of 2026-04-22"
REMARKS = {
    "org:huawei": "Epoch: bands without a revenue model, not to be taken literally",
    "chipline:huawei-ascend-910b": "H100e is about 1.9 times what Epoch's own table of chip types implies",
}
METRICS = (("chips", "units", "count"), ("h100e", "h100e", "h100e"))
TOTALS = (
    ("chips_delivered_cumulative", "units", "count"),
    ("h100e_delivered_cumulative", "h100e", "h100e"),
    ("chip_power_delivered_cumulative", "power", "MW"),
    ("chip_dollars_cumulative", "cost", "USD"),
)
FLOWS = (
    ("chips_delivered_quarter", "units", "count"),
    ("h100e_delivered_quarter", "h100e", "h100e"),
    ("chip_dollars_quarter", "cost", "USD"),
)
ACQUIRED = (  # the parts of what China acquired, by all ways; AMD is the only one that may be missing
    "{}_owned_nvidia_cumulative",
    "{}_smuggled_cumulative",
    "{}_owned_huawei_cumulative",
    "{}_owned_cambricon_cumulative",
    "{}_owned_amd_cumulative",
)


def _cell(row: Row, column: str) -> str:
    """Return a cell of either spelling: `chip_type` (models' tables) or `Chip type` (those kept by hand)."""
    return row.get(column) or row.get(column.capitalize().replace("_", " "), "")


def _rows(
    folder: Path, table: str, names: Sequence[str], corrections: Sequence[Correction]
) -> Iterator[tuple[Path, Row, str]]:
    for name in names:
        path = find(folder, f"{FOLDER}/{name}/{table}.csv")
        for row, period in rows_of(path, corrections, "end_date", ("name",)):
            yield path, row, period
    path = find(folder, f"staging/curated/{table}.csv")
    for row, period in rows_of(path, corrections):
        yield path, row, period


def _maker(path: Path, row: Row) -> tuple[str, str, str, str]:
    name = _cell(row, "designer")
    if name not in MAKERS:
        raise BadInput(f"{path.name} row {row[LINE]}: designer {name!r} is none of {', '.join(MAKERS)}")
    return MAKERS[name]


def _note(row: Row, period: str, first: str, before: str, *more: str) -> str:
    parts = ["incomplete quarter: fiscal quarters cover it only in part"] if _incomplete(row) else []
    return "; ".join([*parts, *([before] if period == first else []), *(text for text in more if text)])


def _incomplete(row: Row) -> bool:
    return _cell(row, "incomplete").lower() == "true"


def _sales(folder: Path, corrections: Sequence[Correction], edition: str, into: Collector) -> None:
    before: dict[str, tuple[float, float]] = {}
    for path, row, period in _rows(folder, "sales_cumulative_by_designer", SALES, corrections):
        vendor, _, first, uncovered = _maker(path, row)
        chips, dollars = triple(row, "units", path.name), triple(row, "cost", path.name)
        note = _note(row, period, first, uncovered, REMARKS.get(vendor, ""))
        for quantity, metric, unit in TOTALS:
            band = triple(row, metric, path.name)
            if band and period >= first:
                file = f"vendors_{edition}"
                into.history(vendor, quantity, period, band, unit, locator(path, row), note=note, file=file)
        if chips and dollars:
            then = before.get(vendor, (0.0, 0.0))
            if period >= first and chips[1] > then[0]:
                _dollars_per_chip(vendor, period, chips[1] - then[0], dollars[1] - then[1], note, edition, into)
            before[vendor] = chips[1], dollars[1]


def _dollars_per_chip(
    vendor: str, period: str, chips: float, dollars: float, note: str, edition: str, into: Collector
) -> None:
    text = "gained in the quarter at the median, dollars by chips; follows the mix of chips at one price each; no band"
    into.history(
        vendor,
        "dollars_per_chip_quarter",
        period,
        (None, round(dollars / chips, 2), None),
        "USD",
        "chip_dollars_cumulative and chips_delivered_cumulative of this edition",
        grade="secondary",
        note="; ".join(part for part in (note.split(";", maxsplit=1)[0] if "incomplete" in note else "", text) if part),
        file=f"vendors_{edition}",
    )


def _lines(folder: Path, corrections: Sequence[Correction], edition: str, into: Collector) -> None:
    for path, row, period in _rows(folder, "sales_quarterly_by_chip", SALES, corrections):
        vendor, _, first, uncovered = _maker(path, row)
        chip = _cell(row, "chip_type")
        if not chip:
            raise BadInput(f"{path.name} row {row[LINE]}: the chip type is empty")
        if period < first:
            continue  # the half quarter before the series begins
        line = line_of(vendor, chip)
        note = _note(row, period, first, uncovered, REMARKS.get(vendor, ""), REMARKS.get(line.id, ""))
        for quantity, metric, unit in FLOWS:
            band = triple(row, metric, path.name)
            if band:
                subject, file = into.add_entity(line), f"chip_lines_{edition}"
                into.history(subject, quantity, period, band, unit, locator(path, row), note=note, file=file)


def _owned(folder: Path, corrections: Sequence[Correction], edition: str, into: Collector) -> None:
    for path, row, period in _rows(folder, "owners_cumulative_by_designer", OWNERS, corrections):
        _, part, first, uncovered = _maker(path, row)
        name = _cell(row, "owner")
        notes = [FROM_APRIL] if "Generated on 2026-04" in _cell(row, "notes") else []
        if name == SMUGGLED:
            owner, stem = "bloc:cn", "{}_smuggled_cumulative"
            first, notes = "", ["Epoch's model of diversion and resale, 60 to 40, run 2026-04-30; counted from 2024 on"]
        else:
            owner, stem = owners.owner_of(name, path.name, row[LINE]), f"{{}}_owned_{part}_cumulative"
        if owner == "org:other-owners":
            notes.append("all owners that Epoch does not name; CoreWeave and xAI are not in it")
        if owner == "org:xai":
            notes.append("no band published; counted from chips in its data centres, so lumpy and late")
        if owner == "org:coreweave" and period == "2025-Q4":
            notes.append("includes chips bought ahead for 2026-Q1")
        if owner == "bloc:cn" and part in {"huawei", "cambricon"}:
            notes.append("all that the maker sold" + (f"; {uncovered}" if period == first else ""))
        for metric, column, unit in METRICS:
            band = triple(row, column, path.name)
            if band and period >= (first if owner == "org:google" and part == "tpu" else ""):
                text = _note(row, period, "", "", *notes)
                file = f"owners_{edition}"
                where = locator(path, row)
                into.history(owner, stem.format(metric), period, band, unit, where, note=text, file=file)


def _ends(part: History, metric: str, into: Collector) -> tuple[float, float]:
    """Return the ends of a part's band; Huawei's are the sums over its chips and quarters, its total has none."""
    if part.low is not None and part.high is not None:
        return part.low, part.high
    lines = [
        row
        for row in into.out.history
        if row.subject.startswith("chipline:huawei-")
        and row.quantity == f"{metric}_delivered_quarter"
        and row.period <= part.period
    ]
    return sum(row.low or row.value for row in lines), sum(row.high or row.value for row in lines)


def _acquired(edition: str, into: Collector) -> None:
    """Add what China acquired by all ways."""
    index = {(row.quantity, row.period): row for row in into.out.history if row.subject == "bloc:cn"}
    for metric, _, unit in METRICS:
        names = [name.format(metric) for name in ACQUIRED]
        for period in sorted({period for quantity, period in index if quantity == names[1]}):
            parts: list[History] = [index[name, period] for name in names if (name, period) in index]
            if any((name, period) not in index for name in names[:4]):
                continue
            ends = [_ends(part, metric, into) for part in parts]
            into.history(
                "bloc:cn",
                f"{metric}_acquired_cumulative",
                period,
                (sum(low for low, _ in ends), sum(part.value for part in parts), sum(high for _, high in ends)),
                unit,
                "sum of " + ", ".join(part.quantity for part in parts),
                grade="secondary",
                note="sum of the medians; low and high sum the parts' 5 and 95 % points (comonotone, so wide)",
                file=f"owners_{edition}",
            )


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the folder as in the repository.

    Returns:
        History rows for the tables vendors, chip_lines and owners of the edition (`vendors_2026_09`); counts in
        `count` and `h100e`, chip power in MW, money in USD.

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "epoch-ai-chip-counts", DEFAULT, vintage, "AI chip sales and owners: tables", "Epoch AI", ADDRESS, "MIT"
    )
    edition = source.published[:7].replace("-", "_")
    into = Collector(source)
    _sales(path, corrections, edition, into)
    _lines(path, corrections, edition, into)
    _owned(path, corrections, edition, into)
    owners.totals(into, f"owners_{edition}")
    _acquired(edition, into)
    return into.out
