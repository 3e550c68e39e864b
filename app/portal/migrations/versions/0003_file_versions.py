"""Versions of configuration files, and uploads on their way."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_file_contents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_file_contents"),
        sa.UniqueConstraint("sha256", name="uq_portal_file_contents_sha256"),
    )
    op.create_table(
        "portal_file_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("device_name", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("username", sa.String(length=161), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=255), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("content_id", sa.Integer(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_id"],
            ["portal_file_contents.id"],
            name="fk_portal_file_versions_content_id_portal_file_contents",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portal_file_versions"),
        sqlite_autoincrement=True,
    )
    place = ["tenant_id", "group_id", "device_name", "file_format", "number"]
    op.create_index("ix_portal_file_versions_number", "portal_file_versions", place, unique=True)
    op.create_index("ix_portal_file_versions_at", "portal_file_versions", ["at"])
    op.create_index("ix_portal_file_versions_content_id", "portal_file_versions", ["content_id"])

    op.create_table(
        "portal_uploads",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("username", sa.String(length=161), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("device_name", sa.Text(), nullable=False),
        sa.Column("file_format", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("opened", sa.LargeBinary(), nullable=True),
        sa.Column("opened_state", sa.String(length=100), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_portal_uploads"),
    )
    op.create_index("ix_portal_uploads_username", "portal_uploads", ["username"])
    op.create_index("ix_portal_uploads_kept_at", "portal_uploads", ["kept_at"])


def downgrade() -> None:
    op.drop_index("ix_portal_uploads_kept_at", "portal_uploads")
    op.drop_index("ix_portal_uploads_username", "portal_uploads")
    op.drop_table("portal_uploads")
    op.drop_index("ix_portal_file_versions_content_id", "portal_file_versions")
    op.drop_index("ix_portal_file_versions_at", "portal_file_versions")
    op.drop_index("ix_portal_file_versions_number", "portal_file_versions")
    op.drop_table("portal_file_versions")
    op.drop_table("portal_file_contents")
