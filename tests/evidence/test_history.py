"""The shipped series against Epoch AI's published tables (medians typed in from them)."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from rechenmacht.evidence.base import SHIPPED
from rechenmacht.evidence.forms import History
from rechenmacht.evidence.importers.shipped import FILES, write_history
from rechenmacht.evidence.tables import Problem, read

SHARED = Path(os.environ.get("RECHENMACHT_SHARED", Path(__file__).resolve().parents[2].parent / "shared")) / "data"


def rows(file: str) -> list[History]:
    problems: list[Problem] = []
    found = [row for _, row in read(SHIPPED / "history" / f"{file}.csv", History, file, problems)]
    assert not problems
    return found


@pytest.mark.parametrize(
    ("vendor", "medians"),
    [
        # csv_export/*_cumulative_totals.csv, "Compute estimate in H100e (median)", Q4 of the year
        ("org:nvidia", {"2022-Q4": 289671, "2023-Q4": 1391249, "2024-Q4": 4724425, "2025-Q4": 13659258}),
        ("org:google", {"2023-Q1": 38948, "2025-Q4": 3812878}),
        ("org:amazon", {"2024-Q1": 32836, "2024-Q4": 306330, "2025-Q4": 1020727}),
        ("org:amd", {"2024-Q1": 55200, "2024-Q2": 173975}),
    ],
)
def test_cumulative_h100e_by_vendor(vendor: str, medians: dict[str, float]) -> None:
    found = {
        r.period: r.value for r in rows("vendors") if (r.subject, r.quantity) == (vendor, "h100e_delivered_cumulative")
    }
    assert {period: found[period] for period in medians} == medians


def test_nvidia_band_and_units() -> None:
    found = {(r.quantity, r.period): r for r in rows("vendors") if r.subject == "org:nvidia"}
    last = found["chips_delivered_cumulative", "2025-Q4"]
    assert (last.low, last.value, last.high) == (8973271, 10477887, 12079633)
    power = found["chip_power_delivered_cumulative", "2025-Q4"]
    assert (power.low, power.value, power.high, power.unit) == (7413, 8562, 9782, "MW")
    assert "incomplete" in found["h100e_delivered_cumulative", "2026-Q1"].note
    assert "incomplete" not in found["h100e_delivered_cumulative", "2025-Q4"].note
    assert sorted({period for _, period in found})[0] == "2022-Q1"


def test_uncovered_sales_are_missing_not_zero() -> None:
    first = {r.subject: r for r in rows("vendors") if r.quantity == "h100e_delivered_cumulative"}
    tpu = [r for r in rows("vendors") if r.subject == "org:google"]
    assert min(r.period for r in tpu) == "2023-Q1"
    assert all("not covered" in r.note for r in tpu if r.period == "2023-Q1")
    assert set(first) == {"org:nvidia", "org:google", "org:amazon", "org:amd"}


@pytest.mark.parametrize(
    ("owner", "parts"),
    [
        # owners_csv_export/*_cumulative_totals.csv, "through Q4 2025": NVIDIA + own or AMD chips
        ("org:google", (1236936, 3812878)),  # 5.05 M
        ("org:microsoft", (3151494, 264522)),  # 3.42 M
        ("org:amazon", (1427946, 1020727)),  # 2.45 M
        ("org:meta", (1842317, 459858)),  # 2.30 M
        ("org:oracle", (1031001, 113179)),  # 1.14 M
        ("org:coreweave", (832068,)),  # 0.83 M
        ("org:other-owners", (2973994, 388586)),
        ("bloc:cn", (401698, 10523)),
        ("org:xai", (553714,)),
    ],
)
def test_owners_at_end_2025(owner: str, parts: tuple[float, ...]) -> None:
    found = {(r.subject, r.quantity, r.period): r.value for r in rows("owners")}
    assert found[owner, "h100e_owned_cumulative", "2025-Q4"] == sum(parts)


@pytest.mark.parametrize(
    ("owner", "millions"),
    [("org:google", 5.05), ("org:microsoft", 3.42), ("org:amazon", 2.45), ("org:meta", 2.30), ("org:oracle", 1.14),
     ("org:coreweave", 0.83)],
)  # fmt: skip
def test_owners_in_millions(owner: str, millions: float) -> None:
    found = {(r.subject, r.quantity, r.period): r.value for r in rows("owners")}
    assert round(found[owner, "h100e_owned_cumulative", "2025-Q4"] / 1e6, 2) == millions


def test_owners_add_up_to_what_vendors_sold() -> None:
    """Medians need not add up exactly; the owners' NVIDIA medians lie within 5 % of all NVIDIA sold to end-2025."""
    owned = sum(
        r.value for r in rows("owners") if (r.quantity, r.period) == ("h100e_owned_nvidia_cumulative", "2025-Q4")
    )
    assert abs(owned / 13659258 - 1) < 0.05


def test_no_total_where_a_vendor_is_missing() -> None:
    found = {(r.subject, r.quantity, r.period) for r in rows("owners")}
    assert ("org:google", "h100e_owned_cumulative", "2022-Q4") not in found  # TPUs not counted yet
    assert ("org:microsoft", "h100e_owned_cumulative", "2026-Q1") not in found  # AMD ends with 2025
    assert ("org:microsoft", "h100e_owned_nvidia_cumulative", "2026-Q1") in found


@pytest.mark.parametrize(
    ("year", "units", "h100e"), [(2022, 0.12, 0.11), (2023, 0.16, 0.13), (2024, 0.25, 0.04), (2025, 0.12, 0.01)]
)
def test_china_share_of_nvidia(year: int, units: float, h100e: float) -> None:
    sold = {(r.quantity, r.period): r.value for r in rows("vendors") if r.subject == "org:nvidia"}
    for metric, share in (("chips", units), ("h100e", h100e)):
        bought = sum(
            r.value for r in rows("owners")
            if r.quantity == f"{metric}_owned_nvidia_quarter" and r.period.startswith(str(year))
        )  # fmt: skip
        name = f"{metric}_delivered_cumulative"
        total = sold[name, f"{year}-Q4"] - sold.get((name, f"{year - 1}-Q4"), 0)
        assert round(bought / total, 2) == share


def test_electricity_and_capital() -> None:
    power = {(r.subject, r.period): r.value for r in rows("electricity")}
    assert power["bloc:cn", "2025"] == 10583.36
    assert power["bloc:us", "2025"] == 4519.79
    money = {(r.subject, r.quantity, r.period): r.value for r in rows("capital")}
    assert money["org:nvidia", "data_centre_revenue_quarter", "2022-Q1"] == 3.75e9
    assert money["org:microsoft", "capex_incl_leases_quarter", "2025-Q4"] == 37.5e9


@pytest.mark.parametrize(
    ("vendor", "medians"),
    [
        # canonical_export/*/sales_cumulative_by_designer.csv and staging/curated, h100e_med
        ("org:nvidia", {"2025-Q4": 13659259, "2026-Q1": 17048399, "2026-Q2": 20987084}),
        ("org:google", {"2025-Q4": 3663628, "2026-Q1": 4515701}),
        ("org:amazon", {"2025-Q4": 1020728}),
        ("org:huawei", {"2024-Q4": 180112, "2025-Q4": 707968}),
    ],
)
def test_cumulative_h100e_of_september(vendor: str, medians: dict[str, float]) -> None:
    found = {
        r.period: r.value
        for r in rows("vendors_2026_09")
        if (r.subject, r.quantity) == (vendor, "h100e_delivered_cumulative")
    }
    assert {period: found[period] for period in medians} == medians


def test_dollars_per_chip_of_september() -> None:
    found = {
        (r.subject, r.period): r.value for r in rows("vendors_2026_09") if r.quantity == "dollars_per_chip_quarter"
    }
    # NVIDIA 2025-Q1: (157,792,646,060 - 125,930,514,968) / (7,206,284 - 5,992,099) = 26,241.6 USD
    assert found["org:nvidia", "2025-Q1"] == 26241.58
    # 2026-Q2: (400,119,196,043 - 334,198,066,768) / (13,390,128 - 11,818,056) = 41,932.6 USD
    assert found["org:nvidia", "2026-Q2"] == 41932.64
    assert round(found["org:google", "2025-Q1"], -2) == 4300
    assert round(found["org:google", "2026-Q1"], -2) == 10700
    assert not any(vendor == "org:amazon" for vendor, _ in found)  # no price for Trainium1


def test_what_china_acquired() -> None:
    found = {(r.quantity, r.period): r for r in rows("owners_2026_09") if r.subject == "bloc:cn"}
    total = found["h100e_acquired_cumulative", "2025-Q4"]
    # legal NVIDIA 401,698, smuggled 662,048, Huawei 707,968, Cambricon 34,925, AMD
    amd = found["h100e_owned_amd_cumulative", "2025-Q4"].value
    assert total.value == 401698 + 662048 + 707968 + 34925 + amd
    assert round(total.value / 1e6, 2) == 1.82


def test_every_band_is_in_order_and_every_key_once() -> None:
    seen = set()
    for file in FILES:
        for row in rows(file):
            assert row.low is None or row.high is None or row.low <= row.value <= row.high
            key = (row.subject, row.quantity, row.period, row.source)
            assert key not in seen
            seen.add(key)


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"the published files are not in {SHARED}")
def test_shipped_series_can_be_repeated(tmp_path: Path) -> None:
    write_history(SHARED, tmp_path)
    for file in FILES:
        assert (tmp_path / f"{file}.csv").read_bytes() == (SHIPPED / "history" / f"{file}.csv").read_bytes()
    with (tmp_path / "owners.csv").open(encoding="utf-8") as shipped:
        assert next(csv.reader(shipped))[:3] == ["subject", "quantity", "period"]
