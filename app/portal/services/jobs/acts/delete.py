"""Delete the devices."""

from collections.abc import Mapping
from typing import Any

from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.devices.service import Devices
from app.portal.services.jobs.acts.act import ItemChanged
from app.portal.services.lines.service import Lines
from app.portal.services.parts import read_part
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem

_IN_USE = "This platform does not delete a device that has people assigned. Remove them first."


class DeleteAct:
    def __init__(self, devices: Devices, lines: Lines) -> None:
        self._devices = devices
        self._lines = lines

    def preview(self, item: JobItem) -> Preview:
        group, name = item.group, item.device_name
        device = self._devices.get(group, name)
        lines = read_part(lambda: self._read_lines(group, name)).value
        people = None if lines is None else len(lines)
        if people and not self._devices.can_delete_in_use():
            params = {"words": _IN_USE}
            return Preview(verdict=Verdict.REFUSED, people=people, reason=ItemReason.UNSUPPORTED, params=params)
        return Preview(verdict=Verdict.CHANGE, people=people, opened={**_identify(device), "lines": lines})

    def carry_out(self, item: JobItem) -> bool:
        """Delete only the device that the preview saw, and only while nobody has come onto its lines since."""
        group, name, opened = item.group, item.device_name, item.seen["opened"]

        def recheck(device: AccessDevice) -> None:
            known = opened["lines"]
            if any(opened[key] != value for key, value in _identify(device).items()):
                raise ItemChanged
            if known is not None and set(self._read_lines(group, name)) - set(known):
                raise ItemChanged

        self._devices.delete(group, name, recheck)
        return True

    def _read_lines(self, group: GroupRef, name: str) -> list[str]:
        return [user.line_port for user in self._lines.get(group, name).users]


def _identify(device: AccessDevice) -> Mapping[str, Any]:
    """Return what is another in a new device of the same name."""
    return {"device_type": device.device_type, "mac_address": device.mac_address}
