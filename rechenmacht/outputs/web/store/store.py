"""Workspaces and saved scenarios: what is confirmed is on disk, and no save overwrites one it has not seen."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Engine, create_engine, delete, event, func, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from rechenmacht.errors import BadInput
from rechenmacht.outputs.web.store.schema import Revision, Saved, Workspace

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 10_000


class Missing(Exception):
    """There is no such workspace or scenario, or not for this user."""


class Full(Exception):
    """A workspace holds as many scenarios as it may."""


class Conflict(Exception):
    """Somebody saved in between; `version` is what is stored now (0: it is gone)."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} is stored")
        self.version = version


class Row(NamedTuple):
    """A saved scenario; `content` is JSON."""

    id: str
    workspace: str
    version: int
    content: str
    author: str
    saved: str


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _on_sqlite(engine: Engine) -> None:
    """Make a confirmed save survive a crash, and let writers wait for one another instead of failing."""

    @event.listens_for(engine, "connect")
    def opened(connection: sqlite3.Connection, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy's begin below is the only one
        for words in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            connection.execute(f"PRAGMA {words}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        # A transaction that first reads and then writes could find its view outdated; so it takes the lock at once.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def open_engine(url: str) -> Engine:
    """Return the engine of a store, its tables made or brought up to date.

    Raises:
        BadInput: if the address cannot be read, or the database not be opened.
    """
    from alembic import command
    from alembic.config import Config

    try:
        parsed = make_url(url)
    except ArgumentError:
        raise BadInput("setting database: no address of a database") from None
    name = parsed.render_as_string(hide_password=True)
    try:
        if parsed.get_backend_name() == "sqlite":
            if parsed.database in {None, "", ":memory:"}:
                raise BadInput("setting database: a file is needed")
            Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, pool_pre_ping=True)
        if engine.dialect.name == "sqlite":
            _on_sqlite(engine)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except (SQLAlchemyError, OSError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise BadInput(f"database {name}: {reason}") from None
    return engine


class Store:
    """The saved scenarios of all users.

    Args:
        url: SQLAlchemy address; its tables are made if they are missing.
        most: scenarios a workspace may hold.
    """

    def __init__(self, url: str, most: int = 1000) -> None:
        self.engine, self.most = open_engine(url), most

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def workspaces(self, user: str) -> list[dict[str, Any]]:
        """Return the workspaces that a user may see: the user's own and shared ones."""
        with self._session() as session:
            mine = (Workspace.owner == user) | Workspace.shared
            rows = session.scalars(select(Workspace).where(mine).order_by(Workspace.created, Workspace.id))
            return [_plain(row) for row in rows]

    def add_workspace(self, user: str, name: str, shared: bool) -> dict[str, Any]:
        """Make a workspace."""
        with self._session() as session:
            row = Workspace(id=secrets.token_hex(8), name=name, owner=user, shared=shared, created=_now())
            session.add(row)
            return _plain(row)

    def remove_workspace(self, user: str, workspace: str) -> None:
        """Remove a user's workspace and what is in it.

        Raises:
            Missing: if it is not there, or somebody else's.
        """
        with self._session() as session:
            found = delete(Workspace).where(Workspace.id == workspace, Workspace.owner == user)
            if session.execute(found).rowcount == 0:  # type: ignore[attr-defined]
                raise Missing

    def _seen(self, session: Session, user: str, workspace: str) -> None:
        row = session.get(Workspace, workspace)
        if row is None or not (row.shared or row.owner == user):
            raise Missing

    def scenarios(self, user: str, workspace: str) -> list[Row]:
        """Return the scenarios of a workspace.

        Raises:
            Missing: if the workspace is not there, or not for this user.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            found = select(Saved).where(Saved.workspace == workspace).order_by(Saved.id)
            return [_row(one) for one in session.scalars(found)]

    def scenario(self, user: str, workspace: str, scenario: str) -> Row:
        """Return one scenario.

        Raises:
            Missing: if it is not there, or not for this user.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            return _row(self._found(session, workspace, scenario))

    @staticmethod
    def _found(session: Session, workspace: str, scenario: str) -> Saved:
        row = session.get(Saved, scenario)
        if row is None or row.workspace != workspace:
            raise Missing
        return row

    def revisions(self, user: str, workspace: str, scenario: str) -> list[Row]:
        """Return what a scenario was at each version, oldest first.

        Raises:
            Missing: if it is not there, or not for this user.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            self._found(session, workspace, scenario)
            found = select(Revision).where(Revision.scenario == scenario).order_by(Revision.version)
            return [
                Row(scenario, workspace, one.version, one.content, one.author, one.saved)
                for one in session.scalars(found)
            ]

    def add(self, user: str, workspace: str, content: str) -> Row:
        """Save a new scenario.

        Raises:
            Missing: if the workspace is not there, or not for this user.
            Full: if it holds as many as it may.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            count = session.scalar(select(func.count()).select_from(Saved).where(Saved.workspace == workspace))
            if (count or 0) >= self.most:
                raise Full
            made = Row(secrets.token_hex(8), workspace, 1, content, user, _now())
            session.add(Saved(**made._asdict()))
            session.flush()
            session.add(Revision(scenario=made.id, version=1, content=content, author=user, saved=made.saved))
        return made

    def save(self, user: str, workspace: str, scenario: str, version: int, content: str) -> Row:
        """Save a scenario over the version that the user has seen.

        Raises:
            Missing: if it is not there, or not for this user.
            Conflict: if another version is stored by now.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            made = Row(scenario, workspace, version + 1, content, user, _now())
            seen = (Saved.id == scenario, Saved.workspace == workspace, Saved.version == version)
            values = {"version": made.version, "content": content, "author": user, "saved": made.saved}
            if session.execute(update(Saved).where(*seen).values(**values)).rowcount == 0:  # type: ignore[attr-defined]
                raise Conflict(self._found(session, workspace, scenario).version)
            values["scenario"] = scenario
            session.add(Revision(**values))
        return made

    def remove(self, user: str, workspace: str, scenario: str, version: int) -> None:
        """Remove a scenario in the version that the user has seen.

        Raises:
            Missing: if it is not there, or not for this user.
            Conflict: if another version is stored by now.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            seen = (Saved.id == scenario, Saved.workspace == workspace, Saved.version == version)
            if session.execute(delete(Saved).where(*seen)).rowcount == 0:  # type: ignore[attr-defined]
                raise Conflict(self._found(session, workspace, scenario).version)


def _plain(row: Workspace) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "owner": row.owner, "shared": row.shared, "created": row.created}


def _row(row: Saved) -> Row:
    return Row(row.id, row.workspace, row.version, row.content, row.author, row.saved)
