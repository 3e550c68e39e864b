"""The simulated phone: Offline from the moment a reboot is asked for, Online some seconds later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Reboots:
    clock: Callable[[], datetime]
    lasting: timedelta

    def status(self, stored: str, asked_at: datetime | None) -> str:
        if asked_at is None:
            return stored
        return "Offline" if self.clock() < asked_at + self.lasting else "Online"
