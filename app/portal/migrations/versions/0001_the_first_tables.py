"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("username", sa.String(length=161), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=30), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("device_name", sa.Text(), nullable=False),
        sa.Column("before_json", sa.JSON(), nullable=False),
        sa.Column("after_json", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_portal_changes_place", "portal_changes", ["tenant_id", "group_id", "device_name", "id"])

    op.create_table(
        "portal_kept_forms",
        sa.Column("id", sa.String(length=43), nullable=False),
        sa.Column("username", sa.String(length=161), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_kept_forms"),
    )
    op.create_index("ix_portal_kept_forms_kept_at", "portal_kept_forms", ["kept_at"])

    op.create_table(
        "portal_list_versions",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "group_id", name="pk_portal_list_versions"),
    )
    op.create_table(
        "portal_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=161), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=True),
        sa.Column("group_id", sa.Text(), nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("backend_cookies", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_portal_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_portal_sessions_token_hash"),
    )
    op.create_index("ix_portal_sessions_username", "portal_sessions", ["username"])

    op.create_table(
        "portal_sign_in_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_sign_in_tries"),
    )
    op.create_index("ix_portal_sign_in_tries_address", "portal_sign_in_tries", ["address"])
    op.create_index("ix_portal_sign_in_tries_username_hash", "portal_sign_in_tries", ["username_hash"])

    op.create_table(
        "portal_support_names",
        sa.Column("username", sa.String(length=161), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.String(length=161), nullable=False),
        sa.PrimaryKeyConstraint("username", name="pk_portal_support_names"),
    )
    op.create_table(
        "portal_outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["portal_changes.id"], name="fk_portal_outcomes_change_id_portal_changes"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_portal_outcomes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_portal_outcomes_change_id", "portal_outcomes", ["change_id"])


def downgrade() -> None:
    op.drop_table("portal_outcomes")
    op.drop_table("portal_changes")
    op.drop_table("portal_kept_forms")
    op.drop_table("portal_list_versions")
    op.drop_table("portal_sessions")
    op.drop_table("portal_sign_in_tries")
    op.drop_table("portal_support_names")
