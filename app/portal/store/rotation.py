"""Bringing everything that is stored encrypted under the newest key."""

from sqlalchemy import Engine, select, update

from app.database import writing
from app.portal.store.tables import KeptForm, SessionRow, StoredContent, UploadRow
from app.portal.store.vault import Vault

_SEALED = (
    (SessionRow.id, SessionRow.backend_cookies),
    (KeptForm.id, KeptForm.fields),
    (StoredContent.id, StoredContent.sealed),
    (UploadRow.id, UploadRow.content),
    (UploadRow.id, UploadRow.opened),
)


def rotate(engine: Engine, vault: Vault) -> tuple[int, int]:
    """How many values are under the newest key now, and how many no key opens: those stay as they are."""
    done = lost = 0
    with writing(engine) as db:
        for key, column in _SEALED:
            for row_id in db.scalars(select(key).where(column.is_not(None))).all():
                sealed = db.scalars(select(column).where(key == row_id)).one()  # one by one: a file may be large
                resealed = vault.reseal(sealed) if sealed else None
                if resealed is None:
                    lost += 1
                    continue
                db.execute(update(column.class_).where(key == row_id).values({column: resealed}))
                done += 1
    return done, lost
