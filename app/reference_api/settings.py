"""Settings of the reference API."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from app.config import Settings
from app.database import WITHOUT_TIMEOUTS, DatabaseLimits
from app.disturbance import Disturbance


@dataclass(frozen=True, kw_only=True)
class ReferenceSettings:
    database_url: str
    database_limits: DatabaseLimits = WITHOUT_TIMEOUTS
    reboot_seconds: float = 20
    session_hours: float = 24
    disturbance: Disturbance = field(default_factory=Disturbance)
    requires_slash: bool = True  # at the end of a path
    clock: Callable[[], datetime] | None = None  # aware; None = that of the database

    @classmethod
    def from_settings(cls, settings: Settings) -> "ReferenceSettings":
        return cls(
            database_url=settings.reference_database_url,
            database_limits=settings.database_limits,
            reboot_seconds=settings.reference_reboot_seconds,
            disturbance=Disturbance(settings.reference_delays, *settings.reference_failures),
            requires_slash=settings.reference_slashes == "strict",
        )
