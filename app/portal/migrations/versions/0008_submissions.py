"""Changes know the form that made them, so that a form sent twice is carried out once."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_changes", sa.Column("submission", sa.String(64), nullable=True))
    op.create_index("ix_portal_changes_submission", "portal_changes", ["submission"])


def downgrade() -> None:
    op.drop_index("ix_portal_changes_submission", "portal_changes")
    op.drop_column("portal_changes", "submission")
