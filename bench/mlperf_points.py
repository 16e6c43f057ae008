"""Rows of MLPerf results that the calibration did not see, in the form of the table interface.

Built from ../shared/data/mlcommons (derived from published logs, Apache-2.0), which is not part of the project; an
empty list where it is absent. Results that the calibration used are left out by their value.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = {
    "gpt3": ("mlperf_train_gpt3_gpu", "MLPerf GPT-3 175B pretrain", 175, 175, 96, 12288, 96, 96),
    "llama31_405b": ("mlperf_train_405b", "MLPerf Llama 3.1 405B pretrain", 405.85, 405.85, 126, 16384, 128, 8),
    "llama31_8b": ("mlperf_train_8b", "MLPerf Llama 3.1 8B pretrain", 8.03, 8.03, 32, 4096, 32, 8),
    "llama2_70b_lora": ("mlperf_lora_cross_vendor", "MLPerf Llama 2 70B LoRA fine-tune", 70, "", 80, 8192, 64, 8),
}
FORMATS = {
    "gpt3": "fp8 hybrid",
    "llama31_8b": "fp8/nvfp4 (NVIDIA), fp8 (AMD)",
    "llama2_70b_lora": "fp8/bf16 by submitter (fp4 on v5.1 NVIDIA)",
}
SERVED = {
    "llama2-70b-99": ("Llama 2 70B-99", 70, "", 80, 8192, 64, 8, ""),
    "mixtral-8x7b": ("Mixtral-8x7B", 46.7, 12.9, 32, 4096, 32, 8, "8 top2"),
}
COLUMNS = ("params_B", "active_params_B", "layers", "hidden", "heads", "kv_heads")


def folder() -> Path | None:
    """Return the folder of the MLPerf summaries, or None."""
    shared = Path(os.environ.get("RECHENMACHT_SHARED", HERE.parent.parent / "shared"))
    return shared / "data" / "mlcommons" if (shared / "data" / "mlcommons").exists() else None


def _training(row: dict[str, str]) -> dict[str, str] | None:
    bench = row["benchmark"]
    if bench not in MODELS or row["division"] != "closed":
        return None
    kind, workload, *shape = MODELS[bench]
    tpu = "TPU" in row["accelerator"]
    made = dict(zip(COLUMNS, map(str, shape), strict=True))
    made |= {
        "id": f"{row['round']}_{bench}_{row['submitter']}_{row['system']}",
        "kind": "mlperf_train_tpu_gaudi" if tpu else kind, "workload": workload, "seq": row["seq_len"] or "8192",
        "global_batch_seqs": row["global_batch"], "chip": row["accelerator"], "n_chips": row["accelerators"],
        "interconnect": f"{row['accel_interconnect']} | {row['host_net']}",
        "source": f"mlcommons/training_results_{row['round']}: {row['submitter']}/results/{row['system']}",
    }  # fmt: skip
    made["precision"] = FORMATS.get(bench, "nvfp4 or fp8 (see config name)" if row["round"] == "v5.1" else "fp8 hybrid")
    if bench == "gpt3":
        tuned = not tpu and "Oracle" not in row["submitter"] and "n1452" not in row["system"]
        made |= {"precision": "int8-AQT+bf16" if tpu else "fp8 hybrid", "quantity": "tokens_per_s",
                 "measured_quantity": "tokens/s incl. eval", "unit": "tokens/s", "tp": "4" if tuned else "",
                 "pp": "8" if tuned else ""}  # fmt: skip
        made["value"] = str(float(row["samples_median"]) / float(row["minutes_olympic"]) / 60)
    elif bench != "llama2_70b_lora" and row["step_time_s_median"]:
        made |= {"quantity": "step_time_s", "measured_quantity": "median train step time", "unit": "s"}
        made["value"] = row["step_time_s_median"]
    else:
        made |= {"quantity": "time_to_train_min", "unit": "min"}
        made["measured_quantity"] = f"time to train (samples {row['samples_median']})"
        made["value"] = row["minutes_olympic"]
    return made if made["value"] else None


def _serving(row: dict[str, str]) -> dict[str, str] | None:
    if not row["tokens_per_s"] or row["division"] != "closed" or row["valid"] != "VALID" or row["model"] not in SERVED:
        return None
    name, *shape, experts = SERVED[row["model"]]
    return dict(zip(COLUMNS, map(str, shape), strict=True)) | {
        "id": f"inf41_{row['model']}_{row['scenario']}_{row['submitter']}_{row['system']}", "kind": "infer_west",
        "workload": f"MLPerf Inference v4.1 {name} {row['scenario']}", "experts": experts, "chip": row["accelerator"],
        "n_chips": row["accelerators"], "precision": "fp8 / fp4 by submitter", "quantity": "tokens_per_s",
        "measured_quantity": "tokens/s (system)", "unit": "tokens/s", "value": row["tokens_per_s"],
        "source": "mlcommons/inference_results_v4.1",
    }  # fmt: skip


def rows(seen: Iterable[float]) -> list[dict[str, str]]:
    """Return the rows whose value is none of `seen` (to 0.02 %) and that repeat no other."""
    where = folder()
    if where is None:
        return []
    known, made = list(seen), []
    for file, read in (("mlperf_training_v41_v50_v51_summary.csv", _training),
                       ("mlperf_inference_v41_summary.csv", _serving)):  # fmt: skip
        with (where / file).open(encoding="utf-8", newline="") as handle:
            made += [m for m in map(read, csv.DictReader(handle)) if m]
    kept: dict[tuple[str, str], dict[str, str]] = {}
    for row in made:
        value = float(row["value"])
        if row["kind"] == "infer_west" or not any(abs(value / k - 1) < 2e-4 for k in known if k):
            kept.setdefault((row["kind"], f"{value:.5g} {row['id'] if row['kind'] == 'infer_west' else ''}"), row)
    return list(kept.values())
