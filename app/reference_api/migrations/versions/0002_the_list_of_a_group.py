"""An index that holds all that the list of a group's devices shows."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_api_access_devices_list",
        "api_access_devices",
        [
            *("group_key", "device_name", "device_type", "mac_address", "net_address", "status"),
            *("reboot_asked_at", "version"),
        ],
    )


def downgrade() -> None:
    op.drop_index("ix_api_access_devices_list", table_name="api_access_devices")
