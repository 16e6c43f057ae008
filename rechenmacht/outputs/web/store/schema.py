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


class Saved(Table):
    """A saved scenario as it is now; `version` grows by one with each save."""

    __tablename__ = "scenarios"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    saved: Mapped[str] = mapped_column(String(32))


class Revision(Table):
    """What a scenario was at each version, so that no save is ever lost to a later one."""

    __tablename__ = "revisions"

    scenario: Mapped[str] = mapped_column(ForeignKey("scenarios.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    saved: Mapped[str] = mapped_column(String(32))
