"""Origins of file versions under the names that the code has for them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NAMES = {"back": "rollback", "before": "pre_existing"}


def upgrade() -> None:
    _rename(_NAMES)


def downgrade() -> None:
    _rename({new: old for old, new in _NAMES.items()})


def _rename(names: dict[str, str]) -> None:
    for name in ("portal_file_versions", "portal_uploads"):
        table = sa.table(name, sa.column("origin", sa.String()))
        for old, new in names.items():
            op.execute(sa.update(table).where(table.c.origin == old).values(origin=new))
