"""Rounds over all groups that the service account sees. They fill the index with what no page has read."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import partial

from app.portal.api.errors import ApiError, ApiNotFound
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import UserLevel
from app.portal.models.access_device import AccessDeviceList
from app.portal.models.directory import GroupList, TenantList
from app.portal.models.end_point import EndPointList
from app.portal.services.backend_check import describe_error
from app.portal.services.directory import TENANTS_PATH, end_points_path, groups_path
from app.portal.services.index.conversion import to_listed, to_person
from app.portal.services.index.device_round import DeviceRounds
from app.portal.services.index.round_calls import RoundCalls, RoundPaused
from app.portal.services.paths import devices_path
from app.portal.store.index.recording import IndexRecorder
from app.portal.store.index.rounds import DeviceBatch, DeviceRound, RoundStore

log = logging.getLogger(__name__)

_IDLE = 60.0  # seconds, until something else may be due
_MOST_TRIED = 1_000  # devices of a group that are left out when others are looked for
_NO_DIRECTORY = 600.0  # seconds


class IndexRounds:
    """One call after the other, which the calls themselves pace. What was not read is read by a later round.

    `every` are the seconds from the beginning of a round to that of the next.
    """

    def __init__(self, calls: RoundCalls, store: RoundStore, recorder: IndexRecorder, every: float) -> None:
        self._calls = calls
        self._store = store
        self._recorder = recorder
        self._every = every
        self._devices = DeviceRounds(calls, recorder)
        self._tenant_names: dict[str, str] = {}
        self._tried: Mapping[DeviceRound, defaultdict[GroupRef, set[str]]] = {
            kind: defaultdict(set) for kind in DeviceRound
        }  # names of devices, read or not

    def run(self) -> float:
        """Read all that is due. Return the seconds until more may be. Raises RoundPaused."""
        while True:
            left = self._store.begin(self._calls.account.username)
            if left is None:
                self._read_all_lists()
            elif not self._read_devices():
                for tried in self._tried.values():
                    tried.clear()
                return min(left, _IDLE)

    def _read_all_lists(self) -> None:
        self._read_tenants()
        while target := self._store.next_target():
            read = self._read_group if target.group_id else self._read_groups
            try:
                read(target)
            except RoundPaused as pause:
                self._store.record_try(target, str(pause))  # another one comes first after the pause
                raise
            except ApiError as error:
                self._record_failure(target, error)
        self._store.end(self._every)
        log.info("index round: the lists of all groups are read")

    def _read_tenants(self) -> None:
        identity = self._calls.identity()
        own = GroupRef(identity.ids.tenant_id or "", identity.ids.group_id or "")
        if identity.level is UserLevel.SYSTEM_ADMIN:
            try:
                self._calls.read(lambda api: api.get(TENANTS_PATH, TenantList), self._record_tenants)
            except ApiError as error:
                raise RoundPaused(f"the platform lists no tenants: {describe_error(error)}", _NO_DIRECTORY) from error
        elif identity.level is UserLevel.TENANT_ADMIN:
            self._store.set_targets([GroupRef(own.tenant_id, "")])
        else:
            self._store.set_targets([own], within=own.tenant_id)

    def _record_tenants(self, answer: TenantList, _age: float) -> None:
        self._tenant_names = {tenant.tenant_id: tenant.name for tenant in answer.tenants if not tenant.problems}
        targets = [GroupRef(tenant_id, "") for tenant_id in self._tenant_names]
        is_complete = 0 < len(targets) == len(answer.tenants)
        self._forget(self._store.set_targets(targets, is_complete=is_complete))

    def _read_groups(self, tenant: GroupRef) -> None:
        def record(answer: GroupList, _age: float) -> None:
            names = {group.group_id: group.group_name for group in answer.groups if not group.problems}
            tenant_name = self._tenant_names.get(tenant.tenant_id, "")
            self._recorder.record_directory(tenant.tenant_id, tenant_name, names)
            targets = [GroupRef(tenant.tenant_id, group_id) for group_id in names]
            is_complete = len(names) == len(answer.groups)
            self._forget(self._store.set_targets(targets, within=tenant.tenant_id, is_complete=is_complete))
            self._store.record_try(tenant)

        self._calls.read(lambda api: api.get(groups_path(tenant.tenant_id), GroupList), record)

    def _read_group(self, group: GroupRef) -> None:
        def record(answer: AccessDeviceList, age: float) -> None:
            self._recorder.record_list(group, to_listed(answer.access_devices), age)

        self._calls.read_list(lambda api: api.get(devices_path(group), AccessDeviceList), record)
        has_end_points = True
        try:
            self._calls.read_list(
                lambda api: api.get(end_points_path(group), EndPointList), partial(self._record_end_points, group)
            )
        except ApiError:  # a platform without this call may fail instead of refusing it; the next round asks again
            has_end_points = False
        self._store.record_try(group, has_end_points=has_end_points)

    def _record_end_points(self, group: GroupRef, answer: EndPointList, age: float) -> None:
        people = [to_person(point.device_name, point) for point in answer.end_points]
        self._recorder.record_people_of_group(group, people, age)

    def _record_failure(self, target: GroupRef, error: ApiError) -> None:
        if isinstance(error, ApiNotFound) and error.messages:  # the platform itself says that it is gone
            self._forget(self._store.drop_target(target))
            return
        log.warning("index round: %s / %s is passed over: %s", target.tenant_id, target.group_id, error)
        self._store.record_try(target, describe_error(error))

    def _forget(self, groups: Collection[GroupRef]) -> None:
        for group in groups:
            self._recorder.forget_group(group)

    def _read_devices(self) -> bool:
        """Read some devices, people before all else. Return False where nothing is due."""
        for kind in DeviceRound:
            batch = self._store.next_devices(kind, self._tried[kind])
            if batch is not None:
                self._read_batch(kind, batch)
                return True
        return False

    def _read_batch(self, kind: DeviceRound, batch: DeviceBatch) -> None:
        read = self._devices.read_people if kind is DeviceRound.PEOPLE else self._devices.read_details
        tried = self._tried[kind][batch.group]
        if len(tried) > _MOST_TRIED:
            tried.clear()
        for name in batch.names:
            tried.add(name)  # before: if it ends this turn, others come first in the next
            with suppress(ApiError):
                read(batch.group, name)
