"""A check that a session without a transaction asks one thing only: two answers could be of two states."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

_KEPT_TOGETHER = {"writes", "snapshot", "isolation_level"}  # options of what `snapshot` and `writing` yield
_statements: WeakKeyDictionary[Connection, int] = WeakKeyDictionary()


def insist_on_single_statements() -> None:
    event.listen(Session, "after_begin", _note)
    event.listen(Engine, "before_cursor_execute", _count)


def _note(_session: Session, _transaction: object, connection: Connection) -> None:
    if not _KEPT_TOGETHER & connection.get_execution_options().keys():
        _statements[connection] = 0


def _count(connection: Connection, *_: Any) -> None:
    if connection in _statements:
        _statements[connection] += 1
        assert _statements[connection] == 1, "several statements of one session: use `snapshot`"
