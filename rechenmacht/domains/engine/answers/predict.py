"""The answer to the question predict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rechenmacht.answers.answer import Answer, Table
from rechenmacht.answers.question import Told
from rechenmacht.domains.engine import questions, shown, tablefile
from rechenmacht.domains.engine.calibrated import calibration
from rechenmacht.domains.engine.table import answers
from rechenmacht.evidence.base import Base

EMPTY: dict[str, Any] = {"value": None, "low": None, "high": None, "bound_by": "", "reason": "", "assumed": {}}


def predict(asked: questions.Predict, base: Base, told: Told) -> Answer:
    """Answer every row of a table, or say why not."""
    rows: list[dict[str, Any]] = []
    for one in answers(base, tablefile.asked_rows(asked.table), calibration(base)):
        rows.append(EMPTY | one)
        told(len(rows), len(asked.table))
    answered = sum(row["value"] is not None for row in rows)
    columns = ("id", "value", "low", "high", "unit", "bound_by", "reason")
    return Answer(asked, {"answered": answered, "asked_rows": len(rows)},
                  (Table("answers", shown.Answered, rows, columns),), show=("answered", "asked_rows"),
                  bare=lambda: _bare(rows))  # fmt: skip


def _bare(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the answers alone, as programs have long read them."""
    kept = ("id", "value", "low", "high", "unit", "bound_by", "assumed")
    refused = ("id", "value", "unit", "reason")
    made = [{key: row[key] for key in (refused if row["value"] is None else kept)} for row in rows]
    return json.dumps(made, ensure_ascii=False, indent=1)
