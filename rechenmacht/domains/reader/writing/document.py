"""Checked articles as plain data, by the schema `rechenmacht.check/1` (check.schema.json beside this file)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rechenmacht.domains.reader.model import Document, Quantity, Verdict

SCHEMA = "rechenmacht.check/1"
_FIELDS = (
    "id",
    "start",
    "end",
    "text",
    "kind",
    "low",
    "high",
    "unit",
    "time",
    "hedge",
    "negated",
    "attributed_to",
    "subject",
    "quantity",
    "role",
)


def quantity_dict(quantity: Quantity) -> dict[str, Any]:
    """Return a quantity as the schema has it, with its candidate subjects and codes."""
    row: dict[str, Any] = {name: getattr(quantity, name) for name in _FIELDS}
    if quantity.candidates:
        row["candidates"] = [{"subject": s, "quantity": q, "score": score} for s, q, score in quantity.candidates]
    return row


def verdict_dict(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as the schema has it."""
    names = (
        "quantity_id", "verdict", "check", "expected_low", "expected_high", "claims", "explanation",
        "reason", "subject", "quantity", "claim", "as_of",
    )  # fmt: skip
    return {name: getattr(verdict, name) for name in names}


def as_dict(documents: Sequence[Document]) -> dict[str, Any]:
    """Return checked articles as one JSON document."""
    return {
        "schema": SCHEMA,
        "documents": [
            {
                "file": document.file, "language": document.language, "text": document.text,
                "quantities": [quantity_dict(q) for q in document.quantities],
                "verdicts": [verdict_dict(v) for v in document.verdicts],
            }
            for document in documents
        ],
    }  # fmt: skip


def schema() -> dict[str, Any]:
    """Return the JSON Schema of `as_dict`."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "check.schema.json").read_text(encoding="utf-8"))
    return loaded
