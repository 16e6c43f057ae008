"""MLPerf Inference v4.1 results, summarised from the logs (MLCommons, Apache-2.0).

Judgements:
- One row is one system's result on one model in one scenario. Offline: all requests lie ready; Server:
  requests arrive at random and the latency limits of MLPerf hold. The two are never merged.
- Kept: valid results of the closed division that count tokens (language models). Samples per second of
  other models are left out.
- Tokens are output tokens. Per chip is our division by the number of accelerators.
- A "-99" and a "-99.9" model differ in the accuracy asked for; both are runs of their own.
- Dated by the round, 2024-08.
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

NAME = "mlperf-inference"
SOURCE = Source(
    "mlperf-inference-v4-1",
    "MLPerf Inference v4.1: result logs",
    "MLCommons",
    "2025-07-24",
    ACCESSED,
    "https://github.com/mlcommons/inference_results_v4.1",
    "",
    "mlperf-inference-v4-1",
    "data_set",
    "Apache-2.0",
    "en",
    "",
    (),
    "summarised from the result logs; not verified by MLCommons",
)
DAY = "2024-08"
SCENARIOS = {"Offline": "offline", "Server": "server"}
KEY = ("submitter", "system", "division", "model", "scenario")


def _run(row: Row, into: Collector) -> str:
    part = slug("-".join((row["round"], row["model"], row["submitter"], row["system"])))
    what = f"{row['model']} on {row['accelerators']} x {row['accelerator']}, {row['submitter']} {row['system']}"
    chip = chip_id(row["accelerator"]) if row["accelerator"] not in {"", "N/A"} else "not stated"
    return into.add_entity(
        entity(
            f"run:mlperf-inference-{part}",
            f"MLPerf Inference {row['round']}: {what}",
            f"MLPerf-Inferenz {row['round']}: {what}",
            note=f"chip: {chip}",
        )
    )


def read(path: Path, corrections: Sequence[Correction], vintage: str) -> Imported:
    """Read the summary table of inference results.

    Returns:
        Claims about `run:mlperf-inference-*`: output tokens/s of the system and per chip, offline and server;
        run_chips [count].

    Raises:
        BadInput: naming file, row and reason.
    """
    into = Collector(SOURCE)
    need = ("round", "status", "accelerator", "accelerators", "tokens_per_s", "valid")
    for row in table(path, need, KEY, NAME, corrections):
        if row["scenario"] not in SCENARIOS:
            raise BadInput(
                f"{path.name} row {row[LINE]}: scenario {row['scenario']!r} is none of {', '.join(SCENARIOS)}"
            )
        tokens, chips = number(row, "tokens_per_s", path.name), number(row, "accelerators", path.name)
        if row["division"] != "closed" or row["valid"] != "VALID" or not tokens or not chips:
            continue
        run, place = _run(row, into), ", ".join(row[column] for column in KEY)
        stem = f"mlperf_{SCENARIOS[row['scenario']]}_tokens_per_second"
        into.claim(run, stem, tokens, "tokens/s", DAY, place, basis="measured", static=True, note=row["status"])
        per_chip = float(f"{tokens / chips:.10g}")
        note = f"{row['status']}; {tokens:g} tokens/s over {chips:g} accelerators"
        into.claim(
            run,
            f"{stem}_per_chip",
            per_chip,
            "tokens/s",
            DAY,
            place,
            basis="measured",
            static=True,
            note=note,
        )
        into.claim(run, "run_chips", chips, "count", DAY, place, basis="reported", static=True)
    return into.out


IMPORTER = Importer(NAME, "MLPerf Inference v4.1", SOURCE.id, "file mlperf_inference_v41_summary.csv", read)
