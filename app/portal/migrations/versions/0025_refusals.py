"""Refusals that were repeated, and requests of the current minute."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_repeated_refusals",
        sa.Column("change_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name="pk_portal_repeated_refusals"),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["portal_changes.id"],
            name="fk_portal_repeated_refusals_change_id_portal_changes",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "portal_request_counts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_portal_request_counts"),
    )
    op.create_index("ix_portal_request_counts_minute", "portal_request_counts", ["minute"])


def downgrade() -> None:
    op.drop_table("portal_request_counts")
    op.drop_table("portal_repeated_refusals")
