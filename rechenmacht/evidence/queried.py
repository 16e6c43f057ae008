"""The process of its own in which somebody's SQL runs, with limits on memory and time that hold whatever it builds.

`python -m rechenmacht.evidence.queried MOST SECONDS` reads one JSON object (tables, the statement) on stdin and writes
one on stdout. The database's own limits do not reach what its functions build; those of the process do.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOM = 1_500 * 2**20  # bytes of address space beyond what stands when the tables are filled
CELL = 1_000_000  # characters of a cell that leave
DATABASE = "1GB"


def limit(seconds: int) -> None:
    """Bound this process: address space beyond what it has now, processor seconds of its two threads, no core file."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none; the parent's hard stop holds there
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + ROOM
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        # The soft limit ends it with a signal that tells why; at the hard one it is only killed.
        resource.setrlimit(resource.RLIMIT_CPU, (2 * seconds, 2 * seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.nice(5)


def filled(tables: dict[str, Any]) -> Any:
    """Return an in-memory connection that holds tables given as (column, type) pairs and lists of values by column."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"memory_limit": DATABASE, "threads": "2", "temp_directory": ""})
    for name, (columns, values) in tables.items():
        declared = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        connection.execute(f'CREATE TABLE "{name}" ({declared})')
        if values and values[0]:
            # One list per column, unnested side by side, is far faster than a row at a time.
            picks = ", ".join(f"unnest(${i + 1}::{kind}[])" for i, (_, kind) in enumerate(columns))
            connection.execute(f'INSERT INTO "{name}" SELECT {picks}', values)
    return connection


def locked(tables: dict[str, Any]) -> Any:
    """Return such a connection that reaches no file and no network, and whose settings stay."""
    connection = filled(tables)
    for name in ("autoinstall_known_extensions", "autoload_known_extensions", "enable_external_access"):
        connection.execute(f"SET {name} = false")  # what a query names is never fetched
    connection.execute("SET lock_configuration = true")
    return connection


def plain(value: Any) -> Any:
    """Return a cell as JSON can carry it; a number that is not finite is none."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if value is None or isinstance(value, bool | int):
        return value
    text = value if isinstance(value, str) else value.hex() if isinstance(value, bytes) else str(value)
    if len(text) > CELL:
        raise ValueError(f"a cell holds {len(text):,} characters; {CELL:,} are given out at most")
    return text


def answer(connection: Any, sql: str, most: int) -> dict[str, Any]:
    """Return the columns and rows of one SELECT, or what is wrong with it under `error`."""
    import duckdb

    try:
        statements = connection.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            return {"error": "one SELECT statement is allowed, nothing that writes, sets or attaches"}
        result = connection.execute(statements[0])
        columns = [column[0] for column in result.description]
        return {"columns": columns, "rows": [[plain(cell) for cell in row] for row in result.fetchmany(most)]}
    except (duckdb.Error, ValueError) as error:
        return {"error": (str(error).strip().splitlines() or ["it cannot be run"])[0]}


def main() -> None:
    """Read stdin, write JSON."""
    most, seconds = int(sys.argv[1]), int(sys.argv[2])
    asked = json.load(sys.stdin)
    connection = locked(asked["tables"])
    limit(seconds)
    try:
        found = json.dumps(answer(connection, asked["sql"], most))
    except (MemoryError, RecursionError):
        found = json.dumps({"error": "it needs more memory than it may"})
    sys.stdout.write(found)
    sys.stdout.flush()
    os._exit(0)  # what the database still holds is given back with the process


if __name__ == "__main__":
    main()
