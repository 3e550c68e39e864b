"""The search index: devices, people, files, tags, counts, changes of status."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_GROUP = ("tenant_id", "group_id")
_DEVICE = (*_GROUP, "device_name")
_SEARCHED = ("portal_index_devices", "portal_index_people")
_TRGM = "pg_trgm"


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        _create_extension()
    _create_groups()
    _create_devices()
    _create_people()
    _create_small_tables()
    for table in _SEARCHED:
        if is_postgresql:
            op.execute(f"CREATE INDEX ix_{table}_text ON {table} USING gin (search_text gin_trgm_ops)")
        else:
            _create_trigrams(table)


def downgrade() -> None:
    for table in _SEARCHED:
        if op.get_bind().dialect.name == "sqlite":
            op.drop_table(f"{table}_text")
    for name in ("states", "counts", "tags", "files", "people", "devices", "groups"):
        op.drop_table(f"portal_index_{name}")
    op.drop_table("portal_status_changes")


def _create_extension() -> None:
    """Make pg_trgm, which the owner of a database may; else one line says who must."""
    connection = op.get_bind()
    name: sa.ColumnClause[str] = sa.column("extname")
    if connection.scalar(sa.select(name).select_from(sa.table("pg_extension")).where(name == _TRGM)):
        return
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"CREATE EXTENSION {_TRGM}")
    except sa.exc.DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise OSError(
            f"the PostgreSQL extension {_TRGM} is missing, and this account cannot make it ({reason}). "
            f"Let an administrator of the database run: CREATE EXTENSION {_TRGM};"
        ) from None


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def _times(*names: str) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double(), nullable=True) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=True) for name in names]


def _create_groups() -> None:
    op.create_table(
        "portal_index_groups",
        *_texts(*_GROUP, "tenant_name", "name", "search_text"),
        *_numbers("devices", "problems"),
        *_times("devices_seen_at", "people_seen_at"),
        sa.Column("devices_digest", sa.String(64), nullable=True),
        sa.Column("people_digest", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint(*_GROUP, name="pk_portal_index_groups"),
    )


def _create_devices() -> None:
    op.create_table(
        "portal_index_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts(*_DEVICE, "device_type", "mac", "net_address", "status", "version"),
        sa.Column("status_since", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        *_numbers("free_ports", "number_of_ports", "number_of_assigned_ports", "custom_files"),
        *_texts("serial_number", "description", "physical_location", nullable=True),
        *_times("detail_seen_at", "people_seen_at", "files_seen_at", "tags_seen_at"),
        *_texts("search_text"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_index_devices"),
    )
    op.create_index("ix_portal_index_devices_name", "portal_index_devices", [*_DEVICE], unique=True)
    op.create_index("ix_portal_index_devices_mac", "portal_index_devices", ["mac"])
    op.create_index("ix_portal_index_devices_detail", "portal_index_devices", [*_GROUP, "detail_seen_at"])


def _create_people() -> None:
    op.create_table(
        "portal_index_people",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts(*_DEVICE, "line_port", "user_id", "first_name", "last_name", "phone_number", "extension"),
        *_numbers("port"),
        *_texts("search_text"),
        sa.PrimaryKeyConstraint("id", name="pk_portal_index_people"),
    )
    op.create_index("ix_portal_index_people_device", "portal_index_people", [*_DEVICE])


def _create_small_tables() -> None:
    op.create_table(
        "portal_index_files",
        *_texts(*_GROUP, "file_format", "device_name"),
        sa.Column("is_custom", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        *_numbers("size"),
        sa.PrimaryKeyConstraint(*_GROUP, "file_format", "device_name", name="pk_portal_index_files"),
    )
    op.create_table(
        "portal_index_tags",
        *_texts(*_GROUP, "tag_name", "device_name"),
        sa.PrimaryKeyConstraint(*_GROUP, "tag_name", "device_name", name="pk_portal_index_tags"),
    )
    kinds = (*_GROUP, "device_type", "version", "status")
    op.create_table(
        "portal_index_counts",
        *_texts(*kinds),
        sa.Column("devices", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*kinds, name="pk_portal_index_counts"),
    )
    op.create_table(
        "portal_status_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts(*_DEVICE, "from_status", "to_status"),
        *_times("last_seen_at"),
        sa.Column("first_seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_status_changes"),
    )
    op.create_index("ix_portal_status_changes_device", "portal_status_changes", [*_DEVICE, "id"])
    op.create_index("ix_portal_status_changes_first_seen_at", "portal_status_changes", ["first_seen_at"])
    op.create_table(
        "portal_index_states",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_portal_index_states"),
    )


def _create_trigrams(table: str) -> None:
    """Keep the trigrams of a table in a second one, by triggers, so that every writer does."""
    trigrams = f"{table}_text"
    op.execute(
        f"CREATE VIRTUAL TABLE {trigrams} USING fts5("
        f"search_text, content='{table}', content_rowid='id', tokenize='trigram case_sensitive 1')"
    )
    drop_values = f"({trigrams}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    add = " ".join(("INSERT INTO", trigrams, "(rowid, search_text) VALUES (new.id, new.search_text);"))
    drop = " ".join(("INSERT INTO", trigrams, drop_values))
    op.execute(f"CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN {add} END")
    op.execute(f"CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN {drop} END")
    op.execute(f"CREATE TRIGGER {table}_update AFTER UPDATE OF search_text ON {table} BEGIN {drop} {add} END")
