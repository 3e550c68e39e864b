"""Access devices: the list as a snapshot, one device in full, and what can be done to it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiAlreadyExists, ApiError, ApiNotFound
from app.portal.models.access_device import AccessDevice, AccessDevices, wire_names
from app.portal.places import Place
from app.portal.services.changes import ChangedMeanwhileError, Done, Door
from app.portal.services.device_table import DeviceTable
from app.portal.services.masking import SECRETS, masked, readable
from app.portal.services.paths import devices_path
from app.portal.services.settling import Settling
from app.portal.services.snapshots import Snapshot, Snapshots
from app.portal.store.ledger import Action, Intent, Ledger

Fields = Mapping[str, Any]


class Devices:
    """The devices one person can reach. Fields are named as in AccessDevice, and `password` beside them."""

    def __init__(
        self,
        api: ApiClient,
        door: Door,
        settling: Settling,
        ledger: Ledger,
        snapshots: Snapshots[DeviceTable],
        username: str,
    ) -> None:
        self._api = api
        self._door = door
        self._settling = settling
        self._ledger = ledger
        self._snapshots = snapshots
        self._username = username

    def list(self, place: Place, newer_than: datetime | None = None) -> Snapshot[DeviceTable]:
        """May be some seconds old, but never older than a write through this portal."""
        return self._snapshots.get(self._username, place, lambda: self._read_list(place), newer_than)

    def places_at_hand(self) -> Collection[Place]:
        """Whose lists were read lately; they may be out of date."""
        return self._snapshots.places(self._username)

    def get(self, place: Place, name: str) -> AccessDevice:
        """The device, under the name it was asked for: not every backend repeats that."""
        try:
            read = self._api.get(devices_path(place, name), AccessDevice)
        except ApiNotFound as error:
            self._settling.saw_no_device(place, name, partial(self._is_gone, place, name, error))
            raise
        device = msgspec.structs.replace(read, device_name=name)
        self._settling.saw_device(place, name, device)
        return device

    def create(self, place: Place, fields: Fields) -> Done[AccessDevice]:
        """Raises ApiAlreadyExists, ApiInvalid, AnswerLostError."""
        fields = {key: value for key, value in fields.items() if value not in ("", None)}
        name = fields["device_name"]
        intent = Intent(Action.CREATE, place, name, before={}, after=masked(fields))
        try:
            return self._door.write(
                intent,
                lambda: self._api.post(devices_path(place), wire_names(fields), type=AccessDevice),
                recheck=lambda: self._must_not_exist(place, name),
                look=lambda: self._looks_like(place, name, fields),
            )
        except ApiAlreadyExists:
            # The second click of a double click is not told that its own device is in the way.
            if self._door.just_did(intent) and self._looks_like(place, name, fields):
                return Done(self.get(place, name))
            raise

    def update(self, place: Place, name: str, opened: Fields, wanted: Fields) -> Done[AccessDevice] | None:
        """Send what differs from the device as it was opened; None where nothing does.

        Raises ChangedMeanwhileError where anybody changed what was opened, ApiAlreadyExists, ApiInvalid,
        AnswerLostError.
        """
        changed = {key: value for key, value in wanted.items() if key in SECRETS or value != opened[key]}
        if not changed:
            return None
        before = {key: opened[key] for key in changed if key in opened}
        return self._door.write(
            Intent(Action.EDIT, place, name, before=before, after=masked(changed)),
            lambda: self._api.put(devices_path(place, name), wire_names(changed), type=AccessDevice),
            recheck=lambda: self._must_be(place, name, opened),
            look=lambda: self._looks_like(place, name, changed),
        )

    def delete(self, place: Place, name: str) -> Done[None]:
        """Raises ApiNotFound, ApiInUse where users are connected, AnswerLostError."""
        return self._door.write(
            Intent(Action.DELETE, place, name, before={"device_name": name}, after={}),
            lambda: self._api.delete(devices_path(place, name)),
            recheck=lambda: self.get(place, name),
            look=lambda: self._was_deleted(place, name),
        )

    def reboot(self, place: Place, name: str) -> Done[None]:
        """Ask the device to reboot. Raises ApiNotFound, ApiUnsupported, AnswerLostError."""
        status = self.get(place, name).status
        return self._door.write(
            Intent(Action.REBOOT, place, name, before={"status": status}, after={}),
            lambda: self._api.put(devices_path(place, name, "reboot_phone"), {}),
            recheck=lambda: None,
            look=lambda: None,  # a device that answers again looks like one that never left
        )

    def _read_list(self, place: Place) -> DeviceTable:
        rows = self._api.get(devices_path(place), AccessDevices).access_devices
        # Kept as long as the rows: each outcome raises the version of the list.
        return DeviceTable(rows, self._ledger.not_rebooted(place))

    def _must_not_exist(self, place: Place, name: str) -> None:
        if self._exists(place, name):
            raise ApiAlreadyExists("deviceName: there is a device of this name in this group already")

    def _must_be(self, place: Place, name: str, opened: Fields) -> None:
        now = self.get(place, name)
        if any(getattr(now, key) != value for key, value in opened.items()):
            raise ChangedMeanwhileError(now)

    def _exists(self, place: Place, name: str) -> bool:
        try:
            self.get(place, name)
        except ApiNotFound:
            return False
        return True

    def _was_deleted(self, place: Place, name: str) -> bool | None:
        try:
            self.get(place, name)
        except ApiNotFound as error:
            return self._is_gone(place, name, error) or None
        return False

    def _is_gone(self, place: Place, name: str, missing: ApiNotFound) -> bool:
        """Whether it is missing from its group, which can be read.

        A 404 alone may come from something on the way to the backend, or mean that the group is out of reach now.
        """
        if not missing.said:
            return False
        try:
            rows = self._api.get(devices_path(place), AccessDevices).access_devices
        except ApiError:
            return False
        return name not in {row.device_name for row in rows}

    def _looks_like(self, place: Place, name: str, fields: Fields) -> bool | None:
        """Whether the device carries these fields; None where only secrets were sent, which nobody can read.

        None too where a 404 need not mean that there is no such device.
        """
        try:
            now = self.get(place, name)
        except ApiNotFound as error:
            return False if self._is_gone(place, name, error) else None
        shown = readable(fields)
        return all(getattr(now, key) == value for key, value in shown.items()) if shown else None
