"""Set or clear the same fields of each device."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.masking import MASK
from app.portal.domain.audit import Action
from app.portal.domain.jobs import ItemReason, Verdict
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice
from app.portal.services.changes.executor import EditConflict
from app.portal.services.devices.history import DeviceHistory
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.devices.type_rules import find_incomplete_credentials, find_missing, find_needless
from app.portal.services.jobs.acts.meanwhile import explain_change
from app.portal.services.jobs.acts.people import count_people
from app.portal.services.lines.service import Lines
from app.portal.services.masking import SECRETS, omit_secrets
from app.portal.services.parts import read_part
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem

Values = Mapping[str, Any]


class EditAct:
    """`wanted` are the values of the fields to set, by name; "" and None of those to clear."""

    def __init__(
        self, devices: Devices, lines: Lines, phone_types: PhoneTypes, history: DeviceHistory, wanted: Values
    ) -> None:
        self._devices = devices
        self._lines = lines
        self._phone_types = phone_types
        self._history = history
        self._wanted = wanted

    def preview(self, item: JobItem) -> Preview:
        group = item.group
        device = self._devices.get(group, item.device_name)
        changed = {
            name: value for name, value in self._wanted.items() if name in SECRETS or getattr(device, name) != value
        }
        if not changed:
            return Preview(verdict=Verdict.UNCHANGED, reason=ItemReason.UNCHANGED)
        changes = [(EDITABLE_FIELDS[name].label, *_to_words(name, device, value)) for name, value in changed.items()]
        if errors := list(self._find_errors(device, changed)):
            params = {"words": " ".join(errors)}
            return Preview(verdict=Verdict.REFUSED, changes=changes, reason=ItemReason.UNSUPPORTED, params=params)
        needs_reboot = any(EDITABLE_FIELDS[name].needs_reboot for name in changed)
        return Preview(
            verdict=Verdict.CHANGE,
            changes=changes,
            opened={name: getattr(device, name) for name in omit_secrets(changed)},
            people=count_people(self._lines, group, item.device_name) if needs_reboot else None,
        )

    def carry_out(self, item: JobItem) -> bool:
        group, opened = item.group, item.seen["opened"]
        wanted = {name: value for name, value in self._wanted.items() if name in opened or name in SECRETS}
        try:
            return self._devices.update(group, item.device_name, opened, wanted) is not None
        except EditConflict as conflict:
            raise explain_change(self._history, item, Action.EDIT) from conflict

    def _find_errors(self, device: AccessDevice, changed: Values) -> Iterator[str]:
        """Yield why the device cannot have these values, as far as the rules of its type are known."""
        phone_type = (read_part(self._phone_types.by_name).value or {}).get(device.device_type)
        added = {name: value for name, value in changed.items() if not getattr(device, name, None)}
        errors = find_needless(added, phone_type)
        for name, value in changed.items():
            if value in ("", None) and (error := find_missing(EDITABLE_FIELDS[name], phone_type)):
                errors[name] = error
        before = {name: getattr(device, name) for name in omit_secrets(EDITABLE_FIELDS)}
        for name, error in (errors or find_incomplete_credentials(changed, before)).items():
            yield f"{EDITABLE_FIELDS[name].label}: {error}"


def _to_words(name: str, device: AccessDevice, value: Any) -> tuple[str, str]:
    """Return the value of a field before and after, as people see it."""
    if name in SECRETS:
        return MASK, MASK
    field = EDITABLE_FIELDS[name]
    return field.to_words(getattr(device, name)), field.to_words(value)
