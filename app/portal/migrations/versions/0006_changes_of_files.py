"""Versions and uploads refer to the change that sends them, whose outcome tells what became of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ON_DELETE = {"portal_file_versions": "SET NULL", "portal_uploads": "CASCADE"}
_whole, _moment = sa.Integer(), sa.DateTime(timezone=True)


def _table(name: str, **columns: Any) -> sa.TableClause:
    kinds = {"id": _whole, "tenant_id": sa.Text(), "group_id": sa.Text(), "device_name": sa.Text(), **columns}
    return sa.table(name, *(sa.column(column, kind) for column, kind in kinds.items()))


_file = {"file_format": sa.Text(), "change_id": _whole}
_versions = _table("portal_file_versions", **_file, applied=sa.Boolean(), content_id=_whole)
_uploads = _table("portal_uploads", **{**_file, "id": sa.String()}, username=sa.String(), taken_at=_moment)
_changes = _table("portal_changes", at=_moment, username=sa.String(), action=sa.String(), after_json=sa.JSON())
_outcomes = sa.table(
    "portal_outcomes", sa.column("id", _whole), sa.column("change_id", _whole), sa.column("outcome", sa.String())
)
_sequences = sa.table("sqlite_sequence", sa.column("name", sa.String()), sa.column("seq", _whole))
_contents = sa.table("portal_file_contents", sa.column("id", _whole))


def upgrade() -> None:
    for name, on_delete in _ON_DELETE.items():
        with _altered(name) as batch:
            batch.add_column(sa.Column("change_id", _whole, nullable=True))
            batch.create_foreign_key(
                f"fk_{name}_change_id_portal_changes", "portal_changes", ["change_id"], ["id"], ondelete=on_delete
            )
            batch.create_index(f"ix_{name}_change_id", ["change_id"])
    sent = _sent_files()
    _refer_versions(sent)
    _refer_uploads(sent)
    op.drop_column("portal_file_versions", "applied")
    op.drop_column("portal_uploads", "taken_at")


@contextmanager
def _altered(name: str) -> Iterator[BatchOperations]:
    """SQLite makes the table anew: there too no id that was ever given to a version is given to another."""
    connection, numbered = op.get_bind(), name == "portal_file_versions"
    is_counted = numbered and connection.dialect.name == "sqlite"
    last = connection.scalar(sa.select(_sequences.c.seq).where(_sequences.c.name == name)) if is_counted else None
    with op.batch_alter_table(name, table_kwargs={"sqlite_autoincrement": numbered}) as batch:
        yield batch
    if last is not None:
        connection.execute(sa.delete(_sequences).where(_sequences.c.name == name))
        connection.execute(sa.insert(_sequences).values(name=name, seq=last))


def _sent_files() -> Sequence[Any]:
    """Return the changes of files, each with its last outcome, the oldest first."""
    any_of_it = _outcomes.alias()
    last = sa.select(sa.func.max(any_of_it.c.id)).where(any_of_it.c.change_id == _changes.c.id).scalar_subquery()
    statement = (
        sa.select(_changes, _outcomes.c.outcome)
        .select_from(_changes)
        .outerjoin(_outcomes, _outcomes.c.id == last)
        .where(_changes.c.action == "files:edit")
        .order_by(_changes.c.id)
    )
    return op.get_bind().execute(statement).all()


def _refer_versions(sent: Sequence[Any]) -> None:
    connection = op.get_bind()
    change_of = {(*_file_of(change), change.after_json.get("version")): change for change in sent}
    for version in connection.execute(sa.select(_versions)).all():
        change = change_of.get((*_file_of(version), version.id))
        this = _versions.c.id == version.id
        if change and (not version.applied or change.outcome == "applied"):
            connection.execute(sa.update(_versions).where(this).values(change_id=change.id))
        elif not version.applied:  # its process ended before it noted what it meant to do
            connection.execute(sa.delete(_versions).where(this))
    used = sa.select(_versions.c.content_id).where(_versions.c.content_id.is_not(None))
    connection.execute(sa.delete(_contents).where(_contents.c.id.not_in(used)))


def _refer_uploads(sent: Sequence[Any]) -> None:
    connection = op.get_bind()
    for upload in connection.execute(sa.select(_uploads).where(_uploads.c.taken_at.is_not(None))).all():
        ids = [
            change.id
            for change in sent
            if _file_of(change) == _file_of(upload)
            and change.username == upload.username
            and change.at <= upload.taken_at
        ]
        this = _uploads.c.id == upload.id
        by_newest = (
            sa.update(_uploads).where(this).values(change_id=ids[-1]) if ids else sa.delete(_uploads).where(this)
        )
        connection.execute(by_newest)


def _file_of(row: Any) -> tuple[str, ...]:
    file_format = row.after_json.get("file_format") if hasattr(row, "after_json") else row.file_format
    return row.tenant_id, row.group_id, row.device_name, file_format


def downgrade() -> None:
    connection = op.get_bind()
    op.add_column("portal_file_versions", sa.Column("applied", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("portal_uploads", sa.Column("taken_at", _moment, nullable=True))

    def with_outcome(table: sa.TableClause, *outcomes: str) -> sa.Exists:
        return sa.exists().where(_outcomes.c.change_id == table.c.change_id, _outcomes.c.outcome.in_(outcomes))

    arrived = sa.or_(_versions.c.change_id.is_(None), with_outcome(_versions, "applied"))
    connection.execute(sa.update(_versions).where(arrived).values(applied=True))
    claimed_at = sa.select(_changes.c.at).where(_changes.c.id == _uploads.c.change_id).scalar_subquery()
    claimed = ~with_outcome(_uploads, "refused", "not applied")
    connection.execute(
        sa.update(_uploads).where(_uploads.c.change_id.is_not(None), claimed).values(taken_at=claimed_at)
    )
    for name in _ON_DELETE:
        with _altered(name) as batch:
            batch.drop_index(f"ix_{name}_change_id")
            batch.drop_constraint(f"fk_{name}_change_id_portal_changes", type_="foreignkey")
            batch.drop_column("change_id")
