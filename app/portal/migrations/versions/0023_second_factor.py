"""Second factors of accounts, their recovery codes, and sign-ins that wait for a code.

Sessions of an earlier release have no account and no time: they count as without a code.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portal_sessions", sa.Column("account", sa.Text(), nullable=True))
    op.add_column("portal_sessions", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "portal_second_factors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("username", sa.String(161), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_second_factors"),
        sa.UniqueConstraint("account", name="uq_portal_second_factors_account"),
    )
    op.create_table(
        "portal_recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("factor_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_portal_recovery_codes"),
        sa.ForeignKeyConstraint(
            ["factor_id"],
            ["portal_second_factors.id"],
            name="fk_portal_recovery_codes_factor_id_portal_second_factors",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_portal_recovery_codes_factor_id", "portal_recovery_codes", ["factor_id"])
    op.create_table(
        "portal_sign_in_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("sign_in", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_sign_in_steps"),
        sa.UniqueConstraint("token_hash", name="uq_portal_sign_in_steps_token_hash"),
    )
    op.create_index("ix_portal_sign_in_steps_kept_at", "portal_sign_in_steps", ["kept_at"])


def downgrade() -> None:
    for table in ("portal_sign_in_steps", "portal_recovery_codes", "portal_second_factors"):
        op.drop_table(table)
    for column in ("confirmed_at", "account"):
        op.drop_column("portal_sessions", column)
