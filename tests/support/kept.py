"""What one process of a test run makes once instead of for each of its thousands of portals."""

from types import CodeType
from typing import ClassVar

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

_engines: dict[tuple[str, ...], Engine] = {}


class KeptTemplates(FileSystemBytecodeCache):
    """Also keeps the code of each template in memory: templates do not change while tests run."""

    _codes: ClassVar[dict[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key)
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._keep(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._keep(bucket)

    def _keep(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.code


def keep_statements(engine: Engine, *keys: str) -> None:
    """Let a new engine take what SQLAlchemy compiled for another of the same encryption keys.

    It compiles for a dialect, of which each engine has its own; and the cipher of the encrypted columns belongs to it.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _wait_for_no_disk)
    first = _engines.setdefault((engine.dialect.name, *keys), engine)
    if first is engine:
        engine.connect().close()  # so that the dialect knows its database
    else:
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache


def _wait_for_no_disk(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")  # a test that kills a process does not kill the system
    cursor.close()
