"""Keys by which an entry of a pasted list finds a device or a person of the index at once."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEYS = {
    "portal_index_devices": {"name_key": "lower(device_name)", "serial_key": "lower(coalesce(serial_number, ''))"},
    "portal_index_people": {
        "name_key": "lower(trim(first_name || ' ' || last_name))",
        "user_key": "lower(user_id)",
        "line_key": "lower(line_port)",
        "phone_key": "''",
    },
}
_INDEXED = {
    "portal_index_devices": ("name_key", "serial_key"),
    "portal_index_people": ("name_key", "user_key", "line_key", "phone_key", "extension"),
}


def upgrade() -> None:
    """Keys of what is there already are a beginning: phone numbers get theirs with their next reading."""
    for table, keys in _KEYS.items():
        for key, expression in keys.items():
            op.add_column(table, sa.Column(key, sa.Text(), nullable=False, server_default=""))
            of_table = sa.table(table, sa.column(key))
            op.execute(sa.update(of_table).values({key: sa.literal_column(expression)}))
        for key in _INDEXED[table]:
            op.create_index(f"ix_{table}_{key}", table, [key])
    groups = sa.table("portal_index_groups", sa.column("people_digest"))
    op.execute(sa.update(groups).values(people_digest=None))


def downgrade() -> None:
    for table, keys in _INDEXED.items():
        for key in keys:
            op.drop_index(f"ix_{table}_{key}", table)
        for key in _KEYS[table]:
            op.drop_column(table, key)
