"""The history: what needs a reboot, what settles a change, and what its pages search by."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_portal_changes_group": ["tenant_id", "group_id", "id"],
    "ix_portal_changes_tenant": ["tenant_id", "id"],
    "ix_portal_changes_username": ["username", "id"],
    "ix_portal_changes_action": ["action", "tenant_id", "group_id", "id"],
    "ix_portal_changes_at": ["at"],
}
# As it was decided when this was written; a later decision does not rewrite what was noted.
_FIELDS_IN_FILES = {
    "mac_address",
    "outbound_proxy_server_net_address",
    "password",
    "protocol",
    "stun_server_net_address",
    "transport_protocol",
    "use_custom_user_name_password",
    "user_name",
}
_changes = sa.table(
    "portal_changes",
    sa.column("id", sa.Integer()),
    sa.column("action", sa.String()),
    sa.column("after_json", sa.JSON()),
    sa.column("needs_reboot", sa.Boolean()),
)


def upgrade() -> None:
    no = sa.false()
    op.add_column("portal_changes", sa.Column("needs_reboot", sa.Boolean(), nullable=False, server_default=no))
    op.add_column("portal_outcomes", sa.Column("settles", sa.Boolean(), nullable=False, server_default=no))
    _mark_what_needs_a_reboot()
    for name, columns in _INDEXES.items():
        op.create_index(name, "portal_changes", columns)
    op.create_index(
        "ix_portal_changes_needs_reboot",
        "portal_changes",
        ["tenant_id", "group_id", "device_name", "id"],
        sqlite_where=sa.text("needs_reboot = 1"),
        postgresql_where=sa.text("needs_reboot"),
    )
    op.create_index(
        "ix_portal_outcomes_settles",
        "portal_outcomes",
        ["change_id"],
        unique=True,
        sqlite_where=sa.text("settles = 1"),
        postgresql_where=sa.text("settles"),
    )


def _mark_what_needs_a_reboot() -> None:
    connection = op.get_bind()
    edits = connection.execute(
        sa.select(_changes.c.id, _changes.c.after_json).where(_changes.c.action == "device:edit")
    ).all()
    ids = [change_id for change_id, after in edits if _FIELDS_IN_FILES & after.keys()]
    marked = sa.update(_changes).values(needs_reboot=True)
    connection.execute(marked.where(_changes.c.action.in_(("lines:edit", "files:edit"))))
    if ids:
        connection.execute(marked.where(_changes.c.id == sa.bindparam("change_id")), [{"change_id": i} for i in ids])


def downgrade() -> None:
    op.drop_index("ix_portal_outcomes_settles", "portal_outcomes")
    op.drop_index("ix_portal_changes_needs_reboot", "portal_changes")
    for name in _INDEXES:
        op.drop_index(name, "portal_changes")
    op.drop_column("portal_outcomes", "settles")
    op.drop_column("portal_changes", "needs_reboot")
