"""Changes have a note that says why."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_changes", sa.Column("note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("portal_changes", "note")
