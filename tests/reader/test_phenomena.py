"""The shared phenomena: every sentence's value, unit and hedge, and nothing where there is nothing."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rechenmacht.dates import span
from rechenmacht.domains.reader import tokens
from rechenmacht.domains.reader.grammar import Grammar

SHARED = Path(os.environ.get("RECHENMACHT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
FILE = SHARED / "facts" / "reader" / "phenomena.jsonl"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the shared facts are not beside the tree")
ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()] if FILE.exists() else []


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_phenomenon(row: dict[str, Any]) -> None:
    got = Grammar(tokens.read(row["text"], row["lang"]), date(2025, 11, 20)).all()
    if row["span"] is None:
        assert got == []
        return
    found = next(q for q in got if q.start < row["end"] and row["start"] < q.end)
    low, high = found.low, found.high
    if found.kind == "date":
        low = span(str(low))[0].isoformat() if low else None
        high = span(str(high))[1].isoformat() if high else None
    assert found.unit == row["unit"]
    assert found.hedge == row["hedge"]
    for value, wanted in ((low, row["value_low"]), (high, row["value_high"])):
        assert value == wanted or value == pytest.approx(wanted)
