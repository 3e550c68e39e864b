"""The history finds and sorts names as people do: without case and accents, and numbers by their value."""

import sqlalchemy as sa
from alembic import op

from app.portal.domain.natural_order import natural_key
from app.portal.domain.search_words import fold

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = sa.table(
    "portal_changes",
    *map(sa.column, ("id", "username", "device_name", "username_folded", "device_folded", "device_order")),
)
_ROWS = 1_000  # at a time


def upgrade() -> None:
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    for name in ("username_folded", "device_folded", "device_order"):
        op.add_column("portal_changes", sa.Column(name, text, nullable=False, server_default=""))
    last, database = 0, op.get_bind()
    names = sa.select(_TABLE.c.id, _TABLE.c.username, _TABLE.c.device_name).order_by(_TABLE.c.id).limit(_ROWS)
    while rows := database.execute(names.where(_TABLE.c.id > last)).all():
        database.execute(
            _TABLE.update().where(_TABLE.c.id == sa.bindparam("row")),
            [
                {
                    "row": row.id,
                    "username_folded": fold(row.username),
                    "device_folded": fold(row.device_name),
                    "device_order": natural_key(row.device_name),
                }
                for row in rows
            ],
        )
        last = rows[-1].id


def downgrade() -> None:
    for name in ("username_folded", "device_folded", "device_order"):
        op.drop_column("portal_changes", name)
