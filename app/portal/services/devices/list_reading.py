"""A device list as a page gets it: with its age and, where the platform is being asked or fails, with that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiPageAnswer, ApiUnavailable
from app.portal.api.stored_errors import from_json, seconds_to_wait
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceList, AccessDeviceRow
from app.portal.services.devices.list_copies import ListCopy
from app.portal.services.devices.table import DeviceTable
from app.portal.services.paths import devices_path
from app.portal.store.device_lists import ListHead

_RETRIES = (5, 10, 20, 30, 60)  # seconds after the first failure, the second, …
_REFUSAL_HOLDS = 15  # seconds, more than a page that asks again lets pass


@dataclass(frozen=True)
class ListReader:
    """A person who asks for lists, with the session at the platform; seconds that the platform is given for a list."""

    client: ApiClient
    username: str
    session_id: int
    timeout: float

    @property
    def api(self) -> ApiClient:
        """Return a client for calls that outlive the request."""
        return self.client.detach()

    def read(self, group: GroupRef) -> Sequence[AccessDeviceRow]:
        return self.client.detach(self.timeout).get(devices_path(group), AccessDeviceList).access_devices


@dataclass(frozen=True, kw_only=True)
class DeviceListReading:
    """`table` and `as_of` are None while there is no list that this person may be shown.

    Seconds: `age`, `asked_for` since the platform is being asked (None: it is not), `usual` time that it takes for
    so many `devices`, `retry_in` until it is asked again after a `failure`, the last of so many `failures`.
    """

    now: datetime
    table: DeviceTable | None = None
    as_of: datetime | None = None
    age: float = 0.0
    asked_for: float | None = None
    usual: float | None = None
    devices: int = 0
    failure: ApiUnavailable | None = None
    failures: int = 0
    retry_in: float = 0.0

    @property
    def is_asked(self) -> bool:
        """True while a list may come: the platform is being asked for it, or whether it may be shown."""
        return self.asked_for is not None or (self.table is None and self.failure is None)

    @property
    def rows(self) -> Sequence[AccessDeviceRow]:
        return self.table.rows if self.table else ()


def raise_refusal(head: ListHead) -> None:
    """Raise what the platform answered last, if it does not let this session see the group."""
    if head.error and head.confirmed_at is None and head.now - head.answered_at < _REFUSAL_HOLDS:
        error = from_json(head.error)
        if not is_silence(error):
            raise error


def is_silence(error: ApiError) -> bool:
    """Return True if the platform gave no answer, to whomever; a page for people may mean that the session is over."""
    return isinstance(error, ApiUnavailable) and not isinstance(error, ApiPageAnswer)


def is_visible(head: ListHead, recheck: timedelta) -> bool:
    """Return True if the platform let this session see the group lately, or did so before it fell silent."""
    if head.as_of is None or head.confirmed_at is None:
        return False
    return head.error is not None or head.now - head.confirmed_at <= recheck.total_seconds()


def retry_in(head: ListHead) -> float:
    """Return the seconds until the platform may be asked again after a failure; 0 if now."""
    if not head.failure or head.failed_at is None:
        return 0.0
    pause = seconds_to_wait(from_json(head.failure)) or _RETRIES[min(head.failures, len(_RETRIES)) - 1]
    return max(0.0, head.failed_at + pause - head.now)


def is_asked_to_wait(head: ListHead) -> bool:
    """Return True while the platform does not want to be asked."""
    return bool(head.failure and seconds_to_wait(from_json(head.failure))) and retry_in(head) > 0


def to_reading(head: ListHead, copy: ListCopy | None) -> DeviceListReading:
    failure: ApiError | None = from_json(head.failure) if head.failure else None
    return DeviceListReading(
        now=datetime.fromtimestamp(head.now, UTC),
        table=copy.table if copy else None,
        as_of=datetime.fromtimestamp(copy.as_of, UTC) if copy else None,
        age=max(0.0, head.now - copy.as_of) if copy else 0.0,
        asked_for=None if head.lease_since is None else max(0.0, head.now - head.lease_since),
        usual=head.took,
        devices=head.devices,
        failure=failure if isinstance(failure, ApiUnavailable) else None,
        failures=head.failures,
        retry_in=retry_in(head),
    )
