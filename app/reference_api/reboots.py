"""The simulated phone: Offline from the moment a reboot is asked for, Online some seconds later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case

from app.reference_api.tables import AccessDevice


@dataclass(frozen=True)
class Reboots:
    clock: Callable[[], datetime]
    lasting: timedelta

    def status(self) -> ColumnElement[str]:
        """The status of a device as of now, for the database to tell."""
        asked_at = AccessDevice.reboot_asked_at
        is_away = asked_at > self.clock() - self.lasting
        return case((asked_at.is_(None), AccessDevice.status), (is_away, "Offline"), else_="Online")
