"""Jobs, their files and their items."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_PLACE = ("tenant_id", "group_id")


def upgrade() -> None:
    op.create_table(
        "portal_jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_moment(name) for name in ("created_at",)),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("checked_at", "started_at", "ended_at")
        ),
        _text("username", 161),
        _text("role", 20),
        _text("address", 64),
        _text("request_id", 64),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _NUMBERS),
        _text("action", 20),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*_PLACE, "title", "note")),
        _text("state", 20),
        sa.Column("reason", sa.String(30), nullable=True),
        sa.Column("params_json", sa.JSON(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("next_at", "confirmed_at")),
        _text("start_at", 16),
        _text("zone", 64),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("backend_cookies", "plan")),
        sa.PrimaryKeyConstraint("id", name="pk_portal_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_portal_jobs_place", "portal_jobs", [*_PLACE, "id"])
    op.create_index("ix_portal_jobs_state", "portal_jobs", ["state", "id"])
    op.create_index("ix_portal_jobs_username", "portal_jobs", ["username"])
    _create_files()
    _create_items()


_NUMBERS = ("session_id", "items", "canary", "canary_number", "pace", "pause_after", "failures", "tries")


def _text(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _create_files() -> None:
    op.create_table(
        "portal_job_files",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name="pk_portal_job_files"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["portal_jobs.id"], name="fk_portal_job_files_job_id_portal_jobs", ondelete="CASCADE"
        ),
    )


def _create_items() -> None:
    op.create_table(
        "portal_job_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("number", "part")),
        _text("action", 20),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*_PLACE, "device_name", "subject")),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        sa.Column("verdict", sa.String(20), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("seen_json", sa.JSON(), nullable=False),
        _text("state", 20),
        sa.Column("reason", sa.String(30), nullable=True),
        sa.Column("params_json", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(32), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("lease_until", "due_at")),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_portal_job_items"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["portal_jobs.id"], name="fk_portal_job_items_job_id_portal_jobs", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["portal_changes.id"],
            name="fk_portal_job_items_change_id_portal_changes",
            ondelete="SET NULL",
        ),
    )
    op.create_index("ix_portal_job_items_number", "portal_job_items", ["job_id", "number", "part"], unique=True)
    op.create_index("ix_portal_job_items_state", "portal_job_items", ["job_id", "state", "number"])
    op.create_index("ix_portal_job_items_device", "portal_job_items", ["tenant_id", "group_id", "device_name", "state"])
    op.create_index("ix_portal_job_items_lease", "portal_job_items", ["state", "lease_until"])
    op.create_index("ix_portal_job_items_change_id", "portal_job_items", ["change_id"])


def downgrade() -> None:
    op.drop_table("portal_job_items")
    op.drop_table("portal_job_files")
    op.drop_table("portal_jobs")
