"""Alembic's entry: run the migrations on the connection that the store hands over."""

from __future__ import annotations

from alembic import context

from rechenmacht.outputs.web.store.schema import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
