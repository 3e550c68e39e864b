"""Operations that the platform has refused for a reason that holds for the next device too."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, delete, exists, select

from app.database import reading, writing
from app.portal.store.tables import PlatformLimit


class Operation(StrEnum):
    REBOOT = "reboot"  # of devices of one type
    DELETE_IN_USE = "delete in use"  # of devices with people assigned; of all types alike


class PlatformLimits:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def has(self, operation: Operation, device_type: str = "") -> bool:
        limit = exists().where(PlatformLimit.operation == operation, PlatformLimit.device_type == device_type)
        with reading(self._engine) as db:
            return bool(db.scalar(select(limit)))

    def list_types(self, operation: Operation) -> Collection[str]:
        """Return the device types for which the platform refuses it."""
        with reading(self._engine) as db:
            return set(db.scalars(select(PlatformLimit.device_type).where(PlatformLimit.operation == operation)))

    def learn(self, operation: Operation, now: datetime, device_type: str = "") -> None:
        with writing(self._engine) as db:
            db.merge(PlatformLimit(operation=operation, device_type=device_type, learned_at=now))

    def forget(self, operation: Operation, device_type: str = "") -> None:
        """Forget a limit that the platform has no longer."""
        with writing(self._engine) as db:
            db.execute(
                delete(PlatformLimit).where(
                    PlatformLimit.operation == operation, PlatformLimit.device_type == device_type
                )
            )
