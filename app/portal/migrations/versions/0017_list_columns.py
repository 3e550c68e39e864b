"""Columns and saved views of each person; and a number that tells of changes in the index of a group."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_index_groups", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "portal_list_columns",
        sa.Column("username", sa.String(161), nullable=False),
        sa.Column("columns", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("username", name="pk_portal_list_columns"),
    )
    op.create_table(
        "portal_saved_views",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(161), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_saved_views"),
    )
    op.create_index("ix_portal_saved_views_username", "portal_saved_views", ["username"])


def downgrade() -> None:
    op.drop_table("portal_saved_views")
    op.drop_table("portal_list_columns")
    op.drop_column("portal_index_groups", "revision")
