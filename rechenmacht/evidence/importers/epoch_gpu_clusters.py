"""Epoch AI's GPU Clusters table: AI supercomputers, existing and planned (CC BY 4.0).

Judgements:
- Epoch says the table covers a tenth to a fifth of the world's AI compute, so sums over it are no totals.
- Kept: rows with certainty "Confirmed" or "Likely" that are no possible duplicate and not excluded by
  Epoch. The 257 rows "Anonymized Chinese System" cannot be told apart and are left out.
- "H100 equivalents" is the dense 8-bit peak over 1,979 TFLOP/s where the chip has one, and its peak in the
  best precision otherwise. "Power Capacity (MW)" is facility power, mostly calculated from the chips: our
  `site_power`.
- "Hardware Cost" is the computers' cost alone (calculated from chip prices), not the site's: left out.
- Existing and decommissioned clusters are dated by their first day of operation; an existing one without a
  date is left out. Planned ones are dated by their planned first day, or by the copy's, and are targets;
  their power is `site_power_planned`.
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
    short,
    slug,
    table,
)
from rechenmacht.evidence.importers._sites import BLOCS, OWNERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rechenmacht.evidence.forms import Correction

NAME = "epoch-gpu-clusters"
DEFAULT = "2025-12-31"
NEED = ("Name", "Status", "Certainty", "H100 equivalents", "First Operational Date", "Power Capacity (MW)")
STATUSES = ("Existing", "Planned", "Decommissioned")
ANONYMOUS = "Anonymized Chinese System"


def _kept(row: Row) -> bool:
    doubtful = row.get("Possible Duplicate") == "True" or row.get("Exclude") == "True"
    return row["Certainty"] in {"Confirmed", "Likely"} and not doubtful and row["Name"] != ANONYMOUS


def _site(row: Row, into: Collector) -> str:
    name = row["Name"]
    return into.add_entity(
        entity(
            f"site:cluster-{slug(name)}",
            name,
            "",
            BLOCS.get(row.get("Country", ""), ""),
            OWNERS.get(row.get("Owner", ""), ""),
            short(f"Epoch GPU Clusters; owner: {row.get('Owner', '')}"),
        )
    )


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the table `gpu_clusters.csv`.

    Returns:
        Claims about `site:cluster-*`: site_h100e [h100e], site_chips [count], site_power or
        site_power_planned [MW].

    Raises:
        BadInput: naming file, row and reason.
    """
    source = dataset(
        "epoch-gpu-clusters",
        DEFAULT,
        vintage,
        "GPU Clusters",
        "Epoch AI",
        "https://epoch.ai/data/gpu-clusters",
        "CC-BY-4.0",
    )
    into = Collector(source)
    for row in table(path, NEED, ("Name",), NAME, corrections):
        where = f"{path.name} row {row[LINE]}"
        if row["Status"] not in STATUSES:
            raise BadInput(f"{where}: Status {row['Status']!r} is none of {', '.join(STATUSES)}")
        planned = row["Status"] == "Planned"
        day = day_of(row, "First Operational Date", path.name) or (source.published if planned else "")
        h100e = number(row, "H100 equivalents", path.name)
        chips = number(row, "Total number of AI chips", path.name)
        power = number(row, "Power Capacity (MW)", path.name)
        if not _kept(row) or not day or (not planned and day > source.published):
            continue
        site = _site(row, into)
        basis, note = ("target" if planned else "estimated"), f"certainty: {row['Certainty'].lower()}"
        for quantity, value, unit, column in (
            ("site_h100e", h100e, "h100e", "H100 equivalents"),
            ("site_chips", chips, "count", "Total number of AI chips"),
            ("site_power_planned" if planned else "site_power", power, "MW", "Power Capacity (MW)"),
        ):
            into.claim(site, quantity, value, unit, day, f"row {row['Name']}, {column}", basis=basis, note=note)
    return into.out


IMPORTER = Importer(NAME, "Epoch AI: GPU Clusters", f"epoch-gpu-clusters-{DEFAULT}", "file gpu_clusters.csv", read)
