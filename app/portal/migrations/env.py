"""Alembic's entry: it works on the connection that app.database hands over, and opens none itself."""

from alembic import context

from app.portal.store.tables import Base

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    version_table=attributes["version_table"],
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
