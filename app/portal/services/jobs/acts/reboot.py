"""Reboot."""

from app.portal.api.errors import ApiUnsupported
from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.services.devices.service import Devices
from app.portal.services.jobs.acts.people import count_people
from app.portal.services.lines.service import Lines
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem


class RebootAct:
    def __init__(self, devices: Devices, lines: Lines) -> None:
        self._devices = devices
        self._lines = lines

    def preview(self, item: JobItem) -> Preview:
        group = item.group
        device = self._devices.get(group, item.device_name)
        if not self._devices.can_reboot(device.device_type):
            params = {"words": _cannot_reboot(device.device_type)}
            return Preview(verdict=Verdict.REFUSED, reason=ItemReason.UNSUPPORTED, params=params)
        return Preview(
            verdict=Verdict.CHANGE,
            people=count_people(self._lines, group, item.device_name),
            opened={"status": device.status},
        )

    def carry_out(self, item: JobItem) -> bool:
        """Leave out a reboot that follows a change where the type has none: only the change was asked for."""
        group = item.group
        device_type = self._devices.get(group, item.device_name).device_type
        if self._devices.can_reboot(device_type):
            self._devices.reboot(group, item.device_name)
            return True
        if item.part:
            return False
        raise ApiUnsupported(_cannot_reboot(device_type))


def _cannot_reboot(device_type: str) -> str:
    return f"Devices of the type {device_type} cannot be rebooted."
