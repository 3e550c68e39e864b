"""The counts of repeated refusals that the export of the audit log told last."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0023"
branch_labels = None
depends_on = None

_UNTOLD = sa.text("exported < count")


def upgrade() -> None:
    op.add_column(
        "portal_repeated_refusals", sa.Column("exported", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_index(
        "ix_portal_repeated_refusals_untold",
        "portal_repeated_refusals",
        ["change_id"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )


def downgrade() -> None:
    op.drop_index("ix_portal_repeated_refusals_untold", "portal_repeated_refusals")
    op.drop_column("portal_repeated_refusals", "exported")
