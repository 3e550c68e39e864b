"""Reboots after the acts of a job, and the devices that are followed while they reboot."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_jobs", sa.Column("reboot_after", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "portal_reboot_watches",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("tenant_id", "group_id", "device_name")),
        sa.Column("was_online", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.Double(), nullable=False),
        sa.Column("away_at", sa.Double(), nullable=True),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_portal_reboot_watches"),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["portal_job_items.id"],
            name="fk_portal_reboot_watches_item_id_portal_job_items",
            ondelete="CASCADE",
        ),
    )
    for name in ("job_id", "due_at"):
        op.create_index(f"ix_portal_reboot_watches_{name}", "portal_reboot_watches", [name])


def downgrade() -> None:
    op.drop_table("portal_reboot_watches")
    op.drop_column("portal_jobs", "reboot_after")
