"""Reboot."""

from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.domain.refs import GroupRef
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
        group = GroupRef(item.tenant_id, item.group_id)
        device = self._devices.get(group, item.device_name)
        if not self._devices.can_reboot(device.device_type):
            words = f"Devices of the type {device.device_type} cannot be rebooted."
            return Preview(verdict=Verdict.REFUSED, reason=ItemReason.UNSUPPORTED, params={"words": words})
        return Preview(
            verdict=Verdict.CHANGE,
            people=count_people(self._lines, group, item.device_name),
            opened={"status": device.status},
        )

    def carry_out(self, item: JobItem) -> bool:
        """Leave out a reboot that follows a change where the type has none: only the change was asked for."""
        group = GroupRef(item.tenant_id, item.group_id)
        if item.part and not self._devices.can_reboot(self._devices.get(group, item.device_name).device_type):
            return False
        self._devices.reboot(group, item.device_name)
        return True
