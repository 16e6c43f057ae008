"""SQL over the fact base with DuckDB: one SELECT, no files, no network, in a process with bounded memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields
from typing import Any

from rechenmacht.errors import BadInput
from rechenmacht.evidence import queried
from rechenmacht.evidence.base import Base

TABLES = (
    "claims",
    "history",
    "editions",
    "entities",
    "sources",
    "quantities",
    "parameters",
    "deals",
    "rules",
    "corrections",
)
SECONDS: float = 30
MOST_SQL = 100_000  # characters
MOST_BYTES = 64_000_000  # of an answer
_TYPES = {"float": "DOUBLE", "float | None": "DOUBLE", "int": "INTEGER", "tuple[str, ...]": "VARCHAR[]"}


def _cell(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _tables(base: Base) -> dict[str, Any]:
    """Return each table as (column, type) pairs and lists of values by column."""
    from rechenmacht.evidence import forms, forms_rules

    records: dict[str, type] = {
        "claims": forms.Claim, "history": forms.History, "editions": forms.History,
        "entities": forms.Entity, "sources": forms.Source,
        "quantities": forms.Quantity, "parameters": forms.Parameter, "deals": forms.Deal, "rules": forms_rules.Rule,
        "corrections": forms.Correction,
    }  # fmt: skip
    found: dict[str, Any] = {}
    for name in TABLES:
        rows, columns = getattr(base.tables, name), fields(records[name])
        declared = [(column.name.removesuffix("_"), _TYPES.get(str(column.type), "VARCHAR")) for column in columns]
        found[name] = (declared, [[_cell(getattr(row, column.name)) for row in rows] for column in columns])
    return found


def tables_of(base: Base) -> Any:
    """Return an in-memory DuckDB connection that holds the tables of the base."""
    return queried.filled(_tables(base))


def connect(base: Base) -> Any:
    """Return a locked in-memory DuckDB connection that holds the tables of the base."""
    return queried.locked(_tables(base))


def run(base: Base, sql: str, most: int = 1000) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SELECT.

    Args:
        base: the fact base; its tables are `TABLES`.
        sql: one statement that only reads.
        most: rows to return at most.

    Returns:
        Column names and rows.

    Raises:
        BadInput: if it is not one SELECT, is wrong, reaches outside, builds what needs too much memory, or takes longer
            than 30 s.
    """
    import duckdb  # noqa: F401 - what is missing is said here, not in the process

    if len(sql) > MOST_SQL:
        raise BadInput(f"SQL: {len(sql):,} characters; {MOST_SQL:,} are read at most")
    words = [sys.executable, "-m", "rechenmacht.evidence.queried", str(most), str(max(1, round(SECONDS)))]
    asked = json.dumps({"sql": sql, "tables": _tables(base)})
    try:
        done = subprocess.run(words, input=asked.encode(), capture_output=True, timeout=SECONDS + 3, check=False)
    except subprocess.TimeoutExpired:
        raise BadInput(f"SQL: stopped after {SECONDS} s") from None
    if done.returncode == -24:  # SIGXCPU
        raise BadInput(f"SQL: stopped after {SECONDS} s")
    if done.returncode != 0 or not done.stdout:
        raise BadInput("SQL: stopped, since it needs more memory than it may")
    if len(done.stdout) > MOST_BYTES:
        raise BadInput("SQL: its answer is too large; ask for fewer or shorter cells")
    found = json.loads(done.stdout)
    if "error" in found:
        raise BadInput(f"SQL: {found['error']}")
    return found["columns"], [tuple(row) for row in found["rows"]]
