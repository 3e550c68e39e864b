"""Device lists, shared by all workers and nodes: contents, patches by own changes, and who may see them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_GROUP = ("tenant_id", "group_id")


def upgrade() -> None:
    op.create_table(
        "portal_device_lists",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _GROUP),
        sa.Column("username", sa.String(161), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Double(), nullable=True),
        sa.Column("took", sa.Double(), nullable=True),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.Column("probe", sa.Text(), nullable=True),
        sa.Column("stale_generation", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(32), nullable=True),
        sa.Column("lease_since", sa.Double(), nullable=True),
        sa.Column("lease_until", sa.Double(), nullable=False),
        sa.Column("failure", sa.JSON(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.Double(), nullable=True),
        # The last: SQLite reads through a long value to get at the columns behind it.
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint(*_GROUP, "username", name="pk_portal_device_lists"),
    )
    op.create_table(
        "portal_list_patches",
        *(sa.Column(name, sa.Text(), nullable=False) for name in _GROUP),
        sa.Column("generation", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("device_name", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint(*_GROUP, "generation", name="pk_portal_list_patches"),
    )
    op.create_table(
        "portal_confirmations",
        sa.Column("session_id", sa.Integer(), nullable=False, autoincrement=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _GROUP),
        sa.Column("confirmed_at", sa.Double(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("answered_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", *_GROUP, name="pk_portal_confirmations"),
    )
    op.create_index("ix_portal_confirmations_answered_at", "portal_confirmations", ["answered_at"])


def downgrade() -> None:
    for name in ("portal_confirmations", "portal_list_patches", "portal_device_lists"):
        op.drop_table(name)
