"""Workspaces and saved scenarios: what is confirmed is on disk, and no save overwrites one it has not seen.

A workspace has an owner; others are editors (they save and delete) or readers. What is deleted can be had back for
thirty days, unless it is removed for good. Limits count what is one's own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from rechenmacht.outputs.web.store.database import WRITES, open_engine, told
from rechenmacht.outputs.web.store.kinds import Busy, Conflict, Denied, Full, Limits, Missing, Row
from rechenmacht.outputs.web.store.schema import Ended, Member, Revision, Saved, Workspace

__all__ = ["Busy", "Conflict", "Denied", "Full", "Limits", "Missing", "Row", "Store", "open_engine"]
DAYS = 30  # for which what was deleted can be had back
Role = Literal["owner", "editor", "reader"]


def _now(less_days: int = 0) -> str:
    return (datetime.now(UTC) - timedelta(days=less_days)).isoformat(timespec="milliseconds")


class Store:
    """The saved scenarios of all users.

    Args:
        url: SQLAlchemy address; its tables are made if they are missing.
        limits: what may be saved.
    """

    def __init__(self, url: str, limits: Limits = Limits()) -> None:  # noqa: B008 - a tuple
        self.engine, self.limits = open_engine(url), limits
        self._writing = self.engine.execution_options(**WRITES)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _session(self, *, writes: bool = False) -> Iterator[Session]:
        with told(), Session(self._writing if writes else self.engine) as session, session.begin():
            yield session

    # Workspaces and roles

    def workspaces(self, user: str, offset: int = 0, limit: int = 1000) -> tuple[list[dict[str, Any]], int]:
        """Return the workspaces that a user may see, with the user's role in each, and how many there are."""
        mine = select(Member.workspace).where(Member.user == user)
        seen = (or_(Workspace.owner == user, Workspace.shared, Workspace.id.in_(mine)), Workspace.deleted == "")
        with self._session() as session:
            total = session.scalar(select(func.count()).select_from(Workspace).where(*seen)) or 0
            order = (Workspace.created, Workspace.id)
            rows = session.scalars(select(Workspace).where(*seen).order_by(*order).offset(offset).limit(limit))
            return [{**_plain(row), "yours": self._role(session, user, row)} for row in rows], total

    def add_workspace(self, user: str, name: str, shared: bool, role: str = "editor") -> dict[str, Any]:
        """Make a workspace; a shared one gives everyone with an account a role.

        Raises:
            Full: if the user owns as many as one may.
        """
        with self._session(writes=True) as session:
            own = (Workspace.owner == user, Workspace.deleted == "")
            if (session.scalar(select(func.count()).select_from(Workspace).where(*own)) or 0) >= self.limits.views:
                raise Full(f"you own {self.limits.views:,} workspaces, as many as you may")
            row = Workspace(
                id=secrets.token_hex(8), name=name, owner=user, shared=shared, created=_now(), role=role, deleted=""
            )
            session.add(row)
            return {**_plain(row), "yours": "owner"}

    def remove_workspace(self, user: str, workspace: str) -> None:
        """Delete a user's workspace and what is in it; it can be had back for a while.

        Raises:
            Missing: if it is not there, or not for this user.
            Denied: if it is somebody else's.
        """
        with self._session(writes=True) as session:
            row = self._at_least(session, user, workspace, "owner")
            row.deleted = _now()
            self._purge(session)

    def restore_workspace(self, user: str, workspace: str) -> dict[str, Any]:
        """Take a deleted workspace back.

        Raises:
            Missing: if there is no such deleted workspace of this user.
        """
        with self._session(writes=True) as session:
            row = session.get(Workspace, workspace)
            if row is None or row.owner != user or not row.deleted:
                raise Missing
            row.deleted = ""
            return {**_plain(row), "yours": "owner"}

    def members(self, user: str, workspace: str) -> list[dict[str, str]]:
        """Return who has which role in a workspace.

        Raises:
            Missing: if it is not there, or not for this user.
        """
        with self._session() as session:
            row, _ = self._seen(session, user, workspace)
            found = session.scalars(select(Member).where(Member.workspace == workspace).order_by(Member.user))
            everyone = [{"user": "*", "role": row.role}] if row.shared else []
            named = [{"user": one.user, "role": one.role} for one in found]
            return [{"user": row.owner, "role": "owner"}, *everyone, *named]

    def set_member(self, user: str, workspace: str, member: str, role: str | None) -> None:
        """Give somebody a role in a workspace of one's own, or take it away (None); `*` is everyone with an account.

        Raises:
            Missing: if the workspace is not there, or not for this user.
            Denied: if it is somebody else's.
            Full: if it has as many members as it may.
        """
        with self._session(writes=True) as session:
            row = self._at_least(session, user, workspace, "owner")
            if member == "*":
                row.shared, row.role = role is not None, role or row.role
                return
            session.execute(delete(Member).where(Member.workspace == workspace, Member.user == member))
            if role is None:
                return
            count = session.scalar(select(func.count()).select_from(Member).where(Member.workspace == workspace)) or 0
            if count >= self.limits.views:
                raise Full(f"a workspace may have {self.limits.views:,} members at most")
            session.add(Member(workspace=workspace, user=member, role=role))

    @staticmethod
    def _role(session: Session, user: str, row: Workspace) -> Role | None:
        if row.owner == user:
            return "owner"
        own = session.get(Member, (row.id, user))
        found = own.role if own is not None else row.role if row.shared else None
        return "editor" if found == "editor" else "reader" if found else None

    def _seen(self, session: Session, user: str, workspace: str) -> tuple[Workspace, Role]:
        row = session.get(Workspace, workspace)
        role = None if row is None or row.deleted else self._role(session, user, row)
        if row is None or role is None:
            raise Missing
        return row, role

    def _at_least(self, session: Session, user: str, workspace: str, needed: Role) -> Workspace:
        row, role = self._seen(session, user, workspace)
        if role not in {"owner", needed}:
            raise Denied
        return row

    # Views

    def scenarios(
        self, user: str, workspace: str, offset: int = 0, limit: int = 1000, *, deleted: bool = False
    ) -> tuple[list[Row], int]:
        """Return views of a workspace, those that are there or those that were deleted, and how many there are.

        Raises:
            Missing: if the workspace is not there, or not for this user.
        """
        wanted = (Saved.workspace == workspace, Saved.deleted != "" if deleted else Saved.deleted == "")
        with self._session() as session:
            self._seen(session, user, workspace)
            total = session.scalar(select(func.count()).select_from(Saved).where(*wanted)) or 0
            found = select(Saved).where(*wanted).order_by(Saved.id).offset(offset).limit(limit)
            return [_row(one) for one in session.scalars(found)], total

    def scenario(self, user: str, workspace: str, scenario: str) -> Row:
        """Return one scenario.

        Raises:
            Missing: if it is not there, or not for this user.
        """
        with self._session() as session:
            self._seen(session, user, workspace)
            return _row(self._found(session, workspace, scenario))

    @staticmethod
    def _found(session: Session, workspace: str, scenario: str, *, deleted: bool = False) -> Saved:
        row = session.get(Saved, scenario)
        if row is None or row.workspace != workspace or bool(row.deleted) != deleted:
            raise Missing
        return row

    def revisions(
        self, user: str, workspace: str, scenario: str, offset: int = 0, limit: int = 1000
    ) -> tuple[list[Row], int]:
        """Return what a scenario was at each version, oldest first, and how many versions there are.

        Raises:
            Missing: if it is not there, or not for this user.
        """
        wanted = Revision.scenario == scenario
        with self._session() as session:
            self._seen(session, user, workspace)
            self._found(session, workspace, scenario)
            total = session.scalar(select(func.count()).select_from(Revision).where(wanted)) or 0
            found = select(Revision).where(wanted).order_by(Revision.version).offset(offset).limit(limit)
            rows = [
                Row(scenario, workspace, one.version, one.content, one.author, one.saved)
                for one in session.scalars(found)
            ]
            return rows, total

    def _room(self, session: Session, user: str, content: str) -> None:
        """Refuse what would make a user's versions too large together.

        Raises:
            Full: if it would.
        """
        used = session.scalar(select(func.sum(func.length(Revision.content))).where(Revision.author == user)) or 0
        if used + len(content) > self.limits.size:
            raise Full(
                f"your account holds {self.limits.size:,} bytes of saved views, as many as it may: remove some for good"
            )

    def add(self, user: str, workspace: str, content: str) -> Row:
        """Save a new scenario.

        Raises:
            Missing: if the workspace is not there, or not for this user.
            Denied: if the user may only read it.
            Full: if it holds as many as it may, or the user's account does.
        """
        with self._session(writes=True) as session:
            self._at_least(session, user, workspace, "editor")
            count = session.scalar(select(func.count()).select_from(Saved).where(Saved.workspace == workspace))
            if (count or 0) >= self.limits.views:
                raise Full(f"a workspace may hold {self.limits.views:,} scenarios at most")
            self._room(session, user, content)
            made = Row(secrets.token_hex(8), workspace, 1, content, user, _now())
            session.add(Saved(**made._asdict(), deleted=""))
            session.flush()
            session.add(Revision(scenario=made.id, version=1, content=content, author=user, saved=made.saved))
        return made

    def save(self, user: str, workspace: str, scenario: str, version: int, content: str) -> Row:
        """Save a scenario over the version that the user has seen.

        Raises:
            Missing: if it is not there, or not for this user.
            Denied: if the user may only read it.
            Conflict: if another version is stored by now.
            Full: if it has as many versions as it may, or the user's account is full.
        """
        with self._session(writes=True) as session:
            self._at_least(session, user, workspace, "editor")
            stored = self._found(session, workspace, scenario).version
            if stored == version >= self.limits.versions:
                raise Full(f"a view may have {self.limits.versions:,} versions at most: save a copy")
            self._room(session, user, content)
            made = Row(scenario, workspace, version + 1, content, user, _now())
            seen = (Saved.id == scenario, Saved.workspace == workspace, Saved.version == version)
            values = {"version": made.version, "content": content, "author": user, "saved": made.saved}
            if session.execute(update(Saved).where(*seen).values(**values)).rowcount == 0:  # type: ignore[attr-defined]
                raise Conflict(self._found(session, workspace, scenario).version)
            values["scenario"] = scenario
            session.add(Revision(**values))
        return made

    def remove(self, user: str, workspace: str, scenario: str, version: int) -> None:
        """Delete a scenario in the version that the user has seen; it can be had back for a while.

        Raises:
            Missing: if it is not there, or not for this user.
            Denied: if the user may only read it.
            Conflict: if another version is stored by now.
        """
        with self._session(writes=True) as session:
            self._at_least(session, user, workspace, "editor")
            row = self._found(session, workspace, scenario)
            if row.version != version:
                raise Conflict(row.version)
            row.deleted = _now()
            self._purge(session)

    def restore(self, user: str, workspace: str, scenario: str) -> Row:
        """Take a deleted scenario back, with all its versions.

        Raises:
            Missing: if there is none, or not for this user.
            Denied: if the user may only read the workspace.
        """
        with self._session(writes=True) as session:
            self._at_least(session, user, workspace, "editor")
            row = self._found(session, workspace, scenario, deleted=True)
            row.deleted = ""
            return _row(row)

    def forget(self, user: str, workspace: str, scenario: str) -> None:
        """Remove a deleted scenario for good, which makes room; its owner's workspace alone decides that.

        Raises:
            Missing: if there is none, or not for this user.
            Denied: if the workspace is somebody else's.
        """
        with self._session(writes=True) as session:
            self._at_least(session, user, workspace, "owner")
            session.delete(self._found(session, workspace, scenario, deleted=True))

    @staticmethod
    def _purge(session: Session) -> None:
        """Remove what was deleted long ago."""
        for table in (Saved, Workspace):
            session.execute(delete(table).where(table.deleted != "", table.deleted < _now(DAYS)))

    # Sessions

    def end_session(self, session_hash: str, until: int) -> None:
        """Note that a session was ended; `until` is when its cookie runs out, in seconds since 1970."""
        with self._session(writes=True) as session:
            session.execute(delete(Ended).where(Ended.until < int(time.time())))
            session.merge(Ended(session=session_hash, until=until))

    def ended_sessions(self) -> frozenset[str]:
        """Return the sessions that were ended and whose cookies have not run out."""
        with self._session() as session:
            return frozenset(session.scalars(select(Ended.session).where(Ended.until >= int(time.time()))))


def _plain(row: Workspace) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "owner": row.owner, "shared": row.shared, "role": row.role,
        "created": row.created,
    }  # fmt: skip


def _row(row: Saved) -> Row:
    return Row(row.id, row.workspace, row.version, row.content, row.author, row.saved)
