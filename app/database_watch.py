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

_FRESH = 5.0  # seconds after an answer in which nothing on the way forgets a connection


class WatchedConnection(psycopg.Connection[Any]):
    """After each `patience` seconds without an answer, looks whether the server still accepts connections."""

    _patience = 0.0  # not watched yet
    _heard_at = 0.0
    _is_server_up: Callable[[], bool]

    def watch(self, patience: float, is_server_up: Callable[[], bool]) -> None:
        self._patience, self._is_server_up = patience, is_server_up

    def is_open(self) -> bool:
        """Tell whether a connection of the pool can be used, which is asked of the server where it was long unused."""
        try:
            if monotonic() - self._heard_at > _FRESH:
                self.execute("")
            else:  # read what has come, and then the end, if that has come behind it
                self.pgconn.consume_input()
                self.pgconn.consume_input()
        except psycopg.OperationalError:
            return False
        return True

    def wait(self, gen: PQGen[Any], *args: Any, **kwargs: Any) -> Any:
        return super().wait(self._watch(gen) if self._patience else gen, *args, **kwargs)

    def _watch(self, gen: PQGen[Any]) -> PQGen[Any]:
        """Pass on all that `gen` waits for. READY_NONE comes some times a second while nothing is there."""
        silent_since = monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready != READY_NONE:
                    silent_since = self._heard_at = monotonic()
                elif monotonic() - silent_since > self._patience:
                    if not self._is_server_up():
                        self.close()
                        raise psycopg.OperationalError("the server stands still")
                    silent_since = monotonic()  # a statement that takes long
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
