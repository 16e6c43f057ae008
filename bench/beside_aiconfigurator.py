"""Beside aiconfigurator on measured serving rows that no fit of ours saw: time per output token, time to first token.

python bench/beside_aiconfigurator.py SAMPLE.csv --peer PYTHON [--rows 60] [--inferencex OWN.csv]

SAMPLE.csv: rows in the form of aiconfigurator's silicon sample. PYTHON: an interpreter that has the package
aiconfigurator. The shipped fit takes every third row for times per token and every sixth for first tokens; the rows
compared here are of the other ones. With --inferencex, SAMPLE.csv is the whole sample, OWN.csv its own rows, and those
compared are the InferenceX ones, of which no fit takes any. A row that the peer does not answer is left out of both
medians and counted.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
MORE_MODELS = {"MiniMax-M2.5": "minimax-m2", "DeepSeek": "deepseek-v3", "Llama-3.1-70B": "llama3-70b"}
SHARED_MODELS = (*MORE_MODELS, "Qwen3.5-397B", "Kimi", "gpt-oss")
MORE_CHIPS = {"b300_sxm": "chip:b300", "gb300": "chip:gb300"}


def estimates(rows: list[dict[str, str]]) -> list[dict[str, float] | None]:
    """Return the peer's times in ms of each row (run by the interpreter that has it)."""
    from aiconfigurator.cli.api import cli_estimate  # type: ignore[import-not-found]

    found: list[dict[str, float] | None] = []
    for r in rows:
        whole = {name: int(float(r[name] or 1)) for name in ("isl", "osl", "batch_size", "tp_size", "pp_size",
                 "attention_dp_size", "moe_tp_size", "moe_ep_size")}  # fmt: skip
        try:
            said = cli_estimate(r["model_path"], r["system"], backend_name=r["backend"], **whole)
            found.append({"tpot": float(said.tpot), "ttft": float(said.ttft)})
        except BaseException:  # noqa: BLE001 - whatever stops it, the row has no answer
            found.append(None)
    return found


def ours(rows: list[dict[str, str]]) -> dict[str, dict[str, float]]:
    """Return our times in ms by the row's id."""
    from rechenmacht.domains.engine import servingpoints as points
    from rechenmacht.domains.engine.parameters import coefficients
    from rechenmacht.evidence.base import load

    points.EVERY = points.EVERY_FIRST = 1
    points.MODELS.update(MORE_MODELS)
    points.CHIPS.update(MORE_CHIPS)
    base = load()
    c = coefficients(base)
    found: dict[str, dict[str, float]] = {}
    for one in points.points(base, rows):
        first = one.point.kind == points.FIRST
        found.setdefault(one.point.id.removesuffix("_first"), {})["ttft" if first else "tpot"] = one.answer(c).value
    return found


def unseen(path: Path, most: int) -> list[dict[str, str]]:
    """Return rows, evenly over the sample, that the shipped fit did not take."""
    from rechenmacht.domains.engine import servingpoints as points
    from rechenmacht.evidence.base import load

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    seen = {one.point.id.removesuffix("_first") for one in points.points(load(), rows)}
    left = [r for r in rows if r["id"] not in seen and r["mode"] == "agg"]
    return left[:: max(1, len(left) // most)]


def inferencex(path: Path, own: Path, most: int) -> list[dict[str, str]]:
    """Return InferenceX rows, evenly over the sample, with the concurrency and the date that their source states."""
    with own.open(encoding="utf-8", newline="") as file:
        known = {r["id"] for r in csv.DictReader(file)}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["id"] not in known and r["mode"] == "agg"]
    rows = [r for r in rows if any(name in r["model_path"] for name in SHARED_MODELS)]
    for r in rows:
        said = r["silicon_data_source"]
        for column, pattern in (("concurrency", r"silicon_concurrency=(\d+)"), ("measured", r"measured=(\d{4}-\d\d)")):
            found = re.search(pattern, said)
            r[column] = found[1] if found else ""
    return rows[:: max(1, len(rows) // most)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample", type=Path, nargs="?")
    parser.add_argument("--peer", help="interpreter that has the package aiconfigurator")
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--inferencex", type=Path, help="the sample's own rows, which are left out")
    given = parser.parse_args()
    if given.sample is None:  # the peer's side
        json.dump(estimates(json.load(sys.stdin)), sys.stdout)
        return
    wanted = given.inferencex
    rows = inferencex(given.sample, wanted, given.rows) if wanted else unseen(given.sample, given.rows)
    mine = ours(rows)
    rows = [r for r in rows if r["id"] in mine]
    alone = os.environ | {"HF_HUB_OFFLINE": "1"}
    run = subprocess.run([given.peer, str(HERE)], input=json.dumps(rows), text=True, capture_output=True, check=False,
                         env=alone)  # fmt: skip
    if run.returncode:
        sys.exit(f"aiconfigurator could not be run here: {run.stderr.strip().splitlines()[-1:]}")
    peer: list[Any] = json.loads(run.stdout.strip().splitlines()[-1])
    print(f"{len(rows)} rows, aiconfigurator answers {sum(p is not None for p in peer)}, we all")
    for name, column in (("tpot", "silicon_tpot_ms"), ("ttft", "silicon_ttft_ms")):
        pairs = [(p[name], mine[r["id"]][name], float(r[column])) for r, p in zip(rows, peer, strict=True)
                 if p is not None and name in mine[r["id"]] and p[name] > 0]  # fmt: skip
        theirs, own = ([abs(x[i] / x[2] - 1) for x in pairs] for i in (0, 1))
        print(f"{name}: {len(pairs)} rows, aiconfigurator {100 * statistics.median(theirs):.1f} %, "
              f"ours {100 * statistics.median(own):.1f} %")  # fmt: skip


if __name__ == "__main__":
    main()
