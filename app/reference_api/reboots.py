"""The simulated phone: Offline from the moment a reboot is asked for, Online some seconds later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case

from app.reference_api.tables import AccessDevice


@dataclass(frozen=True)
class RebootSimulation:
    clock: Callable[[], datetime]
    duration: timedelta

    def status(self) -> ColumnElement[str]:
        """Return the device's current status as an SQL expression."""
        asked_at = AccessDevice.reboot_asked_at
        is_rebooting = asked_at > self.clock() - self.duration
        return case((asked_at.is_(None), AccessDevice.status), (is_rebooting, "Offline"), else_="Online")
