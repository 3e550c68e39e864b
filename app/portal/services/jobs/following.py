"""Following the devices that jobs rebooted, until the platform reports them back."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.domain.jobs import ItemReason
from app.portal.domain.refs import GroupRef
from app.portal.services.devices.service import Devices
from app.portal.services.jobs.worker import OwnerCannotContinue
from app.portal.store.jobs.outcomes import JobOutcomes
from app.portal.store.jobs.reboots import RebootLook, RebootWatches, WatchedDevice
from app.portal.store.jobs.tables import Job

log = logging.getLogger(__name__)

_ONLINE = "Online"
_READ_ONE_BY_ONE = 3  # more devices of a group are looked up in its list, which is one call


class RebootFollower:
    """`open_devices` gives the devices as a job's owner reaches them; it raises OwnerCannotContinue and ApiError.

    `patience`: seconds after a reboot in which its device is to come back.
    """

    def __init__(
        self,
        watches: RebootWatches,
        outcomes: JobOutcomes,
        open_devices: Callable[[Job, GroupRef], Devices],
        patience: float,
        now: Callable[[], datetime],
    ) -> None:
        self._watches = watches
        self._outcomes = outcomes
        self._open_devices = open_devices
        self._patience = patience
        self._now = now

    def look_at_next(self) -> bool:
        """Look at devices whose turn it is; return False if there are none."""
        look = self._watches.take() if self._watches.has_due() else None
        if look is None:
            return False
        why_unread = ""
        statuses: Mapping[str, str] = {}  # there may be an answer next time
        try:
            statuses = self._read(look)
        except OwnerCannotContinue as stop:
            why_unread = f"{stop}".strip() or "The session of who started the job has ended."
        except ApiError as error:
            log.info("the status of rebooted devices could not be read: %s", error)
        now = self._watches.now()
        for device in look.devices:
            self._judge(device, statuses.get(device.name), now, why_unread)
        self._outcomes.settle(look.job.id, self._now())
        return True

    def _read(self, look: RebootLook) -> Mapping[str, str]:
        """Return the status by name, of the devices that the platform tells of."""
        devices = self._open_devices(look.job, look.group)
        if len(look.devices) <= _READ_ONE_BY_ONE:
            return _read_details(devices, look.group, look.devices)
        reading = devices.list(look.group)
        if reading.table is None or reading.as_of is None:
            return {}
        as_of = reading.as_of.timestamp()
        statuses = {row.device_name: row.status for row in reading.table.rows}
        return {
            device.name: statuses[device.name]
            for device in look.devices
            if device.asked_at <= as_of and device.name in statuses
        }

    def _judge(self, device: WatchedDevice, status: str | None, now: float, why_unread: str) -> None:
        waited = now - device.asked_at
        has_left = not device.was_online or device.away_at is not None
        if status == _ONLINE and has_left:
            self._watches.end(device, ItemReason.BACK_ONLINE, {"seconds": round(waited)})
        elif status is not None and status != _ONLINE and device.away_at is None:
            self._watches.keep_away(device, now)
        elif waited < self._patience:
            return
        elif status is None:
            self._watches.end(device, ItemReason.NO_STATUS, {"words": f"{why_unread} " if why_unread else ""})
        elif has_left:
            self._watches.end(device, ItemReason.NOT_BACK, {"status": status})
        else:
            self._watches.end(device, ItemReason.NO_CHANGE, {})


def _read_details(devices: Devices, group: GroupRef, watched: Sequence[WatchedDevice]) -> Mapping[str, str]:
    statuses = {}
    for device in watched:
        try:
            statuses[device.name] = devices.get(group, device.name).status
        except ApiNotFound:
            continue  # it is gone
    return statuses
