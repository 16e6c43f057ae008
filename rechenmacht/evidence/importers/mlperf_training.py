"""MLPerf Training result logs of rounds v4.1, v5.0 and v5.1, summarised (MLCommons, Apache-2.0).

Judgements:
- One row is one system's result on one benchmark: our `run:mlperf-v5-1-llama31-405b-<submitter>-<system>`.
- "minutes_olympic" is MLPerf's score: minutes to the quality target, mean over the runs without the best
  and the worst. It was recomputed from the logs and is not verified by MLCommons.
- Kept: closed division, all runs successful (`ok` equals `runs`). Previews are kept and say so.
- Scores with different batch sizes or precisions compare systems, not chips; peaks are not in this file.
- A run is dated by its round: v4.1 2024-11, v5.0 2025-06, v5.1 2025-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rechenmacht.errors import BadInput
from rechenmacht.evidence.forms import Correction, Source
from rechenmacht.evidence.importers._chips import chip_id
from rechenmacht.evidence.importers._frame import (
    ACCESSED,
    LINE,
    Collector,
    Imported,
    Importer,
    Row,
    entity,
    number,
    slug,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NAME = "mlperf-training"
SOURCE = Source(
    "mlperf-training-v4-1-v5-1",
    "MLPerf Training v4.1, v5.0, v5.1: result logs",
    "MLCommons",
    "2026-01-12",
    ACCESSED,
    "https://github.com/mlcommons/training_results_v5.1",
    "",
    "mlperf-training-v4-1-v5-1",
    "data_set",
    "Apache-2.0",
    "en",
    "",
    (),
    "summarised from the result logs; not verified by MLCommons",
)
ROUNDS = {"v4.1": "2024-11", "v5.0": "2025-06", "v5.1": "2025-11"}
KEY = ("round", "submitter", "system", "benchmark")


def _run(row: Row, into: Collector) -> str:
    part = slug("-".join((row["round"], row["benchmark"], row["submitter"], row["system"])))
    on = f"{row['accelerators']} x {row['accelerator']}"
    what = f"{row['benchmark']} on {on}, {row['submitter']} {row['system']}"
    chip = chip_id(row["accelerator"]) if row["accelerator"] not in {"", "N/A"} else ""
    return into.add_entity(
        entity(
            f"run:mlperf-{part}",
            f"MLPerf Training {row['round']}: {what}",
            f"MLPerf-Training {row['round']}: {what}",
            note=f"chip: {chip or 'not stated'}",
        )
    )


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the summary table of training results.

    Returns:
        Claims about `run:mlperf-*`: time_to_train [min], run_chips [count].

    Raises:
        BadInput: naming file, row and reason.
    """
    into = Collector(SOURCE)
    need = ("division", "status", "accelerators", "accelerator", "runs", "ok", "minutes_olympic")
    for row in table(path, need, KEY, NAME, corrections):
        where = f"{path.name} row {row[LINE]}"
        if row["round"] not in ROUNDS:
            raise BadInput(f"{where}: round {row['round']!r} is none of {', '.join(ROUNDS)}")
        minutes, chips = number(row, "minutes_olympic", path.name), number(row, "accelerators", path.name)
        if row["division"] != "closed" or row["ok"] != row["runs"] or not minutes or not chips:
            continue
        run, day = _run(row, into), ROUNDS[row["round"]]
        note = f"{row['status']}; global batch {row.get('global_batch') or 'not stated'}"
        place = f"{row['round']}, {row['submitter']}, {row['system']}, {row['benchmark']}"
        into.claim(run, "time_to_train", minutes, "min", day, place, basis="measured", static=True, note=note)
        into.claim(run, "run_chips", chips, "count", day, place, basis="reported", static=True)
    return into.out


IMPORTER = Importer(
    NAME, "MLPerf Training v4.1 to v5.1", SOURCE.id, "file mlperf_training_v41_v50_v51_summary.csv", read
)
