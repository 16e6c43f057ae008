"""Importers on small files of our own making (all numbers made up) and, where present, on the published files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Claim, Correction, History
from rechenmacht.evidence.importers import IMPORTERS
from rechenmacht.evidence.importers.census_btos import quarter_of_period

SHARED = Path(os.environ.get("RECHENMACHT_SHARED", Path(__file__).resolve().parents[2].parent / "shared")) / "data"

CASES = Path(__file__).resolve().parents[1] / "cases" / "importers"  # small tables of our own: every number is made up
HARDWARE, CLUSTERS, SITES, TIMELINE, MODELS, ELECTRICITY, TRAINING, INFERENCE, BTOS, GDP = (
    (CASES / f"{name}.csv").read_text(encoding="utf-8")
    for name in [
        "hardware",
        "clusters",
        "sites",
        "timeline",
        "models",
        "electricity",
        "training",
        "inference",
        "btos",
        "gdp",
    ]
)
FILES = {
    "epoch-ml-hardware": ("ml_hardware.csv", HARDWARE),
    "epoch-gpu-clusters": ("gpu_clusters.csv", CLUSTERS),
    "epoch-models": ("notable_ai_models.csv", MODELS),
    "owid-electricity": ("electricity_2000_2025.csv", ELECTRICITY),
    "mlperf-training": ("train.csv", TRAINING),
    "mlperf-inference": ("inf.csv", INFERENCE),
    "census-btos": ("btos.csv", BTOS),
    "worldbank-gdp": ("gdp.csv", GDP),
}


def put(folder: Path, name: str, text: str | None = None) -> Path:
    file, small = FILES[name]
    path = folder / file
    path.write_text(small if text is None else text, encoding="utf-8")
    return path


def claims(rows: Iterable[Claim]) -> dict[tuple[str, str, str], tuple[float | None, str, str, str]]:
    return {(r.subject, r.quantity, r.as_of): (r.value, r.unit, r.basis, r.grade) for r in rows}


def series(rows: Iterable[History]) -> dict[tuple[str, str, str], float]:
    return {(r.subject, r.quantity, r.period): r.value for r in rows}


def test_hardware_units_and_ids(tmp_path: Path) -> None:
    got = IMPORTERS["epoch-ml-hardware"].read(put(tmp_path, "epoch-ml-hardware"))
    facts = claims(got.claims)
    # 989.4e12 FLOP/s / 1e12 = 989.4 TFLOP/s; 80e9 bytes / 1e9 = 80 GB
    assert facts["chip:h100-sxm", "peak_fp16_dense", "2026-05-12"] == (989.4, "TFLOP/s", "specified", "secondary")
    assert facts["chip:h100-sxm", "memory_capacity", "2026-05-12"][0] == 80
    assert facts["chip:h100-sxm", "price_launch", "2026-05-12"][:2] == (30000, "USD")
    assert facts["chip:made-up-chip-x1", "peak_fp16_dense", "2026-05-12"][0] == 1000
    assert got.claims[0].id == "chip.h100-sxm.peak_fp16_dense.1"
    assert {e.id: e.parent for e in got.entities} == {"chip:h100-sxm": "org:nvidia", "chip:made-up-chip-x1": ""}


def test_clusters_leave_out_what_is_doubtful(tmp_path: Path) -> None:
    got = IMPORTERS["epoch-gpu-clusters"].read(put(tmp_path, "epoch-gpu-clusters"))
    facts = claims(got.claims)
    assert {e.id for e in got.entities} == {"site:cluster-made-up-a", "site:cluster-made-up-b"}
    assert facts["site:cluster-made-up-a", "site_power", "2024-03-01"] == (3.5, "MW", "estimated", "primary")
    assert facts["site:cluster-made-up-b", "site_power_planned", "2027-01-01"] == (200, "MW", "target", "primary")
    assert ("site:cluster-made-up-b", "site_power", "2027-01-01") not in facts


def test_data_centers_split_past_from_projection(tmp_path: Path) -> None:
    folder = tmp_path / "20260523"
    folder.mkdir()
    (folder / "data_centers.csv").write_text(SITES, encoding="utf-8")
    (folder / "data_center_timelines.csv").write_text(TIMELINE, encoding="utf-8")
    got = IMPORTERS["epoch-data-centers"].read(folder)
    facts = claims(got.claims)
    site = "site:made-up-site"
    assert facts[site, "site_power", "2025-01-01"] == (120, "MW", "estimated", "primary")
    assert facts[site, "site_capital_cost", "2025-01-01"][0] == 2.5e9  # 2.5 bn USD
    assert facts[site, "site_power_planned", "2027-06-30"][:3] == (900, "MW", "forecast")
    assert facts["site:silent-site", "site_h100e", "2026-05-23"][0] == 1000  # only in the list of sites
    assert got.sources[0].id == "epoch-frontier-data-centers-2026-05-23"
    other = tmp_path / "latest"
    folder.rename(other)
    with pytest.raises(BadInput, match="vintage"):
        IMPORTERS["epoch-data-centers"].read(other)
    later = IMPORTERS["epoch-data-centers"].read(other, vintage="2027-07-01")
    assert claims(later.claims)[site, "site_power", "2027-06-30"][2] == "estimated"


def test_models_keep_tokens_of_language_models_only(tmp_path: Path) -> None:
    got = IMPORTERS["epoch-models"].read(put(tmp_path, "epoch-models"))
    facts = claims(got.claims)
    assert facts["model:made-up-lm", "training_tokens", "2023-05-01"][0] == 2e12
    assert facts["model:made-up-lm", "training_power", "2023-05-01"][:2] == (2.0, "MW")  # 2e6 W / 1e6
    assert ("model:made-up-vision", "training_tokens", "2022-01-01") not in facts
    assert facts["model:made-up-vision", "training_compute", "2022-01-01"][3] == "secondary"  # speculative
    assert "model:old-one" not in {e.id for e in got.entities}
    assert got.sources[0].id == "epoch-notable-models-2025-11-03"


def test_electricity_notes_a_value_carried_over(tmp_path: Path) -> None:
    got = IMPORTERS["owid-electricity"].read(put(tmp_path, "owid-electricity"))
    assert series(got.history) == {
        ("bloc:cn", "electricity_generation", "2024"): 10000.5,
        ("bloc:cn", "carbon_intensity", "2024"): 550,
        ("bloc:cn", "electricity_generation", "2025"): 10000.5,
    }
    assert [bool(row.note) for row in got.history] == [False, False, True]


def test_mlperf(tmp_path: Path) -> None:
    train = IMPORTERS["mlperf-training"].read(put(tmp_path, "mlperf-training"))
    run = "run:mlperf-v5-0-llama2-70b-lora-nobody-box8"
    assert [(r.subject, r.quantity, r.value) for r in train.claims] == [
        (run, "time_to_train", 25.5), (run, "run_chips", 8),  # box9 had a failed run, the third is open division
    ]  # fmt: skip
    infer = IMPORTERS["mlperf-inference"].read(put(tmp_path, "mlperf-inference"))
    facts = {r.quantity: r.value for r in infer.claims}
    assert facts["mlperf_offline_tokens_per_second_per_chip"] == 3000  # 24000 / 8
    assert facts["mlperf_server_tokens_per_second_per_chip"] == 2500  # 20000 / 8
    assert len(infer.entities) == 1


def test_btos_means_over_the_periods_of_a_quarter(tmp_path: Path) -> None:
    got = IMPORTERS["census-btos"].read(put(tmp_path, "census-btos"))
    # (5.0 + 6.0) / 2 / 100 = 0.055; Wyoming is not among the ten states, "No" is another answer
    assert series(got.history) == {("state:ca", "btos_firms_ai_old_wording", "2024-Q1"): 0.055}


@pytest.mark.parametrize(
    ("period", "quarter"),
    [("202401", "2024-Q1"), ("202406", "2024-Q1"), ("202407", "2024-Q2"), ("202413", "2024-Q2"),
     ("202414", "2024-Q3"), ("202419", "2024-Q3"), ("202420", "2024-Q4"), ("202426", "2024-Q4")],
)  # fmt: skip
def test_btos_periods(period: str, quarter: str) -> None:
    # period n covers days 14n-13 to 14n; its middle, day 14n-6, decides: 14 x 7 - 6 = day 92, April
    assert quarter_of_period(period) == quarter


def test_gdp(tmp_path: Path) -> None:
    got = IMPORTERS["worldbank-gdp"].read(put(tmp_path, "worldbank-gdp"))
    assert series(got.history) == {("country:de", "gdp", "2020"): 3.9e12}


# ---- chip counts: a whole folder, made up ----------------------------------------------------------------------------
NAMES = "Name,Chip manufacturer,Owner,Start date,End date,Chip type,Incomplete,Notes"
BANDS = (
    "Number of Units (5th percentile),Number of Units,Number of Units (95th percentile),"
    "H100e (5th percentile),Compute estimate in H100e (median),H100e (95th percentile)"
)


def counts_folder(root: Path, spaced: bool = False) -> Path:
    folder = root / "ai-chip-counts"
    row = "{n},{m},{o},1/1/2024,3/31/2024,{c},,,{b}"
    bands = {"nvidia": "80,100,130,80,100,130", "tpu": "8,10,12,4,5,6", "trainium": "1,2,3,1,2,3", "amd": "1,2,4,1,2,4"}

    def table(file: str, *rows: str) -> None:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([f"{NAMES},{BANDS}", *rows]) + "\n", encoding="utf-8")

    for kind, band in bands.items():
        chip = {"nvidia": "H100", "tpu": "TPU v5e", "trainium": "Trainium1", "amd": "Instinct MI300X"}[kind]
        flows = kind if kind in {"trainium", "amd"} else f"{kind}_calendar_quarter"
        for file in (f"{kind}_cumulative_totals", f"{kind}_cumulative_by_chip", f"{flows}_chip_timelines"):
            table(f"csv_export/{file}.csv", row.format(n=f"{chip} x", m=kind, o="", c=chip, b=band))
    own = "owners_csv_export/"
    for file, owner, band in (
        ("nvidia_owners_cumulative_totals", "Google", "10,20,40,10,20,40"),
        ("coreweave/coreweave_owners_cumulative_totals", "CoreWeave", "5,5,5,5,5,5"),
        ("nvidia_owners_OTHER_cumulative_totals", "Other", "30,50,80,30,50,80"),
        ("amd_owners_cumulative_totals", "Other", "1,2,4,1,2,4"),
        ("tpu_owners_cumulative_totals", "Google", bands["tpu"]),
        ("trainium_owners_cumulative_totals", "Amazon", bands["trainium"]),
        ("nvidia_owners_quarters", "China", "3,4,5,1,2,3"),
        ("nvidia_owners_quarters_by_chip", "China", "3,4,5,1,2,3"),
        ("amd_owners_quarters_by_chip", "Other", "1,2,4,1,2,4"),
    ):
        table(
            f"{own}{file}.csv", row.format(n=f"{owner} y", m="x", o=owner, c="H20" if "by_chip" in file else "", b=band)
        )
    for file in ("named_other_owners_cumulative_by_chip", "named_other_owners_cumulative_totals"):
        name = file.replace("_", " ") if spaced else file
        table(f"data_inputs/{name}.csv", row.format(n="xAI H100", m="Nvidia", o="xAI", c="H100/H200", b=",7,,,7,"))
    return folder


@pytest.mark.parametrize("spaced", [False, True])
def test_chip_counts(tmp_path: Path, spaced: bool) -> None:
    got = IMPORTERS["epoch-chip-counts"].read(counts_folder(tmp_path, spaced))
    band = {(r.subject, r.quantity): (r.low, r.value, r.high) for r in got.history if r.period == "2024-Q1"}
    assert band["org:nvidia", "chips_delivered_cumulative"] == (80, 100, 130)
    assert band["chipline:nvidia-h100-h200", "chips_delivered_quarter"] == (80, 100, 130)
    assert band["chipline:amd-mi300x", "h100e_delivered_cumulative"] == (1, 2, 4)
    # Google: NVIDIA 10/20/40 + TPU 4/5/6 H100e, ends added with ends
    assert band["org:google", "h100e_owned_cumulative"] == (14, 25, 46)
    assert band["org:google", "h100e_owned_nvidia_cumulative"] == (10, 20, 40)
    # other owners: NVIDIA 30/50/80 + AMD 1/2/4
    assert band["org:other-owners", "chips_owned_cumulative"] == (31, 52, 84)
    assert band["org:xai", "chips_owned_cumulative"] == (None, 7, None)
    assert band["bloc:cn", "chips_owned_nvidia_quarter"] == (3, 4, 5)
    assert band["chipline:nvidia-h20", "chips_bought_china_quarter"] == (3, 4, 5)
    totals = [r for r in got.history if r.quantity in {"h100e_owned_cumulative", "chips_owned_cumulative"}]
    assert {(r.source, r.grade) for r in totals} == {("epoch-ai-chip-counts-2026-04-22", "secondary")}
    assert any("comonotone" in r.note for r in totals)


def test_chip_counts_refuses_disorder_and_strangers(tmp_path: Path) -> None:
    folder = counts_folder(tmp_path)
    path = folder / "csv_export" / "nvidia_cumulative_totals.csv"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("80,100,130", "120,100,130", 1), encoding="utf-8")
    with pytest.raises(BadInput, match=r"nvidia_cumulative_totals.csv row 2: .*not in order"):
        IMPORTERS["epoch-chip-counts"].read(folder)
    path.write_text(good.replace("3/31/2024", "3/30/2024"), encoding="utf-8")
    with pytest.raises(BadInput, match="not the last day of a calendar quarter"):
        IMPORTERS["epoch-chip-counts"].read(folder)
    path.write_text(good, encoding="utf-8")
    path = folder / "owners_csv_export" / "amd_owners_cumulative_totals.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Other", "Freedonia"), encoding="utf-8")
    with pytest.raises(BadInput, match="owner 'Freedonia' is none of"):
        IMPORTERS["epoch-chip-counts"].read(folder)
    path.unlink()
    with pytest.raises(BadInput, match="no file owners_csv_export/amd_owners_cumulative_totals"):
        IMPORTERS["epoch-chip-counts"].read(folder)


# ---- bad input -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"), (b"\n \n", "empty"), (b"a,b\n1,2\n", "no column"), (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        (b"a\xff\xfeb", "UTF-8"), (b'a,"b\n', "row 1"),
    ],
)  # fmt: skip
def test_refuses_wrong_files(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = put(tmp_path, name)
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason):
        IMPORTERS[name].read(path)


@pytest.mark.parametrize("name", FILES)
def test_refuses_missing_file_folder_and_table_without_rows(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        IMPORTERS[name].read(tmp_path / "nothing.csv")
    with pytest.raises(BadInput):
        IMPORTERS[name].read(tmp_path)
    header = FILES[name][1].splitlines()[0] + "\n"
    with pytest.raises(BadInput, match="no rows"):
        IMPORTERS[name].read(put(tmp_path, name, header))


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("epoch-ml-hardware", "700.0", "seven hundred", r"hardware.csv row 2: TDP \(W\) 'seven hundred' is no"),
        ("epoch-ml-hardware", "700.0", "nan", "no plain finite number"),
        ("epoch-ml-hardware", "700.0", "1e999", "no plain finite number"),
        ("epoch-ml-hardware", "700.0", "-700", "below 0"),
        ("epoch-ml-hardware", "2022-09-20", "2022-13-20", "no day between"),
        ("epoch-ml-hardware", "2022-09-20", "0202-07-30", "no day between"),
        ("epoch-ml-hardware", ",700.0", ",700.0,1", "8 cells where the header has 7"),
        ("epoch-gpu-clusters", "Planned", "Dreamt", "Status 'Dreamt' is none of"),
        ("epoch-models", "0.4", "40", "row 2: Hardware utilization .MFU. is 40, above 1"),
        ("owid-electricity", "2025", "20x5", "year '20x5' is no year"),
        ("mlperf-training", "v5.0", "v9.9", "round 'v9.9'"),
        ("mlperf-inference", "Server", "Waiter", "scenario 'Waiter'"),
        ("census-btos", "202402", "202427", "no year and period"),
        ("census-btos", "6.0", "600", "above 100"),
        ("worldbank-gdp", "3.9e12", "3,9", "5 cells where the header has 4"),
    ],
)  # fmt: skip
def test_refuses_bad_cells(tmp_path: Path, name: str, old: str, new: str, reason: str) -> None:
    path = put(tmp_path, name, FILES[name][1].replace(old, new, 1))
    with pytest.raises(BadInput, match=reason):
        IMPORTERS[name].read(path)


def test_corrections_apply_and_go_stale(tmp_path: Path) -> None:
    path = put(tmp_path, "epoch-ml-hardware", HARDWARE.replace("2022-09-20", "0202-09-20"))
    fix = Correction(
        "c1", "epoch-ml-hardware", "NVIDIA H100 SXM5 80GB", "Release date", "0202-09-20", "2022-09-20", "typo", ""
    )
    got = IMPORTERS["epoch-ml-hardware"].read(path, [fix])
    assert got.entities[0].start == "2022-09-20"
    with pytest.raises(BadInput, match="drop the correction"):
        IMPORTERS["epoch-ml-hardware"].read(put(tmp_path, "epoch-ml-hardware"), [fix])


def test_vintage_must_be_a_day(tmp_path: Path) -> None:
    path = put(tmp_path, "worldbank-gdp")
    assert IMPORTERS["worldbank-gdp"].read(path, vintage="2027-01-02").sources[0].id == "worldbank-gdp-2027-01-02"
    for bad in ("tomorrow", "2027-02-30"):
        with pytest.raises(BadInput):
            IMPORTERS["worldbank-gdp"].read(path, vintage=bad)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(sorted(FILES)))
def test_mutated_text_never_crashes(tmp_path: Path, data: st.DataObject, name: str) -> None:
    text = FILES[name][1]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        insert = data.draw(st.text(st.sampled_from('0123456789-.,"\n\r eE/%äß\0xinfa_'), max_size=6))
        text = text[:at] + insert + text[at + cut :]
    path = tmp_path / "mutated.csv"
    path.write_bytes(text.encode())
    try:
        IMPORTERS[name].read(path)
    except BadInput as error:
        assert "\n" not in str(error)


# ---- the published files ---------------------------------------------------------------------------------------------
REAL = {
    "epoch-chip-counts": ("epoch/ai-chip-counts", 0, 1480),
    "epoch-ml-hardware": ("epoch/ml_hardware_20260512.csv", 1207, 0),
    "epoch-gpu-clusters": ("epoch/gpu_clusters_20251231.csv", 1156, 0),
    "epoch-models": ("epoch/frontier_ai_models_20260427.csv", 401, 0),
    "owid-electricity": ("owid/electricity_2000_2025.csv", 0, 1433),
    "mlperf-training": ("mlcommons/mlperf_training_v41_v50_v51_summary.csv", 1050, 0),
    "mlperf-inference": ("mlcommons/mlperf_inference_v41_summary.csv", 445, 0),
    "census-btos": ("us_census/btos_ai_use_by_state.csv", 0, 80),
    "worldbank-gdp": ("worldbank/gdp.csv", 0, 1114),
}
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the published files are not in {SHARED}")


@needs_shared
@pytest.mark.parametrize("name", REAL)
def test_published_files(name: str) -> None:
    place, how_many_claims, how_many_rows = REAL[name]
    got = IMPORTERS[name].read(SHARED / place)
    assert (len(got.claims), len(got.history)) == (how_many_claims, how_many_rows)
    keys = [(r.subject, r.quantity, r.as_of, r.source) for r in got.claims]
    keys += [(r.subject, r.quantity, r.period, r.source) for r in got.history]
    assert len(set(keys)) == len(keys)
    assert len({r.id for r in got.claims}) == len(got.claims)
    assert IMPORTERS[name].source in {source.id for source in got.sources}


@needs_shared
@pytest.mark.parametrize(("vintage", "sites"), [("20251214", 16), ("20260420", 36), ("20260428", 38), ("20260523", 51)])
def test_published_vintages_of_data_centers(vintage: str, sites: int) -> None:
    got = IMPORTERS["epoch-data-centers"].read(SHARED / "epoch" / "frontier_data_centers" / vintage)
    assert len(got.entities) == sites
    # the same site in every vintage, whatever Epoch called it then
    assert {"site:colossus-1", "site:stargate-abilene", "site:new-carlisle"} <= {e.id for e in got.entities}


@needs_shared
def test_published_h100_datasheet() -> None:
    facts = claims(IMPORTERS["epoch-ml-hardware"].read(SHARED / "epoch" / "ml_hardware_20260512.csv").claims)
    for quantity, value in (
        ("peak_fp16_dense", 989.4), ("peak_fp8_dense", 1979), ("memory_capacity", 80), ("memory_bandwidth", 3.35),
        ("tdp", 700),
    ):  # fmt: skip
        assert facts["chip:h100-sxm", quantity, "2026-05-12"][0] == value
