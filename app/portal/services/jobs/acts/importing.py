"""A row of an imported sheet: a new device, or changes of one that there is."""

from typing import Any

from app.portal.domain.audit import Action
from app.portal.domain.jobs import Verdict
from app.portal.services.devices.history import DeviceHistory
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.imports.previews import from_plan, to_preview
from app.portal.services.imports.rules import CheckedRow, ImportRules
from app.portal.services.jobs.acts.act import ItemChanged
from app.portal.services.jobs.acts.meanwhile import explain_change
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem


class ImportAct:
    """The rows themselves are checked where the sheet is read: here, those whose devices must be read for it."""

    def __init__(self, devices: Devices, phone_types: PhoneTypes, history: DeviceHistory) -> None:
        self._devices = devices
        self._phone_types = phone_types
        self._history = history

    def preview(self, item: JobItem) -> Preview:
        preview = to_preview(self._check(item))
        if preview is None:
            raise TypeError("a device that was read in full tells all that a row is compared with")
        return preview

    def carry_out(self, item: JobItem) -> bool:
        group, name = item.group, item.device_name
        checked = self._check(item)
        if item.verdict == Verdict.NEW:
            if checked.errors:  # the type is no longer what it was
                raise ItemChanged
            self._devices.create(group, checked.values)
            return True
        opened: dict[str, Any] = item.seen["opened"]
        is_changed = any(checked.before.get(field, value) != value for field, value in opened.items())
        if is_changed or checked.errors:
            raise explain_change(self._history, item, Action.EDIT)
        return self._devices.update(group, name, opened, checked.values) is not None

    def _check(self, item: JobItem) -> CheckedRow:
        group = item.group
        rules = ImportRules(group, (), self._phone_types.by_name())
        row = from_plan(item.row or 0, item.plan or {})
        if item.verdict == Verdict.NEW:
            return rules.check(row)
        return rules.check_with(row, self._devices.get(group, item.device_name))
