"""SQL over the fact base with DuckDB: one SELECT, no files, no network, bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from rechenmacht.errors import BadInput
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
SECONDS = 30
MEMORY = "1GB"
_TYPES = {"float": "DOUBLE", "float | None": "DOUBLE", "int": "INTEGER", "tuple[str, ...]": "VARCHAR[]"}


def _fill(connection: Any, name: str, rows: Iterable[Any], record: type) -> None:
    columns = [
        (field.name.removesuffix("_"), field.name, _TYPES.get(str(field.type), "VARCHAR")) for field in fields(record)
    ]
    declared = ", ".join(f'"{column}" {kind}' for column, _, kind in columns)
    connection.execute(f'CREATE TABLE "{name}" ({declared})')
    values = [[_cell(getattr(row, name)) for row in rows] for _, name, _ in columns]
    if values and values[0]:
        # One list per column, unnested side by side, is far faster than a row at a time.
        picks = ", ".join(f"unnest(${i + 1}::{kind}[])" for i, (_, _, kind) in enumerate(columns))
        connection.execute(f'INSERT INTO "{name}" SELECT {picks}', values)


def _cell(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def tables_of(base: Base) -> Any:
    """Return an in-memory DuckDB connection that holds the tables of the base."""
    import duckdb

    from rechenmacht.evidence import forms, forms_rules

    records = {
        "claims": forms.Claim, "history": forms.History, "editions": forms.History,
        "entities": forms.Entity, "sources": forms.Source,
        "quantities": forms.Quantity, "parameters": forms.Parameter, "deals": forms.Deal, "rules": forms_rules.Rule,
        "corrections": forms.Correction,
    }  # fmt: skip
    connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": "2", "temp_directory": ""})
    for name in TABLES:
        _fill(connection, name, getattr(base.tables, name), records[name])
    return connection


def connect(base: Base) -> Any:
    """Return a locked in-memory DuckDB connection that holds the tables of the base."""
    connection = tables_of(base)
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def run(base: Base, sql: str, most: int = 1000) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one SELECT.

    Args:
        base: the fact base; its tables are `TABLES`.
        sql: one statement that only reads.
        most: rows to return at most.

    Returns:
        Column names and rows.

    Raises:
        BadInput: if it is not one SELECT, is wrong, reaches outside, or takes longer than 30 s.
    """
    import duckdb

    connection = connect(base)
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise BadInput(f"SQL: {_first(error)}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise BadInput("SQL: one SELECT statement is allowed, nothing that writes, sets or attaches")
    timer = threading.Timer(SECONDS, connection.interrupt)
    timer.start()
    try:
        result = connection.execute(statements[0])
        return [column[0] for column in result.description], result.fetchmany(most)
    except duckdb.InterruptException:
        raise BadInput(f"SQL: stopped after {SECONDS} s") from None
    except duckdb.Error as error:
        raise BadInput(f"SQL: {_first(error)}") from None
    finally:
        timer.cancel()
        connection.close()


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
