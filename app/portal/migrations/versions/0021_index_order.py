"""Keys of the index compared by code point, so that PostgreSQL finds by them what begins with a text."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KEYS = {
    "portal_index_devices": ("mac", "name_key", "serial_key"),
    "portal_index_people": ("extension", "name_key", "user_key", "line_key", "phone_key"),
}


def upgrade() -> None:
    _set_type(sa.Text(collation="C"))


def downgrade() -> None:
    _set_type(sa.Text())


def _set_type(new: sa.Text) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite compares so anyway
        for table, columns in _KEYS.items():
            for column in columns:
                op.alter_column(table, column, type_=new)
