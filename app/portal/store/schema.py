"""The version of the portal's tables."""

from pathlib import Path

from sqlalchemy import Engine

from app.database import NewerSchema, list_revisions, read_revision

MIGRATIONS = Path(__file__).parents[1] / "migrations"
VERSION_TABLE = "portal_alembic"


def require_known_schema(engine: Engine) -> None:
    """Raise NewerSchema where a later version of the portal has upgraded the tables."""
    revision = read_revision(engine, VERSION_TABLE)
    if revision and revision not in list_revisions(MIGRATIONS):
        raise NewerSchema(revision)
