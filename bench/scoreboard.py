"""Write docs/scoreboard.md and docs/scoreboard.svg: the engine's predictions against every measured point.

python bench/scoreboard.py [--llm-analysis PYTHON]   (an interpreter that has the package llm-analysis)
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import mlperf_points

from rechenmacht.domains.engine.ask import question
from rechenmacht.domains.engine.best import best, spaces
from rechenmacht.domains.engine.calibration import ODDS_SCALE
from rechenmacht.domains.engine.library import FOLDER
from rechenmacht.domains.engine.parameters import coefficients
from rechenmacht.domains.engine.quantities import QUANTITIES
from rechenmacht.domains.engine.rows import read_row
from rechenmacht.domains.engine.table import predict
from rechenmacht.evidence.base import load
from rechenmacht.outputs.enginecharts import draw_scoreboard

LEFT = ("without_point", "without_source", "without_release", "without_model")
HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "docs"
GROUPS = (
    ("Dense training, BF16", ("train_dense_nvidia_bf16",), 7),
    ("Dense training, FP8 and FP4", ("train_dense_nvidia_fp8_fp4", "train_dense_fsdp"), 10),
    ("Training of expert models", ("train_moe_nvidia",), 15),
    ("TPU", ("train_tpu", "train_tpu_multislice_dcn"), 15),
    ("MLPerf training", ("mlperf_train_gpt3_gpu", "mlperf_train_405b", "mlperf_train_tpu_gaudi"), 10),
    ("MLPerf 8B, LoRA, time to train", ("mlperf_train_8b", "mlperf_lora_cross_vendor", "mlperf_time_to_train"), 15),
    ("Serving", ("infer_west", "infer_china"), 20),
    ("Energy per token and of runs", ("energy",), 35),
    ("Decentralised training", ("decentralised_train",), 25),
    ("Decentralised serving", ("decentralised_infer",), 40),
)  # fmt: skip


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def unseen(row: dict[str, Any], residual: float) -> dict[str, Any]:
    """Return a scored row as the fit without its release predicts it; the interval moves along, its width stays."""
    measured, sense = row["measured"], QUANTITIES[row["quantity"]].sense or 1
    if row["kind"] == "goodput":  # a share of time: log odds
        value = 100 / (1 + (100 / measured - 1) * math.exp(residual / ODDS_SCALE))
    else:
        value = measured * math.exp(-sense * residual)
    low, high = (row[end] * value / row["value"] for end in ("low", "high"))
    return row | {"value": value, "low": low, "high": high, "error": value / measured - 1,
                  "inside": low <= measured <= high}  # fmt: skip


def without_release(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of the calibration's points, each from the fit that did not see its release."""
    left = {r["id"]: float(r["without_release"]) for r in table_of(FOLDER / "scores.csv")}
    return [r if r["value"] is None else unseen(r, left[r["id"]]) | {"fitted": r["error"]} for r in rows]


def scored(raw: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return id, kind, source, measured, predicted, interval, relative error of every row that has an answer."""
    answers = predict(load(), [read_row(r, n) for n, r in enumerate(raw, 2)])
    rows = []
    for r, a in zip(raw, answers, strict=True):
        measured, value = float(r["value"]), a["value"]
        row = {"id": r["id"], "kind": r["kind"], "source": r["source"], "unit": r["unit"], "measured": measured,
               "quantity": r["quantity"], "value": value, "reason": a.get("reason", "")}  # fmt: skip
        if value is not None:
            row |= {"low": a["low"], "high": a["high"], "error": value / measured - 1,
                    "inside": a["low"] <= measured <= a["high"], "bound_by": a["bound_by"]}  # fmt: skip
        rows.append(row)
    return rows


def median(values: list[float]) -> str:
    return f"{100 * statistics.median(values):.1f} %" if values else "-"


def left_out() -> dict[str, dict[str, float]]:
    return {r["id"]: {k: abs(math.expm1(-float(r[k]))) for k in LEFT}
            for r in table_of(FOLDER / "scores.csv")}  # fmt: skip


def kind_table(rows: list[dict[str, Any]], left: dict[str, dict[str, float]]) -> list[str]:
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    lines = ["| kind | points | answered | without the point | its source | its release "
             "| its model | inside 80 % |", "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for kind in sorted(by_kind):
        group = by_kind[kind]
        done = [r for r in group if r["value"] is not None]
        ids = [left[r["id"]] for r in done if r["id"] in left]
        lines.append(
            f"| {kind} | {len(group)} | {len(done)} | {' | '.join(median([x[k] for x in ids]) for k in LEFT)} "
            f"| {sum(r['inside'] for r in done)}/{len(done)} |"
        )
    return lines


def group_table(rows: list[dict[str, Any]], left: dict[str, dict[str, float]]) -> list[str]:
    lines = ["| group | target | without the point | its source | its release | its model | inside 80 % |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for name, kinds, target in GROUPS:
        done = [r for r in rows if r["kind"] in kinds and r["value"] is not None]
        ids = [left[r["id"]] for r in done if r["id"] in left]
        inside = sum(r["inside"] for r in done)
        lines.append(
            f"| {name} | {target} % | {' | '.join(median([x[k] for x in ids]) for k in LEFT)} | {inside}/{len(done)} |"
        )
    return lines


def outside_table(rows: list[dict[str, Any]]) -> list[str]:
    by_kind: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_kind[row["kind"]].append(row)
    lines = ["| kind | points | answered | median error | inside 80 % |", "|---|---|---|---|---|"]
    for kind in sorted(by_kind):
        done = [r for r in by_kind[kind] if r["value"] is not None]
        lines.append(f"| {kind} | {len(by_kind[kind])} | {len(done)} | {median([abs(r['error']) for r in done])} "
                     f"| {sum(r['inside'] for r in done)}/{len(done)} |")  # fmt: skip
    done = [r for r in rows if r["value"] is not None]
    lines.append(f"| all | {len(rows)} | {len(done)} | {median([abs(r['error']) for r in done])} "
                 f"| {sum(r['inside'] for r in done)}/{len(done)} |")  # fmt: skip
    return lines


def worst_table(rows: list[dict[str, Any]], most: int) -> list[str]:
    done = sorted((r for r in rows if r["value"] is not None), key=lambda r: -abs(math.log(r["value"] / r["measured"])))
    lines = ["| point | measured | predicted | 80 % interval | error | source |", "|---|---|---|---|---|---|"]
    return lines + [
        f"| {r['id']} | {r['measured']:.4g} {r['unit']} | {r['value']:.4g} | {r['low']:.4g} to {r['high']:.4g} "
        f"| {100 * r['error']:+.0f} % | {r['source'][:60].replace('|', '/')} |"
        for r in done[:most]
    ]


def peer_points(raw: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the points that llm-analysis can represent, with the layout that our engine uses for them."""
    base, found = load(), []
    c = coefficients(base)
    for number, r in enumerate(raw, 2):
        if r["kind"] != "train_dense_nvidia_bf16" or not (r["heads"] and r["layers"] and r["tp"] and r["pp"]):
            continue
        if r["kv_heads"] not in {"", r["heads"]} or "ZeRO" in r["workload"]:
            continue
        q = question(base, read_row(r, number))
        b = best(q, c, spaces(q))
        lay = b.layout.row(0)
        found.append({
            "id": r["id"], "layers": q.model.layers, "heads": q.model.heads, "hidden": q.model.hidden,
            "seq": q.run.seq, "batch": b.batch, "micro": lay["micro"], "tp": lay["tp"], "pp": lay["pp"],
            "dp": lay["dp"], "recompute": 2 if lay["recompute"] == 2 else 1 if lay["recompute"] == 1 else 0,
            "flash": q.stack.flash, "gpu": "h100-sxm-80gb" if q.hw.family == "hopper" else "a100-sxm-80gb",
            "ours": float(b.step.seconds[0]),
        })  # fmt: skip
    return found


def peer_table(raw: list[dict[str, str]], rows: list[dict[str, Any]], python: str | None) -> list[str]:
    if python is None:
        return ["llm-analysis was not installed where this page was made (`make scoreboard` installs it)."]
    points = peer_points(raw)
    run = subprocess.run([python, str(HERE / "llm_analysis_points.py")], input=json.dumps(points), text=True,
                         capture_output=True, check=False)  # fmt: skip
    if run.returncode:
        return [f"llm-analysis could not be run here: {run.stderr.strip().splitlines()[-1:]}"]
    said = json.loads(run.stdout)
    ours = {r["id"]: r for r in rows}
    errors: dict[str, list[float]] = {"default": [], "half": [], "ours": []}
    lines = ["| point | ours | llm-analysis, efficiency 1 (default) | efficiency 0.5 |", "|---|---|---|---|"]
    for p in points:
        if said.get(p["id"], [None])[0] is None or ours[p["id"]]["value"] is None:
            continue
        # our step time stands for the measured one divided by our error, so both are compared on the same quantity
        slower = ours[p["id"]]["quantity"] == "step_time_s"
        e = 1 + ours[p["id"]]["fitted"]
        truth = p["ours"] / e if slower else p["ours"] * e
        default, half = (s / truth - 1 for s in said[p["id"]])
        left = ours[p["id"]]["error"]
        for name, value in (("default", default), ("half", half), ("ours", left)):
            errors[name].append(abs(value))
        lines.append(f"| {p['id']} | {100 * left:+.0f} % | {100 * default:+.0f} % | {100 * half:+.0f} % |")
    lines.append(f"| **median of {len(errors['ours'])}** | {median(errors['ours'])} | {median(errors['default'])} "
                 f"| {median(errors['half'])} |")  # fmt: skip
    return lines


def chart_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    slots: dict[str, int] = defaultdict(int)
    made = []
    for r in rows:
        if r["value"] is None:
            continue
        slots[r["kind"]] += 1
        made.append({"kind": r["kind"], "ratio": r["value"] / r["measured"], "low": r["low"] / r["measured"],
                     "high": r["high"] / r["measured"], "slot": slots[r["kind"]]})  # fmt: skip
    return made


def page(
    rows: list[dict[str, Any]], outside: list[dict[str, Any]], mlperf: list[dict[str, Any]], peer: list[str]
) -> str:
    left = left_out()
    done = [r for r in rows if r["value"] is not None]
    text = [
        "# Scoreboard of the engine", "",
        "Written by `make scoreboard`; do not edit. Predicted against measured for every point of "
        "`rechenmacht/data/engine/points.csv`. No error on this page is of a fit that saw the point: predictions and "
        "what is inside the 80 % interval are those of the (linearised) fit without the point's release (its publication "
        "and month). *Without the point*, *its source*, *its model*: likewise. Component figures are looked up where the "
        "base has the chip's own measurement, so their error says nothing about prediction.", "",
        f"Answered: {len(done)} of {len(rows)}. Inside the 80 % interval: {sum(r['inside'] for r in done)}.", "",
        "![predicted over measured](scoreboard.svg)", "",
        "## Our misses first", "", *worst_table(rows, 20), "",
        "## Against the targets", "", *group_table(rows, left), "",
        "## By kind", "", *kind_table(rows, left), "",
        "## Points that the calibration never saw", "",
        "Claims of the base outside the table (`bench/outside_points.csv`). They were looked at while the engine was "
        "built, to find mistakes of reading and of physics; no coefficient was fitted to them.", "",
        *outside_table(outside), "", *worst_table(outside, 8), "",
        "MLPerf results v4.1 to v5.1 (training) and v4.1 (inference) that are not in the table; derived from published "
        "logs, not verified by MLCommons. Same caution.", "",
        *(outside_table(mlperf) if mlperf else ["The MLPerf summaries were not at hand where this page was made."]), "",
        "## Beside llm-analysis 0.2.2", "",
        "Dense 16-bit training on A100 and H100, same layout; error of the step time (ours: of the quantity measured). "
        "Its efficiency is an input; ours is predicted.", "", *peer, "",
        "## Every point", "",
        "| point | kind | measured | predicted | 80 % interval | error | bound by | source |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for r in rows:
        source = r["source"][:70].replace("|", "/")
        if r["value"] is None:
            text.append(
                f"| {r['id']} | {r['kind']} | {r['measured']:.4g} {r['unit']} | - | {r['reason']} | | | {source} |"
            )
        else:
            text.append(
                f"| {r['id']} | {r['kind']} | {r['measured']:.4g} {r['unit']} | {r['value']:.4g} "
                f"| {r['low']:.4g} to {r['high']:.4g} | {100 * r['error']:+.1f} % | {r['bound_by']} | {source} |"
            )
    return "\n".join(text) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--llm-analysis", dest="peer", help="interpreter that has the package llm-analysis")
    parser.add_argument("--out", type=Path, default=DOCS)
    given = parser.parse_args()
    raw = table_of(FOLDER / "points.csv")
    rows = without_release(scored(raw))
    outside = scored(table_of(HERE / "outside_points.csv"))
    mlperf = scored(mlperf_points.rows(float(r["value"]) for r in raw))
    peer = peer_table(raw, rows, given.peer)
    given.out.mkdir(exist_ok=True)
    draw_scoreboard(chart_rows(rows), given.out / "scoreboard.svg")
    (given.out / "scoreboard.md").write_text(page(rows, outside, mlperf, peer), encoding="utf-8")
    print(f"{given.out / 'scoreboard.md'}: {len(rows)} points, {len(outside)} outside, {len(mlperf)} MLPerf")


if __name__ == "__main__":
    main()
