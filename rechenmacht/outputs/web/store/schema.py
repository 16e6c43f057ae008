"""The tables of the store."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """A table of the store."""

    metadata = MetaData(naming_convention=NAMING)


class Workspace(Table):
    """A folder of saved scenarios: its owner's, or open to everyone with an account."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    owner: Mapped[str] = mapped_column(String(200), index=True)
    shared: Mapped[bool] = mapped_column(Boolean)
    created: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(10), default="editor")  # of everyone with an account, where it is shared
    deleted: Mapped[str] = mapped_column(String(32), default="")  # when; empty: it is there


class Saved(Table):
    """A saved scenario as it is now; `version` grows by one with each save."""

    __tablename__ = "scenarios"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    saved: Mapped[str] = mapped_column(String(32))
    deleted: Mapped[str] = mapped_column(String(32), default="")


class Member(Table):
    """What a user may do in a workspace that is somebody else's: `editor` or `reader`."""

    __tablename__ = "members"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    user: Mapped[str] = mapped_column(String(200), primary_key=True)
    role: Mapped[str] = mapped_column(String(10))


class Ended(Table):
    """A session that was ended before its time, by the hash of its name; kept until its cookie would have run out."""

    __tablename__ = "ended_sessions"

    session: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[int] = mapped_column(Integer)


class Revision(Table):
    """What a scenario was at each version, so that no save is ever lost to a later one."""

    __tablename__ = "revisions"

    scenario: Mapped[str] = mapped_column(ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200), index=True)
    saved: Mapped[str] = mapped_column(String(32))
