"""Indexes by which the next item of a job is found: to be looked at by a preview, or in a state."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_UNSEEN = sa.text("verdict IS NULL")
_STATE = "ix_portal_job_items_state"


def upgrade() -> None:
    op.create_index(
        "ix_portal_job_items_unseen",
        "portal_job_items",
        ["job_id", "number", "part"],
        sqlite_where=_UNSEEN,
        postgresql_where=_UNSEEN,
    )
    op.drop_index(_STATE, "portal_job_items")
    op.create_index(_STATE, "portal_job_items", ["job_id", "state", "number", "part"])


def downgrade() -> None:
    op.drop_index(_STATE, "portal_job_items")
    op.create_index(_STATE, "portal_job_items", ["job_id", "state", "number"])
    op.drop_index("ix_portal_job_items_unseen", "portal_job_items")
