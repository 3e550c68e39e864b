"""Tasks of the background process, and how far the rounds of the index have come."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_tasks",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("lease_owner", sa.String(32), nullable=True),
        sa.Column("lease_since", sa.Double(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_portal_tasks"),
    )
    op.create_table(
        "portal_round_targets",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("tried_at", sa.Double(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("has_end_points", sa.Boolean(), nullable=False),
        sa.Column("people_due_at", sa.Double(), nullable=False),
        sa.Column("details_due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "group_id", name="pk_portal_round_targets"),
    )
    op.create_index("ix_portal_round_targets_tried_at", "portal_round_targets", ["tried_at"])


def downgrade() -> None:
    op.drop_table("portal_round_targets")
    op.drop_table("portal_tasks")
