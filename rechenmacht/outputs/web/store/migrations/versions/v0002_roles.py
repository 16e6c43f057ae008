"""Roles in workspaces, what was deleted and can be had back, sessions that were ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns; who could change a shared workspace before still can."""
    op.add_column("workspaces", sa.Column("role", sa.String(10), nullable=False, server_default="editor"))
    for table in ("workspaces", "scenarios"):
        op.add_column(table, sa.Column("deleted", sa.String(32), nullable=False, server_default=""))
    op.create_table(
        "members",
        sa.Column("workspace", sa.String(32), sa.ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user", sa.String(200), primary_key=True),
        sa.Column("role", sa.String(10), nullable=False),
    )
    op.create_table(
        "ended_sessions",
        sa.Column("session", sa.String(64), primary_key=True),
        sa.Column("until", sa.Integer, nullable=False),
    )
    op.create_index("ix_revisions_author", "revisions", ["author"])


def downgrade() -> None:
    """Remove them; what was deleted is gone then."""
    op.drop_index("ix_revisions_author", "revisions")
    op.drop_table("ended_sessions")
    op.drop_table("members")
    for table in ("scenarios", "workspaces"):
        op.execute(f"DELETE FROM {table} WHERE deleted <> ''")  # noqa: S608 - our own names
        op.drop_column(table, "deleted")
    op.drop_column("workspaces", "role")
