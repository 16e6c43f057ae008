"""Epoch AI's chip counts in the form of September 2026, on a small folder with numbers of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rechenmacht.errors import BadInput
from rechenmacht.evidence.importers import IMPORTERS

CANONICAL = "name,designer,{extra},end_date," + ",".join(
    f"{metric}_{point}" for metric in ("units", "h100e", "power_mw", "cost_usd") for point in ("p5", "med", "p95")
)
BY_HAND = (
    "Name,Designer,{extra},End date,Number of units (5th percentile),Number of units (median),"
    "Number of units (95th percentile),H100e (5th percentile),H100e (median),H100e (95th percentile),"
    "Power (MW) (5th percentile),Power (MW) (median),Power (MW) (95th percentile),"
    "Cost (USD) (5th percentile),Cost (USD) (median),Cost (USD) (95th percentile)"
)
NOTHING = {"nvidia": "Nvidia", "tpu": "Google", "trainium": "Amazon", "amd": "AMD"}


def canonical_folder(root: Path) -> Path:
    """Two quarters of NVIDIA, one of China's makers and of smuggling; the others empty of money and small."""
    folder = root / "counts"

    def table(file: str, head: str, *rows: str) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([f"{head},incomplete,notes", *rows]) + "\n", encoding="utf-8")

    none = "1,1,1,1,1,1,0,0,0,,,"
    for name, designer in NOTHING.items():
        totals = [f"{designer} a,{designer},x,2024-03-31,{none},False,"]
        lines = [f"{designer} b,{designer},X1,2024-03-31,{none},False,"]
        if name == "nvidia":
            totals = [  # 100 chips for 2,500,000 USD, then 50 more for 1,500,000 USD: 25,000 and 30,000 USD each
                "N1,Nvidia,x,2024-03-31,80,100,120,80,100,120,1,1,1,2e6,2.5e6,3e6,False,",
                "N2,Nvidia,x,2024-06-30,120,150,180,120,150,180,1,1,1,3e6,4e6,5e6,True,",
            ]
            lines = ["N3,Nvidia,H100/H200,2024-03-31,80,100,120,80,100,120,1,1,1,2e6,2.5e6,3e6,False,"]
        table(f"canonical_export/{name}/sales_cumulative_by_designer.csv", CANONICAL.format(extra="series"), *totals)
        table(f"canonical_export/{name}/sales_quarterly_by_chip.csv", CANONICAL.format(extra="chip_type"), *lines)
    for name, designer, owner, band in (
        ("nvidia_owners", "Nvidia", "China", "8,10,14,4,5,7"), ("nvidia_other", "Nvidia", "Other", "1,1,1,1,1,1"),
        ("coreweave", "Nvidia", "CoreWeave", "1,1,1,1,1,1"), ("tpu", "Google", "Google", "1,1,1,1,1,1"),
        ("trainium", "Amazon", "Amazon", "1,1,1,1,1,1"), ("amd", "AMD", "Meta", "1,1,1,1,1,1"),
    ):  # fmt: skip
        row = f"O {owner},{designer},{owner},2024-03-31,{band},0,0,0,,,,False,"
        table(f"canonical_export/{name}/owners_cumulative_by_designer.csv", CANONICAL.format(extra="owner"), row)
    hand = "staging/curated/"
    huawei = "Huawei a,Huawei,x,2024-03-31,,20,,,8,,,1,,,,,,"
    table(f"{hand}sales_cumulative_by_designer.csv", BY_HAND.format(extra="Series"), huawei)
    chip = "Huawei b,Huawei,Ascend 910B,2024-03-31,15,20,30,6,8,11,1,1,1,,,,,"
    table(f"{hand}sales_quarterly_by_chip.csv", BY_HAND.format(extra="Chip type"), chip)
    owned = (
        "C1,Huawei,China,2024-03-31,,20,,,8,,,1,,,,,,",
        "C2,Nvidia,China (smuggled),2024-03-31,1,2,6,1,3,9,1,1,1,,,,,",
        "C3,Cambricon,China,2024-03-31,1,1,2,1,1,2,1,1,1,,,,,",
    )
    table(f"{hand}owners_cumulative_by_designer.csv", BY_HAND.format(extra="Owner"), *owned)
    return folder


def test_chip_counts_of_the_later_form(tmp_path: Path) -> None:
    got = IMPORTERS["epoch-chip-counts"].read(canonical_folder(tmp_path))
    assert [source.id for source in got.sources] == ["epoch-ai-chip-counts-2026-09-25"]
    rows = {(r.subject, r.quantity, r.period): r for r in got.history}
    band: dict[tuple[str, str, str], tuple[object, ...]] = {k: (r.low, r.value, r.high) for k, r in rows.items()}
    assert band["org:nvidia", "chip_dollars_cumulative", "2024-Q2"] == (3e6, 4e6, 5e6)
    # 2.5e6 / 100 = 25,000; (4e6 - 2.5e6) / (150 - 100) = 30,000
    assert band["org:nvidia", "dollars_per_chip_quarter", "2024-Q1"] == (None, 25000, None)
    assert band["org:nvidia", "dollars_per_chip_quarter", "2024-Q2"] == (None, 30000, None)
    assert rows["org:nvidia", "dollars_per_chip_quarter", "2024-Q2"].note.startswith("incomplete quarter")
    assert ("org:amd", "dollars_per_chip_quarter", "2024-Q1") not in rows  # no price: nothing said
    assert band["chipline:nvidia-h100-h200", "chip_dollars_quarter", "2024-Q1"] == (2e6, 2.5e6, 3e6)
    assert band["chipline:huawei-ascend-910b", "chips_delivered_quarter", "2024-Q1"] == (15, 20, 30)
    assert next(e.bloc for e in got.entities if e.id == "chipline:huawei-ascend-910b") == "cn"
    assert band["org:huawei", "h100e_delivered_cumulative", "2024-Q1"] == (None, 8, None)
    assert band["bloc:cn", "h100e_smuggled_cumulative", "2024-Q1"] == (1, 3, 9)
    assert band["bloc:cn", "h100e_owned_nvidia_cumulative", "2024-Q1"] == (4, 5, 7)
    assert band["bloc:cn", "h100e_owned_cumulative", "2024-Q1"] == (4, 5, 7)  # neither smuggled nor home-made
    # legal 4/5/7 + smuggled 1/3/9 + Huawei 6/8/11 (its line's band) + Cambricon 1/1/2
    assert band["bloc:cn", "h100e_acquired_cumulative", "2024-Q1"] == (12, 17, 29)
    assert rows["bloc:cn", "h100e_acquired_cumulative", "2024-Q1"].grade == "secondary"
    assert {r.file for r in got.history} == {"vendors_2026_09", "chip_lines_2026_09", "owners_2026_09"}


def test_the_later_form_refuses_strangers(tmp_path: Path) -> None:
    folder = canonical_folder(tmp_path)
    path = folder / "staging" / "curated" / "sales_quarterly_by_chip.csv"
    good = path.read_text(encoding="utf-8")
    for old, new, reason in (
        (",Huawei,Ascend", ",Freedonia,Ascend", "sales_quarterly_by_chip.csv row 2: designer 'Freedonia' is none of"),
        ("Ascend 910B", "", "sales_quarterly_by_chip.csv row 2: the chip type is empty"),
        ("15,20,30", "25,20,30", "row 2: the percentiles of units are not in order"),
    ):
        path.write_text(good.replace(old, new), encoding="utf-8")
        with pytest.raises(BadInput, match=reason):
            IMPORTERS["epoch-chip-counts"].read(folder)
    path.unlink()
    with pytest.raises(BadInput, match=r"no file staging/curated/sales_quarterly_by_chip.csv"):
        IMPORTERS["epoch-chip-counts"].read(folder)
