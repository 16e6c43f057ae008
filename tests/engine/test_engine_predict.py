import csv
import math
import statistics
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rechenmacht.domains.engine.chipnames import chip_of
from rechenmacht.domains.engine.found import interval
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.names import bits_of, year_of
from rechenmacht.domains.engine.rows import COLUMNS, read_row
from rechenmacht.domains.engine.table import predict, rows_of
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import load

BASE = load()
POINTS = FOLDER / "points.csv"
IGNORED = ("value", "verified", "holdout", "notes")


def table(path=POINTS):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RAW = table()
ANSWERS = predict(BASE, [read_row(r, n) for n, r in enumerate(RAW, 2)])


def test_nearly_every_row_is_answered_with_an_interval():
    answered = [a for a in ANSWERS if a["value"] is not None]
    assert len(answered) >= 0.9 * len(RAW)
    for a in answered:
        assert 0 < a["low"] < a["value"] < a["high"]
        assert a["bound_by"]
        assert isinstance(a["assumed"], dict)
    assert [a["id"] for a in ANSWERS] == [r["id"] for r in RAW]


def test_ignored_columns_change_nothing():
    bare = [{k: v for k, v in r.items() if k not in IGNORED} for r in RAW]
    assert predict(BASE, [read_row(r, n) for n, r in enumerate(bare, 2)]) == ANSWERS


@pytest.mark.parametrize("missing", [c for c in COLUMNS if c != "quantity"])
def test_a_missing_column_is_assumed_or_refused_in_a_sentence(missing):
    rows = [{k: v for k, v in r.items() if k != missing} for r in RAW[::7]]
    for a in predict(BASE, [read_row(r, n) for n, r in enumerate(rows, 2)]):
        if a["value"] is None:
            assert a["reason"]
        else:
            assert math.isfinite(a["value"])


text = st.text(alphabet="abcdefghijklmnop 0123456789.-/+%", max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(RAW) - 1), st.sampled_from([c for c in COLUMNS if c not in {"quantity", "n_chips"}]), text)
def test_odd_cells_never_crash(index, column, cell):
    (a,) = predict(BASE, [read_row({**RAW[index], column: cell}, 2)])
    assert a["value"] is None or (math.isfinite(a["value"]) and a["value"] > 0)


def test_an_unknown_chip_is_said():
    row = {**RAW[0], "chip": "Quantum Banana 9000"}
    (a,) = predict(BASE, [read_row(row, 2)])
    assert a["value"] is None
    assert "Quantum Banana" in a["reason"]


def test_a_chip_that_nobody_measured_is_wide_not_wrong():
    def width(chip):
        (a,) = predict(BASE, [read_row({**RAW[40], "chip": chip, "tp": "", "pp": ""}, 2)])
        return math.log(a["high"] / a["low"])

    assert width("Kunlun P800") > 1.3 * width("NVIDIA H100-SXM5-80GB")


@pytest.mark.parametrize(
    ("words", "chip"),
    [
        ("NVIDIA Blackwell Ultra GPU (GB300)", "chip:gb300"),
        ("NVIDIA Blackwell GPU (B200-SXM-180GB)", "chip:b200"),
        ("Intel(R) Gaudi(R) 2 AI Accelerator", "chip:gaudi2"),
        ("TPU-trillium", "chip:tpu-v6e"),
        ("AMD Instinct MI325X 256GB HBM3e", "chip:mi325x"),
        ("NVIDIA H200-SXM5-141GB", "chip:h200-sxm"),
        ("TPU v6e (Trillium)", "chip:tpu-v6e"),
        ("H100 (4 workers)", "chip:h100-sxm"),
    ],
)
def test_chips_are_read_from_their_many_names(words, chip):
    assert chip_of(BASE, words)[0] == chip


def test_formats_and_dates_are_read():
    assert bits_of("MXFP8")[0] == 8
    assert bits_of("nvfp4 (memory)")[0] == 4
    assert bits_of("BF16/FP8")[0] == 8
    assert bits_of("bf16")[0] == 16
    assert bits_of("")[0] is None
    assert year_of("mlcommons/training_results_v5.0: NVIDIA") == pytest.approx(2025.4)
    assert year_of("arXiv 2104.04473") == pytest.approx(2021 + 4 / 12)
    assert year_of("Megatron-Bridge 26.08, DeepSeek-V3") == pytest.approx(2026 + 8 / 12)


def test_intervals():
    low, high = interval(100, 0.1, odds=False)
    assert low * high == pytest.approx(100**2)
    low, high = interval(95, 0.4, odds=True)
    assert 90 < low < 95 < high < 100


def test_a_table_without_quantity_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,chip\n1,h100\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no column 'quantity'"):
        rows_of(path)
    with pytest.raises(BadInput, match="cannot be read"):
        rows_of(tmp_path / "none.csv")


GROUPS = {
    "bf16": (("train_dense_nvidia_bf16", "train_dense_fsdp"), 0.07),
    "fp8": (("train_dense_nvidia_fp8_fp4", "mlperf_train_gpt3_gpu", "mlperf_train_405b", "mlperf_train_8b"), 0.10),
    "moe": (("train_moe_nvidia",), 0.15),
    "cross": (("train_tpu", "train_tpu_multislice_dcn", "mlperf_train_tpu_gaudi", "mlperf_lora_cross_vendor"), 0.15),
    "inference": (("infer_west", "infer_china"), 0.25),
    "energy": (("energy",), 0.25),
}


@pytest.mark.validation
@pytest.mark.parametrize("group", GROUPS)
def test_published_results_by_kind(group):
    # errors of the fit without the point's release: what a fit that saw a point says of it proves nothing
    kinds, target = GROUPS[group]
    with (FOLDER / "scores.csv").open(encoding="utf-8", newline="") as file:
        scores = [row for row in csv.DictReader(file) if row["kind"] in kinds]
    answered = [r["id"] for r, a in zip(RAW, ANSWERS, strict=True) if r["kind"] in kinds and a["value"] is not None]
    assert sorted(answered) == sorted(row["id"] for row in scores)
    assert statistics.median(abs(math.expm1(-float(row["without_release"]))) for row in scores) <= target


@pytest.mark.validation
def test_decentralised_utilisation_within_five_points():
    for r, a in zip(RAW, ANSWERS, strict=True):
        if r["kind"] == "decentralised_train" and r["quantity"] in {"compute_utilisation_pct", "mfu_pct"}:
            assert abs(a["value"] - float(r["value"])) < 5, r["id"]


@pytest.mark.validation
def test_strong_scaling_of_fp8_gpt3_on_h100():
    """Speed per chip at 10,752 chips relative to 512, MLPerf v3.1: measured 482.6 / 674.6 = 71.5 %."""

    def per_chip(name, column):
        row = next(i for i, r in enumerate(RAW) if r["id"].startswith(name))
        value = ANSWERS[row]["value"] if column == "value" else float(RAW[row]["value"])
        return value / float(RAW[row]["n_chips"])

    few, many = "mlperf_v3.1_gpt3_NVIDIA_eos_n64", "mlperf_v3.1_gpt3_NVIDIA_eos-dfw_n1344"
    predicted = per_chip(many, "value") / per_chip(few, "value")
    measured = per_chip(many, "measured") / per_chip(few, "measured")
    assert abs(predicted - measured) < 0.05


@pytest.mark.validation
def test_points_that_the_calibration_never_saw_lie_inside_as_often_as_they_should():
    raw = table(Path(__file__).parents[2] / "bench" / "outside_points.csv")
    answers = predict(BASE, [read_row(r, n) for n, r in enumerate(raw, 2)])
    inside = [a["low"] <= float(r["value"]) <= a["high"] for r, a in zip(raw, answers, strict=True)]
    assert 0.70 <= statistics.mean(inside) <= 0.92
