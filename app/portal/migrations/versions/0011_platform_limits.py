"""Operations that the platform refuses for all devices of a type are remembered."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_platform_limits",
        sa.Column("operation", sa.String(30), nullable=False),
        sa.Column("device_type", sa.Text(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("operation", "device_type"),
    )


def downgrade() -> None:
    op.drop_table("portal_platform_limits")
