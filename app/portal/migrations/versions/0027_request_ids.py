"""The id of a request may come from a proxy in front, and has up to 64 characters."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLE, _COLUMN = "portal_changes", "request_id"
_schema = sa.table("sqlite_master", sa.column("name", sa.Text()), sa.column("sql", sa.Text()))


def upgrade() -> None:
    _set_length(36, 64)


def downgrade() -> None:
    _set_length(64, 36)


def _set_length(old: int, new: int) -> None:
    if op.get_bind().dialect.name == "postgresql":
        shorter = f"left({_COLUMN}, {new})"
        op.alter_column(_TABLE, _COLUMN, type_=sa.String(new), postgresql_using=shorter)
        return
    # SQLite cannot change a type, and its rows must not be updated; it does not look at the length in any case.
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    sql = sa.func.replace(_schema.c.sql, f"{_COLUMN} VARCHAR({old})", f"{_COLUMN} VARCHAR({new})")
    op.execute("PRAGMA writable_schema = ON")
    op.execute(sa.update(_schema).where(_schema.c.name == _TABLE).values(sql=sql))
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
