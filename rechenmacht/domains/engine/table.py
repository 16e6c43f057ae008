"""`engine predict`: answer every row of a table of questions with a value, an 80 % interval, and what was assumed.

Each row becomes a function of the coefficients (`prepare`), which prediction and calibration share.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rechenmacht.domains.engine.answers_decentral import decentral_value, swarm_value
from rechenmacht.domains.engine.answers_inference import serving_question, serving_value
from rechenmacht.domains.engine.answers_other import component_value, energy_value, goodput_value
from rechenmacht.domains.engine.answers_training import READERS, read_answer
from rechenmacht.domains.engine.ask import question
from rechenmacht.domains.engine.best import best, spaces
from rechenmacht.domains.engine.found import Found
from rechenmacht.domains.engine.offsets import Offsets, offsets
from rechenmacht.domains.engine.parameters import Coefficients, coefficients
from rechenmacht.domains.engine.rows import Row, check, read_row
from rechenmacht.errors import BadInput
from rechenmacht.evidence.base import Base

Z80 = 1.2815515655446004
SERVING_EXTRA = 0.2
ODDS_SPREAD = 0.4  # log odds of working time against waiting time
BY_UNIT = {
    "tflop/s": "tflops_model_per_chip", "%": "mfu_pct", "s": "step_time_s", "min": "time_to_train_min",
    "tokens/s": "tokens_per_s", "tokens/s/gpu": "tokens_per_s_per_chip", "tokens/s/chip": "tokens_per_s_per_chip",
}  # fmt: skip


def subject(row: Row) -> str:
    """Return which part of the engine answers a row: by its quantity first, then its kind, then its words."""
    name, kind, words = row.quantity, row.kind.lower(), f"{row.measured} {row.workload} {row.unit}".lower()
    serves = ("prefill", "decode", "ms_per_token", "ttft", "tpot", "output_tokens", "time_to_first")
    asks = re.search(r"offline|serving|inference|generate|decode|prefill", words)
    rules = (
        ("component", name in {"matmul_tflops", "collective_busbw_GBps"} or kind == "component"),
        ("goodput", kind == "goodput" or "effective training time" in words or "goodput" in words),
        ("energy", name.startswith(("node_power", "energy", "power"))),
        ("swarm", kind.startswith("decentralised_infer") or name.endswith("per_client")),
        ("decentral", kind.startswith("decentral") or "diloco" in words),
        ("serving", kind.startswith("infer") or name.startswith(serves) or name == "tokens_per_s_per_MW"),
        ("serving", bool(asks) and not kind.startswith(("train", "mlperf"))),
    )
    return next((part for part, fits in rules if fits), "training")


def _member(family: str, moe: bool) -> str:
    return f"{family}:moe" if moe else family


def _training(base: Base, row: Row) -> Callable[[Coefficients], Found]:
    if row.quantity not in READERS:
        by_unit = BY_UNIT.get(row.unit.lower().split(" ")[0])
        if by_unit is None:
            raise BadInput(f"row {row.id}: {row.measured or row.quantity!r} is nothing that the engine answers")
        row = replace(row, quantity=by_unit)
    q = question(base, row)
    allowed = spaces(q)

    def answer(c: Coefficients) -> Found:
        found = best(q, c, allowed)
        if not found.fits:
            q.assumed["memory"] = f"{float(found.step.memory_gb[0]):.0f} GB per chip; off-loading assumed"
        q.assumed["layout"] = ", ".join(f"{k} {v:g}" for k, v in found.layout.row(0).items())
        value = read_answer(q, found, c, allowed[1])
        return Found(value, found.step.bound_by(0), q.assumed, q.spread, _member(q.hw.family, q.moe))

    return answer


def _serving(base: Base, row: Row) -> Callable[[Coefficients], Found]:
    q = serving_question(base, row)

    def answer(c: Coefficients) -> Found:
        value, bound = serving_value(q, c)
        return Found(value, bound, q.assumed, q.spread, _member(q.hw.family, q.model.experts > 0))

    return answer


def prepare(base: Base, row: Row) -> Callable[[Coefficients], Found]:
    """Return the function from coefficients to a row's answer.

    Raises:
        BadInput: if the row asks for nothing that the engine answers, or names no known chip or model.
    """
    check(row)
    part = subject(row)
    if part == "training":
        return _training(base, row)
    if part == "serving":
        return _serving(base, row)
    if part == "decentral":

        def decentral(c: Coefficients) -> Found:
            value, bound, p, asked = decentral_value(base, row, c)
            return Found(value, bound, p.assumed, p.spread, asked, asked == "utilisation")

        return decentral
    if part == "swarm":

        def swarm(c: Coefficients) -> Found:
            value, bound, assumed, spread = swarm_value(base, row, c)
            return Found(value, bound, assumed, spread, "swarm")

        return swarm
    answers = {"component": component_value, "goodput": goodput_value, "energy": energy_value}
    return lambda c: Found(*answers[part](base, row, c), odds=part == "goodput")


def rows_of(path: Path) -> list[Row]:
    """Read the rows of a table; unknown columns are ignored, missing ones empty.

    Raises:
        BadInput: if the file cannot be read or has no `quantity` column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: not UTF-8 text (byte {error.start})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if not reader.fieldnames or "quantity" not in reader.fieldnames:
        raise BadInput(f"{path}: no column 'quantity': it says what a row asks for")
    return [read_row(cells, line) for line, cells in enumerate(reader, start=2)]


def interval(value: float, spread: float, odds: bool) -> tuple[float, float]:
    """Return the 80 % interval: log-normal, or log-normal odds for a share of time in percent."""
    if odds:
        at = math.log(value / (100 - value))
        low, high = (100 / (1 + math.exp(-(at + sign * Z80 * spread))) for sign in (-1, 1))
        return low, high
    return value * math.exp(-Z80 * spread), value * math.exp(Z80 * spread)


def answer_row(base: Base, row: Row, c: Coefficients, shift: Offsets) -> dict[str, Any]:
    """Return the answer to one row as plain data, or `value: None` with the reason."""
    try:
        found = prepare(base, row)(c)
    except BadInput as error:
        return {"id": row.id, "value": None, "unit": row.unit, "reason": str(error)}
    part = subject(row)
    kind = shift.kind_of(row.kind, part)
    move, spread = shift.of(kind, found.member, part)
    if part == "serving" and kind == "energy":  # power is known better than throughput
        spread = math.hypot(spread, SERVING_EXTRA)
    percent = row.unit.startswith("%") or row.quantity.endswith("_pct")
    value = found.value if found.odds else found.value * math.exp(move)
    if percent:
        value = min(value, 99.9)
    low, high = interval(value, ODDS_SPREAD if found.odds else math.hypot(spread, found.spread), found.odds)
    return {
        "id": row.id, "value": value, "low": low, "high": high, "unit": row.unit, "bound_by": found.bound_by,
        "assumed": found.assumed,
    }  # fmt: skip


def predict(base: Base, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Answer all rows with the shipped coefficients and offsets."""
    c, shift = coefficients(base), offsets()
    return [answer_row(base, row, c, shift) for row in rows]
