"""Access devices: the cached list of a group, one device in full, and the changes of one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiAlreadyExists, ApiError, ApiInUse, ApiNotFound, ApiUnsupported
from app.portal.domain.audit import Action, Intent
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import EDITABLE_FIELDS, AccessDevice, AccessDeviceList, AccessDeviceRow, to_api
from app.portal.services.changes.executor import ChangeExecutor, Done, EditConflict, log_database_errors
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.devices.list_cache import DeviceListCache
from app.portal.services.devices.list_reading import DeviceListReading, ListReader
from app.portal.services.devices.list_rows import to_row_fields
from app.portal.services.devices.table import DeviceTable
from app.portal.services.index.feed import IndexFeed
from app.portal.services.masking import SECRETS, mask_secrets, omit_secrets
from app.portal.services.paths import devices_path
from app.portal.store.list_patches import DevicePatch, StaleList
from app.portal.store.platform_limits import Operation, PlatformLimits

Fields = Mapping[str, Any]


class Devices:
    """The devices that one person can reach. Fields go by their names in DEVICE_FIELDS."""

    def __init__(
        self,
        api: ApiClient,
        executor: ChangeExecutor,
        reconciler: Reconciler,
        lists: DeviceListCache,
        reader: ListReader,
        limits: PlatformLimits,
        index: IndexFeed,
        now: Callable[[], datetime],
    ) -> None:
        self._api = api
        self._executor = executor
        self._reconciler = reconciler
        self._lists = lists
        self._reader = reader
        self._limits = limits
        self._index = index
        self._now = now

    def list(
        self,
        group: GroupRef,
        newer_than: datetime | None = None,
        *,
        waits: bool = True,
        retries: bool = False,
        refreshes: bool = True,
    ) -> DeviceListReading:
        """Return the list as far as it is there, with all changes made through this portal: see `DeviceListCache`."""
        return self._lists.read(
            self._reader, group, newer_than=newer_than, waits=waits, retries=retries, refreshes=refreshes
        )

    def read_list(self, group: GroupRef) -> Sequence[AccessDeviceRow]:
        """Return the list as the platform has it now, which takes as long as it takes."""
        return self._reader.read(group)

    def peek_list(self, group: GroupRef) -> DeviceTable | None:
        """Return the list as it is cached, for a page that has just read a device of the group."""
        return self._lists.peek(self._reader, group)

    def has_seen(self, group: GroupRef) -> bool:
        """Return True if this session was shown the group's list, of which the platform is not asked again."""
        return self._lists.has_seen(self._reader, group)

    def cached_groups(self, tenant_id: str) -> Collection[GroupRef]:
        """Return the groups whose lists are cached; they may be out of date."""
        return self._lists.list_groups(tenant_id)

    def get(self, group: GroupRef, name: str) -> AccessDevice:
        """Return the device under the name in its URL: not every backend repeats that."""
        try:
            answer = self._api.get(devices_path(group, name), AccessDevice)
        except ApiNotFound as error:
            self._reconciler.observe_missing_device(group, name, partial(self._is_gone, group, name, error))
            if error.messages:  # the platform's own answer; the next list brings back what is there after all
                self._index.forget_device(group, name)
            raise
        device = msgspec.structs.replace(answer, device_name=name)
        self._reconciler.observe_device(group, name, device)
        self._index.add_device(group, name, device)
        return device

    def create(self, group: GroupRef, fields: Fields) -> Done[AccessDevice]:
        """Raise ApiAlreadyExists, ApiInvalid, OutcomeUnknown."""
        fields = {key: value for key, value in fields.items() if value not in ("", None)}
        name = fields["device_name"]
        intent = Intent(Action.CREATE, group, name, before={}, after=mask_secrets(fields))
        patch = DevicePatch(group, name, to_row_fields(fields, None))
        done = self._executor.execute(
            intent,
            lambda: _complete(patch, fields, self._api.post(devices_path(group), to_api(fields), type=AccessDevice)),
            recheck=lambda: self._must_not_exist(group, name),
            look=lambda: self._looks_like(group, name, fields),
            contradiction=(
                ApiAlreadyExists,
                lambda: self._exists(group, name) and self._looks_like(group, name, fields),
            ),
            part=patch,
        )
        if done.answer and done.answer.device_type:  # else the next list shows it
            self._index.add_device(group, name, msgspec.structs.replace(done.answer, device_name=name))
        return done

    def update(self, group: GroupRef, name: str, opened: Fields, wanted: Fields) -> Done[AccessDevice] | None:
        """Send what differs from the device as it was opened; return None where nothing does.

        Raise EditConflict where anybody changed what was opened, ApiAlreadyExists, ApiInvalid, OutcomeUnknown.
        """
        changed = {key: value for key, value in wanted.items() if key in SECRETS or value != opened[key]}
        if not changed:
            return None
        before = {key: opened[key] for key in changed if key in opened}
        needs_reboot = any(EDITABLE_FIELDS[key].needs_reboot for key in changed)
        patch = DevicePatch(group, name, to_row_fields(changed, None))
        checked: list[AccessDevice] = []
        done = self._executor.execute(
            Intent(Action.EDIT, group, name, before, mask_secrets(changed), needs_reboot),
            lambda: _complete(
                patch, changed, self._api.put(devices_path(group, name), to_api(changed), type=AccessDevice)
            ),
            recheck=lambda: checked.append(self._must_be(group, name, opened)),
            look=lambda: self._looks_like(group, name, changed),
            part=patch,
        )
        for device in checked:
            self._index.add_device(group, name, msgspec.structs.replace(device, **omit_secrets(changed)))
        return done

    def delete(
        self, group: GroupRef, name: str, recheck: Callable[[AccessDevice], object] = lambda _device: None
    ) -> Done[None]:
        """Raise ApiNotFound, ApiInUse where users are connected, OutcomeUnknown.

        `recheck` sees the device right before, and raises if it must not be deleted.
        """
        try:
            done: Done[None] = self._executor.execute(
                Intent(Action.DELETE, group, name, before={"device_name": name}, after={}),
                lambda: self._api.delete(devices_path(group, name)),
                recheck=lambda: recheck(self.get(group, name)),
                look=lambda: self._was_deleted(group, name),
                contradiction=(ApiNotFound, lambda: self._was_deleted(group, name)),
                part=DevicePatch(group, name, None),
            )
        except ApiInUse:
            self._learn(Operation.DELETE_IN_USE)
            raise
        self._index.forget_device(group, name)
        return done

    def can_delete_in_use(self) -> bool:
        """Return False if the platform has refused to delete a device that people are assigned to."""
        return not self._limits.has(Operation.DELETE_IN_USE)

    def was_deleted_before(self, group: GroupRef, name: str) -> bool:
        """Return True if the form of this request deleted the device when it was sent before."""
        return self._executor.was_applied_before(Action.DELETE, group, name)

    def reboot(self, group: GroupRef, name: str) -> Done[None]:
        """Raise ApiNotFound, ApiUnsupported, OutcomeUnknown."""
        device = self.get(group, name)
        try:
            done: Done[None] = self._executor.execute(
                Intent(Action.REBOOT, group, name, before={"status": device.status}, after={}),
                lambda: self._api.put(devices_path(group, name, "reboot_phone"), {}),
                recheck=lambda: None,
                look=lambda: None,  # a device that answers again looks like one that never left
                part=StaleList(group),
            )
        except ApiUnsupported:
            self._learn(Operation.REBOOT, device.device_type)
            raise
        with log_database_errors("what the platform can reboot"):
            if not self.can_reboot(device.device_type):
                self._limits.forget(Operation.REBOOT, device.device_type)
        return done

    def can_reboot(self, device_type: str) -> bool:
        """Return False if the platform has answered that devices of this type cannot be rebooted."""
        return not self._limits.has(Operation.REBOOT, device_type)

    def _learn(self, operation: Operation, device_type: str = "") -> None:
        with log_database_errors("what the platform refuses"):
            self._limits.learn(operation, self._now(), device_type)

    def _must_not_exist(self, group: GroupRef, name: str) -> None:
        if self._exists(group, name):
            raise ApiAlreadyExists("deviceName: a device with this name already exists in this group")

    def _must_be(self, group: GroupRef, name: str, opened: Fields) -> AccessDevice:
        now = self.get(group, name)
        if any(getattr(now, key) != value for key, value in opened.items()):
            raise EditConflict(now)
        return now

    def _exists(self, group: GroupRef, name: str) -> bool:
        try:
            self.get(group, name)
        except ApiNotFound:
            return False
        return True

    def _was_deleted(self, group: GroupRef, name: str) -> bool | None:
        try:
            self.get(group, name)
        except ApiNotFound as error:
            return self._is_gone(group, name, error) or None
        return False

    def _is_gone(self, group: GroupRef, name: str, missing: ApiNotFound) -> bool:
        """Return True if the device is missing from the list of its group, and that could be read.

        A 404 alone may come from something on the way to the backend, or mean that the group is out of reach now.
        """
        if not missing.messages:
            return False
        try:
            rows = self._api.get(devices_path(group), AccessDeviceList).access_devices
        except ApiError:
            return False
        return name not in {row.device_name for row in rows}

    def _looks_like(self, group: GroupRef, name: str, fields: Fields) -> bool | None:
        """Return True if the device has these values; None where no reading tells.

        That is where only secrets were sent, or where a 404 need not mean that there is no such device.
        """
        try:
            now = self.get(group, name)
        except ApiNotFound as error:
            return False if self._is_gone(group, name, error) else None
        values = omit_secrets(fields)
        return all(getattr(now, name) == value for name, value in values.items()) if values else None


def _complete(patch: DevicePatch, sent: Fields, answer: AccessDevice | None) -> AccessDevice | None:
    """Return the answer of a write, which the list shows from now on."""
    patch.fields = to_row_fields(sent, answer)
    return answer
