"""Bringing everything that is stored encrypted under the newest key."""

from typing import Any

from sqlalchemy import Column, Engine, LargeBinary, literal, select, type_coerce, update

from app.database import reading, writing
from app.portal.store.encryption import Cipher, EncryptedBytes
from app.portal.store.tables import Base

_ENCRYPTED = [
    column
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, EncryptedBytes)
]


def rotate(engine: Engine, cipher: Cipher) -> tuple[int, int]:
    """Return how many values are under the newest key now, and how many no key opens: those stay as they are."""
    done = lost = 0
    for column in _ENCRYPTED:
        with reading(engine) as db:
            ids = db.scalars(select(_key_of(column)).where(column.is_not(None))).all()
        for row_id in ids:
            match _re_encrypt(engine, cipher, column, row_id):
                case True:
                    done += 1
                case False:
                    lost += 1
    return done, lost


def count_unreadable(engine: Engine, cipher: Cipher, most: int) -> tuple[int, int]:
    """Try up to `most` values of each column, and return how many there were, and how many no key opens."""
    count = unreadable = 0
    for column in _ENCRYPTED:
        newest_first = (
            select(type_coerce(column, LargeBinary)).where(column.is_not(None)).order_by(_key_of(column).desc())
        )
        with reading(engine) as db:
            tokens = db.scalars(newest_first.limit(most)).all()
        count += len(tokens)
        unreadable += sum(cipher.decrypt_bytes(token) is None for token in tokens)
    return count, unreadable


def _re_encrypt(engine: Engine, cipher: Cipher, column: Column[Any], row_id: object) -> bool | None:
    """Return True if one value is under the newest key now, None if it is gone.

    A file may be large: others write while it is encrypted, and what they wrote to it meanwhile stands.
    """
    raw = type_coerce(column, LargeBinary)
    is_its_row = _key_of(column) == row_id
    while True:
        with reading(engine) as db:
            token = db.scalar(select(raw).where(is_its_row))
        if token is None:
            return None
        re_encrypted = cipher.re_encrypt(token) if token else None
        if re_encrypted is None:
            return False
        statement = update(column.table).where(is_its_row, raw == token)
        with writing(engine) as db:
            values = {column: literal(re_encrypted, LargeBinary)}
            if db.execute(statement.values(values).returning(_key_of(column))).first():
                return True


def _key_of(column: Column[Any]) -> Column[Any]:
    """Return the primary key of the column's table."""
    [key] = column.table.primary_key.columns
    return key
