"""Numbers of changed lines of file versions."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_file_versions", sa.Column("lines_out", sa.Integer(), nullable=True))
    op.add_column("portal_file_versions", sa.Column("lines_in", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("portal_file_versions", "lines_in")
    op.drop_column("portal_file_versions", "lines_out")
