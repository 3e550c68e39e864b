"""The history refuses changes, and deletions but by pruning; what is to be exported of it.

Pruning announces itself: rows can be deleted while an entry of the action "history:prune" has no outcome, if they are
older than that entry says and older than a day. The newest such entry stays in any case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0022"
branch_labels = None
depends_on = None

_WORDS = "The history is append-only: entries are not changed, and only pruning deletes them."
_CHANGES, _OUTCOMES = "portal_changes", "portal_outcomes"
_COLUMNS = {_CHANGES: "id", _OUTCOMES: "change_id"}  # that hold the id of the entry
# Rows that would be replaced: REPLACE of SQLite deletes without a trigger.
_IS_THERE = {
    _CHANGES: "SELECT 1 FROM portal_changes WHERE id = NEW.id",
    _OUTCOMES: "SELECT 1 FROM portal_outcomes WHERE id = NEW.id "
    "OR (settles AND NEW.settles AND change_id = NEW.change_id)",
}
_QUEUED = {_CHANGES: "(change_id) VALUES (NEW.id)", _OUTCOMES: "(change_id, outcome_id) VALUES (NEW.change_id, NEW.id)"}
# Of the change `gone` and the announcement `prune`; the latter says a minute of UTC.
_ANNOUNCED = """
    SELECT 1 FROM portal_changes gone JOIN portal_changes prune
    ON prune.action = 'history:prune' AND prune.id > gone.id
    WHERE gone.id = {entry} AND {is_old}
    AND NOT EXISTS (SELECT 1 FROM portal_outcomes done WHERE done.change_id = prune.id)
"""


def upgrade() -> None:
    op.create_table(
        "portal_audit_queue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_portal_audit_queue"),
        *(_reference(column, table) for column, table in (("change_id", _CHANGES), ("outcome_id", _OUTCOMES))),
        sqlite_autoincrement=True,
    )
    for name in ("change_id", "outcome_id"):
        op.create_index(f"ix_portal_audit_queue_{name}", "portal_audit_queue", [name])
    for table in (_CHANGES, _OUTCOMES):
        if op.get_bind().dialect.name == "postgresql":
            _guard_postgresql(table)
        else:
            _guard_sqlite(table)


def _reference(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_portal_audit_queue_{column}_{table}"
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="CASCADE")


def _guard_sqlite(table: str) -> None:
    is_old = (
        "gone.at < strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 day') "
        "AND substr(gone.at, 1, 16) <= substr(json_extract(prune.after_json, '$.before'), 1, 16)"
    )
    announced = _ANNOUNCED.format(entry=f"OLD.{_COLUMNS[table]}", is_old=is_old)
    refusal = f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END"
    op.execute(f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refusal}")
    op.execute(f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} WHEN NOT EXISTS ({announced}) {refusal}")
    op.execute(f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({_IS_THERE[table]}) {refusal}")
    queue = f"BEGIN INSERT INTO portal_audit_queue {_QUEUED[table]}; END"
    op.execute(f"CREATE TRIGGER {table}_queue AFTER INSERT ON {table} {queue}")


def _guard_postgresql(table: str) -> None:
    is_old = (
        "gone.at < now() - interval '1 day' "
        "AND date_trunc('minute', gone.at) <= (left(prune.after_json ->> 'before', 16) || '+00')::timestamptz"
    )
    announced = _ANNOUNCED.format(entry=f"OLD.{_COLUMNS[table]}", is_old=is_old)
    refusal = f"RAISE EXCEPTION '{_WORDS}' USING ERRCODE = 'restrict_violation';"
    check = f"IF TG_OP = 'DELETE' THEN IF EXISTS ({announced}) THEN RETURN OLD; END IF; END IF; {refusal}"
    _create_function(f"{table}_guard", check)
    _create_function(f"{table}_queue", f"INSERT INTO portal_audit_queue {_QUEUED[table]}; RETURN NEW;")
    for name, moment, function in (
        ("guard", "BEFORE UPDATE OR DELETE ON {} FOR EACH ROW", "guard"),
        ("truncate", "BEFORE TRUNCATE ON {} FOR EACH STATEMENT", "guard"),
        ("queue", "AFTER INSERT ON {} FOR EACH ROW", "queue"),
    ):
        op.execute(f"CREATE TRIGGER {table}_{name} {moment.format(table)} EXECUTE FUNCTION {table}_{function}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")  # whoever plays a replica too


def _create_function(name: str, body: str) -> None:
    """Create a function that finds the tables of this schema first, and no temporary ones of the same name."""
    [schema] = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).one()
    head = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {schema}, pg_temp"
    op.execute(f"{head} AS $$ BEGIN {body} END $$")


def downgrade() -> None:
    for table in (_CHANGES, _OUTCOMES):
        if op.get_bind().dialect.name == "postgresql":
            for function in ("guard", "queue"):
                op.execute(f"DROP FUNCTION {table}_{function}() CASCADE")
        else:
            for name in ("update", "delete", "replace", "queue"):
                op.execute(f"DROP TRIGGER {table}_{name}")
    op.drop_table("portal_audit_queue")
