"""Columns for items of jobs that show the same, their order by name, and changes of the service account."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_job_items", sa.Column("difference", sa.String(32), nullable=True))
    order = sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()
    op.add_column("portal_job_items", sa.Column("device_order", order, nullable=True))
    op.add_column(
        "portal_changes", sa.Column("by_service_account", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("portal_changes", "by_service_account")
    op.drop_column("portal_job_items", "device_order")
    op.drop_column("portal_job_items", "difference")
