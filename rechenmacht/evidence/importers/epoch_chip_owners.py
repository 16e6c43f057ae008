"""Who owns the AI chips: Epoch AI's owner tables (part of the importer `epoch-chip-counts`).

Judgements:
- Owned means bought since the series began. Nothing is retired, smuggled chips are not in China's rows, and
  rented compute belongs to the landlord.
- Each vendor's chips are a quantity of their own (`h100e_owned_nvidia_cumulative`), since the series begin
  at different times. The total `h100e_owned_cumulative` is our arithmetic from the same tables (graded
  `secondary`; its locator names the parts): the sum of the vendors' medians, and of their 5th and 95th
  percentiles, as if all vendors' errors moved together (comonotone). Its band is therefore too wide, never
  too narrow. A total is given only where no vendor series that has begun is missing; before 2023-Q1 Google
  has none, since its TPUs are not counted.
- "Other" comes from the tables that leave out CoreWeave and xAI (`nvidia_owners_OTHER_*`); the
  `data_inputs` file of the same name still holds both and would count about 1M H100e twice.
- xAI has no percentiles: Epoch counts what stands in its data centres, a lumpy and late measure. Year ends
  are taken from `named_other_owners_cumulative_totals`, other quarters from the sum over chips, which Epoch
  rounds.
- CoreWeave's last quarter includes chips bought ahead for the next.
- China's NVIDIA chips are given per quarter too (legal sales only: A100, A800, H800, H20).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Correction, History
from rechenmacht.evidence.importers._chip_tables import find, line_of, locator, rows_of, triple
from rechenmacht.evidence.importers._frame import LINE, Collector

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

OWNERS = {
    "Microsoft": "org:microsoft",
    "Meta": "org:meta",
    "Amazon": "org:amazon",
    "Google": "org:google",
    "Oracle": "org:oracle",
    "CoreWeave": "org:coreweave",
    "xAI": "org:xai",
    "China": "bloc:cn",
    "Other": "org:other-owners",
}
FILES = (
    ("nvidia", "owners_csv_export/nvidia_owners_cumulative_totals.csv"),
    ("nvidia", "owners_csv_export/coreweave/coreweave_owners_cumulative_totals.csv"),
    ("nvidia", "owners_csv_export/nvidia_owners_OTHER_cumulative_totals.csv"),
    ("amd", "owners_csv_export/amd_owners_cumulative_totals.csv"),
    ("tpu", "owners_csv_export/tpu_owners_cumulative_totals.csv"),
    ("trainium", "owners_csv_export/trainium_owners_cumulative_totals.csv"),
)
XAI_CHIPS = "data_inputs/named_other_owners_cumulative_by_chip.csv"
XAI_TOTALS = "data_inputs/named_other_owners_cumulative_totals.csv"
CHINA = "owners_csv_export/nvidia_owners_quarters.csv"
CHINA_LINES = (
    ("org:nvidia", "owners_csv_export/nvidia_owners_quarters_by_chip.csv"),
    ("org:amd", "owners_csv_export/amd_owners_quarters_by_chip.csv"),
)
METRICS = (("chips", "units", "count"), ("h100e", "h100e", "h100e"))
FILE = "owners"
SUMMED = ("nvidia", "amd", "tpu", "trainium")  # the vendors whose chips `h100e_owned_cumulative` adds up


def owner_of(name: str, file: str, line: str) -> str:
    """Return the entity of an owner as Epoch names it.

    Raises:
        BadInput: if the name is unknown, naming file and row.
    """
    if name not in OWNERS:
        raise BadInput(f"{file} row {line}: owner {name!r} is none of {', '.join(OWNERS)}")
    return OWNERS[name]


def _by_vendor(folder: Path, corrections: Sequence[Correction], into: Collector) -> None:
    for vendor, file in FILES:
        path = find(folder, file)
        for row, period in rows_of(path, corrections):
            owner = owner_of(row.get("Owner", ""), path.name, row[LINE])
            notes = [row.get("Notes", "").split(". Estimates generated")[0]] if row.get("Incomplete") else []
            if owner == "org:other-owners":
                notes.append("all owners that Epoch does not name; CoreWeave and xAI are not in it")
            if owner == "org:coreweave" and period == "2025-Q4":
                notes.append("includes chips bought ahead for 2026-Q1")
            for stem, metric, unit in METRICS:
                band = triple(row, metric, path.name)
                if band:
                    into.history(
                        owner,
                        f"{stem}_owned_{vendor}_cumulative",
                        period,
                        band,
                        unit,
                        locator(path, row),
                        note="; ".join(notes),
                        file=FILE,
                    )


def _xai(folder: Path, corrections: Sequence[Correction], into: Collector) -> None:
    path = find(folder, XAI_CHIPS)
    sums: dict[str, dict[str, float]] = defaultdict(lambda: {"units": 0.0, "h100e": 0.0})
    for row, period in rows_of(path, corrections):
        if row.get("Owner") == "xAI":
            for metric in ("units", "h100e"):
                band = triple(row, metric, path.name)
                sums[period][metric] += band[1] if band else 0.0
    totals = find(folder, XAI_TOTALS)
    exact = {
        period: band[1]
        for row, period in rows_of(totals, corrections)
        if row.get("Owner") == "xAI" and (band := triple(row, "h100e", totals.name))
    }
    note = "no band published; counted from chips in its data centres, so lumpy and late"
    for period in sorted(sums):
        for stem, metric, unit in METRICS:
            value = exact.get(period, sums[period][metric]) if metric == "h100e" else sums[period][metric]
            file = totals if metric == "h100e" and period in exact else path
            into.history(
                "org:xai",
                f"{stem}_owned_nvidia_cumulative",
                period,
                (None, value, None),
                unit,
                f"{file.parent.name}/{file.name.replace(' ', '_')}, xAI",
                note=note,
                file=FILE,
            )


def _total(parts: list[History]) -> tuple[float | None, float, float | None]:
    lows, highs = [p.low for p in parts if p.low is not None], [p.high for p in parts if p.high is not None]
    whole = len(lows) == len(highs) == len(parts)
    return sum(lows) if whole else None, sum(p.value for p in parts), sum(highs) if whole else None


def totals(into: Collector, file: str = FILE) -> None:
    """Add the sums over vendors of what each owner has bought (chips in `count`, compute in `h100e`) to `into`."""
    for stem, _, unit in METRICS:
        series: dict[str, dict[str, dict[str, History]]] = defaultdict(lambda: defaultdict(dict))
        for row in into.out.history:
            vendor = row.quantity.removeprefix(f"{stem}_owned_").removesuffix("_cumulative")
            if row.file == file and row.quantity == f"{stem}_owned_{vendor}_cumulative" and vendor in SUMMED:
                series[row.subject][row.period][vendor] = row
        for owner, periods in series.items():
            first = {v: min(p for p in periods if v in periods[p]) for found in periods.values() for v in found}
            if "tpu" in first:
                first = dict.fromkeys(first, first["tpu"])
            for period, parts in sorted(periods.items()):
                begun = {vendor for vendor, start in first.items() if start <= period}
                if (
                    not begun
                    or not begun <= set(parts)
                    or (owner == "bloc:cn" and "amd" not in parts and period > "2025-Q4")
                ):
                    continue
                names = [vendor for vendor in SUMMED if vendor in parts]
                late = sorted(vendor for vendor in first if vendor not in begun)
                notes = ["sum of the medians; low and high sum the vendors' 5 and 95 % points (comonotone, so wide)"]
                notes = notes if len(names) > 1 else [f"only {names[0]} chips are counted"]
                notes += [f"not yet covered: {', '.join(late)}"] if late else []
                notes += [parts["nvidia"].note] if "nvidia" in parts and parts["nvidia"].note else []
                into.history(
                    owner,
                    f"{stem}_owned_cumulative",
                    period,
                    _total([parts[name] for name in names]),
                    unit,
                    "sum of " + ", ".join(f"{stem}_owned_{name}_cumulative" for name in names),
                    grade="secondary",
                    note="; ".join(notes),
                    file=file,
                )


def _china(folder: Path, corrections: Sequence[Correction], into: Collector) -> None:
    path = find(folder, CHINA)
    for row, period in rows_of(path, corrections):
        if row.get("Owner") == "China":
            note = "legal sales only"
            if "incomplete" in row.get("Notes", "").lower():
                note += "; incomplete quarter: based on NVIDIA fiscal quarters ending 2026-01-25"
            for stem, metric, unit in METRICS:
                band = triple(row, metric, path.name)
                if band:
                    quantity = f"{stem}_owned_nvidia_quarter"
                    into.history("bloc:cn", quantity, period, band, unit, locator(path, row), note=note, file=FILE)


def _china_lines(folder: Path, corrections: Sequence[Correction], into: Collector) -> None:
    """Add the chips of each line that China bought in each quarter, the mix that decides its compute on each basis."""
    for vendor, file in CHINA_LINES:
        path = find(folder, file)
        for row, period in rows_of(path, corrections):
            band = triple(row, "units", path.name)
            if row.get("Owner") == "China" and band:
                line = line_of(vendor, row["Chip type"])
                into.history(
                    line.id,
                    "chips_bought_china_quarter",
                    period,
                    band,
                    "count",
                    locator(path, row),
                    note="legal sales only",
                    file="china_lines",
                )


def collect(folder: Path, corrections: Sequence[Correction], into: Collector) -> None:
    """Add the owners' history rows (chips in `count`, compute in `h100e`) to `into`.

    Raises:
        BadInput: naming file, row and reason.
    """
    _by_vendor(folder, corrections, into)
    _xai(folder, corrections, into)
    totals(into)
    _china(folder, corrections, into)
    _china_lines(folder, corrections, into)
