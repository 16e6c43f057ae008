"""The database of the store: opened, brought up to date, and what goes wrong with it told apart."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from rechenmacht.errors import BadInput
from rechenmacht.files import NoRoom
from rechenmacht.outputs.web.store.kinds import MIGRATIONS, Busy, newest

BUSY_MS = 3_000  # how long a statement waits for another's lock
STATEMENT_MS = 10_000
WRITES = {"writes": True}  # execution option of a transaction that writes


def _on_sqlite(engine: Engine) -> None:
    """Make a confirmed save survive a crash; let writers wait for one another, and readers for nobody."""

    @event.listens_for(engine, "connect")
    def opened(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin below is the only one
        for words in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {words}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        # A transaction that first reads and then writes could find its view outdated; so it takes the lock at once.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _private(path: Path) -> None:
    """Make a database file that its owner alone can read; SQLite gives its other files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() != "postgresql":
        return {}
    limits = f"-c lock_timeout={BUSY_MS} -c statement_timeout={STATEMENT_MS}"
    return {"connect_args": {"connect_timeout": 5, "options": limits}, "pool_timeout": 5}


def _up_to_date(engine: Engine) -> bool:
    """Tell whether the newest migration has been run, without the library that runs them (it loads slowly)."""
    try:
        with engine.connect() as connection:
            return [row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))] == [newest()]
    except DBAPIError:  # no such table: a new database
        return False


def _migrate(engine: Engine, name: str) -> None:
    """Make the tables, or bring them up to date.

    Raises:
        BadInput: if a newer version has made them.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.execution_options(**WRITES).begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError:
        raise BadInput(f"database {name}: a newer version has made it; this one cannot read it") from None


def open_engine(url: str) -> Engine:
    """Return the engine of a store, its tables made or brought up to date.

    Raises:
        BadInput: if the address cannot be read, or the database not be opened, or a newer version has made it.
        NoRoom: if its disk is full.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadInput("setting database: no address of a database") from None
    name = parsed.render_as_string(hide_password=True)
    try:
        if parsed.get_backend_name() == "sqlite":
            if parsed.database in {None, "", ":memory:"}:
                raise BadInput("setting database: a file is needed")
            _private(Path(str(parsed.database)))
        engine = create_engine(parsed, pool_pre_ping=True, **_options(parsed))
        if engine.dialect.name == "sqlite":
            _on_sqlite(engine)
        if not _up_to_date(engine):
            _migrate(engine, name)
    except (SQLAlchemyError, OSError, ImportError, ValueError) as error:
        kind = _kind(error) if isinstance(error, DBAPIError) else None
        if isinstance(kind, NoRoom):
            raise kind from None
        reason = (str(getattr(error, "orig", None) or error).splitlines() or ["cannot be opened"])[0]
        raise BadInput(f"database {name}: {reason}") from None
    return engine


@contextmanager
def told() -> Iterator[None]:
    """Tell apart what a database refuses.

    Raises:
        NoRoom: if its disk is full.
        Busy: if another holds it for too long, or it does not answer.
    """
    try:
        yield
    except PoolTimeout:
        raise Busy from None
    except DBAPIError as error:
        said = _kind(error)
        if said is None:
            raise
        raise said from None


def _kind(error: DBAPIError) -> Exception | None:
    first, state = str(error.orig).lower(), str(getattr(error.orig, "sqlstate", "") or "")
    if state == "53100" or "disk is full" in first or "disk i/o error" in first:
        return NoRoom("the disk of the server is full: nothing was saved; delete something, or tell who runs it")
    if "readonly" in first or "read-only" in first:
        return NoRoom("the server cannot write its database: nothing was saved; tell who runs it")
    busy = state[:2] in {"08", "53", "57"} or state in {"55P03", "40001", "40P01"}
    if busy or "locked" in first or "busy" in first or "unable to open" in first or error.connection_invalidated:
        return Busy()
    if type(error.orig).__name__ == "OperationalError" and not state and "psycopg" in type(error.orig).__module__:
        return Busy()  # it cannot be reached
    return None
