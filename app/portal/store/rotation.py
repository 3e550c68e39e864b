"""Bringing everything that is stored encrypted under the newest key."""

from typing import Any

from sqlalchemy import ColumnElement, Engine, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.database import reading, writing
from app.portal.store.encryption import Cipher
from app.portal.store.tables import PendingUploadRow, SavedDraft, SessionRow, StoredContent

_SEALED = (
    (SessionRow.id, SessionRow.backend_cookies),
    (SavedDraft.id, SavedDraft.fields),
    (StoredContent.id, StoredContent.sealed),
    (PendingUploadRow.id, PendingUploadRow.content),
    (PendingUploadRow.id, PendingUploadRow.opened),
)


def rotate(engine: Engine, cipher: Cipher) -> tuple[int, int]:
    """How many values are under the newest key now, and how many no key opens: those stay as they are."""
    done = lost = 0
    for key, column in _SEALED:
        with reading(engine) as db:
            ids = db.scalars(select(key).where(column.is_not(None))).all()
        for row_id in ids:
            match _re_encrypted(engine, cipher, key == row_id, column):
                case True:
                    done += 1
                case False:
                    lost += 1
    return done, lost


def _re_encrypted(
    engine: Engine, cipher: Cipher, which: ColumnElement[bool], column: InstrumentedAttribute[Any]
) -> bool | None:
    """Whether one value is under the newest key now; None: it is gone.

    A file may be large: others write while it is encrypted, and what they wrote to it meanwhile stands.
    """
    while True:
        with reading(engine) as db:
            sealed = db.scalar(select(column).where(which))
        if sealed is None:
            return None
        re_encrypted = cipher.re_encrypt(sealed) if sealed else None
        if re_encrypted is None:
            return False
        same = update(column.class_).where(which, column == sealed).values({column: re_encrypted})
        with writing(engine) as db:
            if db.execute(same.returning(column)).first():
                return True
