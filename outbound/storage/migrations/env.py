"""Alembic's entry: runs on the connection that ``outbound.storage.migrate`` hands over."""

from alembic import context

from outbound.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_schemas=True,
)
with context.begin_transaction():
    context.run_migrations()
