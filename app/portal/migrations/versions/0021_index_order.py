"""Keys of the index compared by code point, for beginnings of texts in PostgreSQL; older firmware of each group."""

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
    op.add_column("portal_index_groups", sa.Column("older", sa.Integer(), nullable=True))
    groups = sa.table("portal_index_groups", sa.column("devices_digest"))
    op.execute(sa.update(groups).values(devices_digest=None))  # the next list is compared, and the firmware counted


def downgrade() -> None:
    op.drop_column("portal_index_groups", "older")
    _set_type(sa.Text())


def _set_type(new: sa.Text) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite compares so anyway
        for table, columns in _KEYS.items():
            for column in columns:
                op.alter_column(table, column, type_=new)
