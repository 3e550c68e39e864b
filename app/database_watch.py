"""PostgreSQL connections that notice a server which stands still.

Such a server, frozen or with a storage that hangs, keeps its connections and says nothing. The limits of TCP do not
notice, since its kernel goes on confirming what is sent, and that of a statement is kept by the server itself.
"""

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import READY_NONE


class WatchedConnection(psycopg.Connection[Any]):
    """After each `patience` seconds without an answer, looks whether the server still accepts connections."""

    _patience = 0.0  # not watched yet
    _is_server_up: Callable[[], bool]

    def watch(self, patience: float, is_server_up: Callable[[], bool]) -> None:
        self._patience, self._is_server_up = patience, is_server_up

    def wait(self, gen: PQGen[Any], *args: Any, **kwargs: Any) -> Any:
        return super().wait(self._watch(gen) if self._patience else gen, *args, **kwargs)

    def _watch(self, gen: PQGen[Any]) -> PQGen[Any]:
        """Pass on all that `gen` waits for. READY_NONE comes some times a second while nothing is there."""
        heard_at = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready != READY_NONE:
                    heard_at = monotonic()
                elif monotonic() - heard_at > self._patience:
                    if not self._is_server_up():
                        self.close()
                        raise psycopg.OperationalError("the server stands still")
                    heard_at = monotonic()  # a statement that takes long
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value


def connect_watched(patience: float, *args: Any, **parameters: Any) -> WatchedConnection:
    """Connect as psycopg does. A silent server is away once it accepts no connection for `patience` seconds."""
    connection = WatchedConnection.connect(*args, **parameters)
    connection.watch(patience, partial(_is_up, *args, **{**parameters, "connect_timeout": patience}))
    return connection


def _is_up(*args: Any, **parameters: Any) -> bool:
    try:
        psycopg.connect(*args, **parameters).close()
    except psycopg.OperationalError as error:
        return error.sqlstate is not None  # it said why not: too many connections
    return True
