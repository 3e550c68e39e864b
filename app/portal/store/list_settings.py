"""Settings of each person for device lists: extra columns, and queries saved under a name."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Engine, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.database import acquire_locks, insert_or_update, reading, writing
from app.portal.domain.refs import GroupRef
from app.portal.store.tables import Base, LongText, PlainText

MOST_VIEWS = 50  # of a person
MOST_OF_NAME = 60  # characters
MOST_OF_QUERY = 2_000  # characters, as in a URL


class ListColumnsRow(Base):
    """The extra columns of a person, separated by commas."""

    __tablename__ = "portal_list_columns"

    username: Mapped[str] = mapped_column(PlainText(161), primary_key=True)
    columns: Mapped[str] = mapped_column(PlainText(200))


class SavedView(Base):
    """The query of a list. `tenant_id` and `group_id` are "" for a view of all groups."""

    __tablename__ = "portal_saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(PlainText(161), index=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    name: Mapped[str] = mapped_column(PlainText(60))
    query: Mapped[str] = mapped_column(LongText)


class NameTaken(Exception):
    """The person has a view of this name for the same group, or for all groups."""


class TooManyViews(Exception):
    """The person has MOST_VIEWS."""


class ListSettings:
    """Everything belongs to one person, whose name each call takes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save_columns(self, username: str, columns: Sequence[str]) -> None:
        values = {"columns": ",".join(columns)}
        with writing(self._engine) as db:
            insert_or_update(db, ListColumnsRow, {"username": username}, values, values)

    def list_views(self, username: str, group: GroupRef) -> Sequence[SavedView]:
        """Return the views that can be used in a group, by their names."""
        return self._select(username, group)

    def find_view(self, username: str, group: GroupRef, view_id: int) -> SavedView | None:
        return next(iter(self._select(username, group, view_id)), None)

    def save_view(self, username: str, group: GroupRef | None, name: str, query: str) -> None:
        """Save a query for a group, None for all of them. Raise NameTaken, TooManyViews."""
        ref = group or GroupRef("", "")
        with writing(self._engine) as db:
            acquire_locks(db.connection(), f"views of {username}")
            _raise_if_taken(db, username, ref, name)
            count = select(func.count()).select_from(SavedView).filter_by(username=username)
            if (db.scalar(count) or 0) >= MOST_VIEWS:
                raise TooManyViews
            db.add(SavedView(username=username, **asdict(ref), name=name, query=query))

    def rename_view(self, view: SavedView, name: str) -> None:
        """Raise NameTaken."""
        ref = GroupRef(view.tenant_id, view.group_id)
        with writing(self._engine) as db:
            acquire_locks(db.connection(), f"views of {view.username}")
            _raise_if_taken(db, view.username, ref, name, except_id=view.id)
            own = update(SavedView).filter_by(id=view.id, username=view.username)
            db.execute(own.values(name=name))

    def delete_view(self, view: SavedView) -> None:
        with writing(self._engine) as db:
            db.execute(delete(SavedView).filter_by(id=view.id, username=view.username))

    def _select(self, username: str, group: GroupRef, view_id: int | None = None) -> Sequence[SavedView]:
        of_group = (SavedView.tenant_id == group.tenant_id) & (SavedView.group_id == group.group_id)
        of_all = SavedView.tenant_id == ""
        statement = select(SavedView).filter_by(username=username).where(or_(of_group, of_all))
        if view_id is not None:
            statement = statement.filter_by(id=view_id)
        with reading(self._engine) as db:
            return db.scalars(statement.order_by(func.lower(SavedView.name), SavedView.id)).all()


def _raise_if_taken(db: Session, username: str, ref: GroupRef, name: str, except_id: int = 0) -> None:
    same = select(SavedView.id).filter_by(username=username, **asdict(ref)).where(SavedView.id != except_id)
    if db.scalar(same.where(func.lower(SavedView.name) == name.lower()).limit(1)):
        raise NameTaken
