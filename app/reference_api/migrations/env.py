"""Alembic's entry: runs on the connection that `app.database.upgrade` hands over."""

from alembic import context

from app.reference_api.tables import Base

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    version_table=attributes["version_table"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
