"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "api_accounts",
        sa.Column("username", text(161), nullable=False),
        sa.Column("password_hash", text(255), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("tenant_id", text(80), nullable=True),
        sa.Column("group_id", text(80), nullable=True),
        sa.Column("user_id", text(161), nullable=True),
        sa.Column("is_first_login", sa.Boolean(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_api_accounts")),
    )
    op.create_table(
        "api_tenants",
        sa.Column("tenant_id", text(80), nullable=False),
        sa.Column("name", text(80), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_api_tenants")),
    )
    op.create_table(
        "api_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant_id", text(80), nullable=False),
        sa.Column("group_id", text(80), nullable=False),
        sa.Column("group_name", text(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["api_tenants.tenant_id"], name=op.f("fk_api_groups_tenant_id_api_tenants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_groups")),
        sa.UniqueConstraint("tenant_id", "group_id", name=op.f("uq_api_groups_tenant_id_group_id")),
    )
    op.create_table(
        "api_sessions",
        sa.Column("token_hash", text(64), nullable=False),
        sa.Column("username", text(161), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"],
            ["api_accounts.username"],
            name=op.f("fk_api_sessions_username_api_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_sessions")),
    )
    op.create_index(op.f("ix_api_sessions_expires_at"), "api_sessions", ["expires_at"], unique=False)
    op.create_index(op.f("ix_api_sessions_username"), "api_sessions", ["username"], unique=False)
    op.create_table(
        "api_wrong_passwords",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", text(161), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"],
            ["api_accounts.username"],
            name=op.f("fk_api_wrong_passwords_username_api_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_wrong_passwords")),
    )
    op.create_index(op.f("ix_api_wrong_passwords_username"), "api_wrong_passwords", ["username"], unique=False)
    op.create_table(
        "api_access_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_key", sa.Integer(), nullable=False),
        sa.Column("device_name", text(40), nullable=False),
        sa.Column("device_type", text(40), nullable=False),
        sa.Column("protocol", text(20), nullable=False),
        sa.Column("mac_address", text(12), nullable=True),
        sa.Column("net_address", text(80), nullable=False),
        sa.Column("net_port", sa.Integer(), nullable=True),
        sa.Column("outbound_proxy_server_net_address", text(80), nullable=False),
        sa.Column("stun_server_net_address", text(80), nullable=False),
        sa.Column("serial_number", text(80), nullable=False),
        sa.Column("description", text(80), nullable=False),
        sa.Column("physical_location", text(1024), nullable=False),
        sa.Column("transport_protocol", text(11), nullable=False),
        sa.Column("use_custom_user_name_password", sa.Boolean(), nullable=False),
        sa.Column("user_name", text(161), nullable=False),
        sa.Column("password_hash", text(255), nullable=True),
        sa.Column("version", text(255), nullable=False),
        sa.Column("status", text(11), nullable=False),
        sa.Column("reboot_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_key"], ["api_groups.id"], name=op.f("fk_api_access_devices_group_key_api_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_access_devices")),
        sa.UniqueConstraint("group_key", "device_name", name=op.f("uq_api_access_devices_group_key_device_name")),
        sa.UniqueConstraint("mac_address", name=op.f("uq_api_access_devices_mac_address")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_config_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_key", sa.Integer(), nullable=False),
        sa.Column("file_format", text(128), nullable=False),
        sa.Column("source", text(7), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("extended_capture", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_key"],
            ["api_access_devices.id"],
            name=op.f("fk_api_config_files_device_key_api_access_devices"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_config_files")),
        sa.UniqueConstraint("device_key", "file_format", name=op.f("uq_api_config_files_device_key_file_format")),
    )
    op.create_table(
        "api_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device_key", sa.Integer(), nullable=False),
        sa.Column("line_port", text(161), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("user_id", text(161), nullable=False),
        sa.Column("last_name", text(80), nullable=False),
        sa.Column("first_name", text(80), nullable=False),
        sa.Column("phone_number", text(23), nullable=False),
        sa.Column("extension", text(20), nullable=False),
        sa.Column("email_address", text(80), nullable=False),
        sa.Column("user_type", text(40), nullable=False),
        sa.Column("endpoint_type", text(40), nullable=False),
        sa.Column("department_name", text(255), nullable=True),
        sa.Column("department_path", text(1024), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_key"], ["api_access_devices.id"], name=op.f("fk_api_lines_device_key_api_access_devices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_lines")),
        sa.UniqueConstraint("device_key", "order", name=op.f("uq_api_lines_device_key_order")),
        sa.UniqueConstraint("line_port", name=op.f("uq_api_lines_line_port")),
    )
    op.create_table(
        "api_tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", text(20), nullable=False),
        sa.Column("name", text(64), nullable=False),
        sa.Column("value", text(256), nullable=False),
        sa.Column("tag_set", text(80), nullable=False),
        sa.Column("region_name", text(80), nullable=False),
        sa.Column("group_key", sa.Integer(), nullable=True),
        sa.Column("device_type", text(40), nullable=True),
        sa.Column("device_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_key"],
            ["api_access_devices.id"],
            name=op.f("fk_api_tags_device_key_api_access_devices"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["group_key"], ["api_groups.id"], name=op.f("fk_api_tags_group_key_api_groups")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tags")),
    )
    op.create_index(op.f("ix_api_tags_device_key"), "api_tags", ["device_key"], unique=False)
    op.create_index(op.f("ix_api_tags_group_key"), "api_tags", ["group_key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_api_tags_group_key"), table_name="api_tags")
    op.drop_index(op.f("ix_api_tags_device_key"), table_name="api_tags")
    op.drop_table("api_tags")
    op.drop_table("api_lines")
    op.drop_table("api_config_files")
    op.drop_table("api_access_devices")
    op.drop_index(op.f("ix_api_wrong_passwords_username"), table_name="api_wrong_passwords")
    op.drop_table("api_wrong_passwords")
    op.drop_index(op.f("ix_api_sessions_username"), table_name="api_sessions")
    op.drop_index(op.f("ix_api_sessions_expires_at"), table_name="api_sessions")
    op.drop_table("api_sessions")
    op.drop_table("api_groups")
    op.drop_table("api_tenants")
    op.drop_table("api_accounts")
