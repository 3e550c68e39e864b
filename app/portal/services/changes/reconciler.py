"""Outcomes of writes whose answer was lost: the next reading that can show one records it, once.

A write is open if its answer was lost and a second look told nothing, or if its process was stopped before the answer
came. A reboot and a password stay open for ever: no reading shows them. A write that was not to be seen, and then is
after all, is corrected: it arrived late.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.portal.domain.audit import WRITES, Action, Reason, Result
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDevice
from app.portal.services.masking import omit_secrets
from app.portal.store.audit import AuditLog
from app.portal.store.audit_queries import ChangeWithOutcome
from app.portal.store.tables import Change, Outcome

log = logging.getLogger(__name__)

_MAY_ARRIVE = timedelta(days=1)  # a write that was told not to have arrived, in whatever queue it waits


class Match(Enum):
    """The result of comparing a reading with a write."""

    AS_WANTED = auto()
    AS_BEFORE = auto()
    OTHERWISE = auto()
    NOT_SHOWN = auto()  # this reading does not show it


@dataclass(frozen=True)
class Reading:
    """Fields that were read, under the keys of the audit log. `fields` None: the device does not exist."""

    actions: frozenset[Action]
    fields: Mapping[str, Any] | None
    file_format: str = ""


class Reconciler:
    """Of one request; it asks once per device what is open there."""

    def __init__(self, audit_log: AuditLog, longest_write: timedelta, now: Callable[[], datetime]) -> None:
        self._audit_log = audit_log
        self._longest_write = longest_write
        self._now = now
        self._open: dict[tuple[GroupRef, str], Sequence[ChangeWithOutcome]] = {}

    def observe_device(self, group: GroupRef, device_name: str, device: AccessDevice) -> None:
        fields = {name: getattr(device, name) for name in device.__struct_fields__ if name not in device.problems}
        about = frozenset({Action.CREATE, Action.EDIT, Action.DELETE})
        self._reconcile(group, device_name, Reading(about, fields | {"device_name": device_name}))

    def observe_missing_device(self, group: GroupRef, device_name: str, is_gone: Callable[[], bool]) -> None:
        """`is_gone` costs a call, so it is only asked if a creation or deletion is open."""
        reading = Reading(frozenset({Action.CREATE, Action.DELETE}), None)
        self._reconcile(group, device_name, reading, is_gone)

    def observe_lines(self, group: GroupRef, device_name: str, order: Mapping[str, int | None]) -> None:
        self._reconcile(group, device_name, Reading(frozenset({Action.LINES}), {"order": dict(order)}))

    def observe_file(
        self, group: GroupRef, device_name: str, file_format: str, source: str, sha256: str | None
    ) -> None:
        """`source` is "" where it is not known, `sha256` None where the backend does not show contents."""
        fields = ({"source": source} if source else {}) | ({"sha256": sha256} if sha256 else {})
        self._reconcile(group, device_name, Reading(frozenset({Action.FILE}), fields, file_format))

    def _reconcile(
        self, group: GroupRef, device_name: str, reading: Reading, is_certain: Callable[[], bool] = lambda: True
    ) -> None:
        try:
            rows = [row for row in self._list_open(group, device_name) if row[0].action in reading.actions]
            if rows and is_certain():
                for change, last in rows:  # the newest first: it decides whether an older one can still be told
                    later = self._audit_log.list_changes(group, device_name, *WRITES)
                    self._decide(group, change, last, reading, later)
        except SQLAlchemyError:  # a page must not fail for it, and the next reading shows the same
            log.exception("the outcome of a change of %r could not be recorded", device_name)

    def _list_open(self, group: GroupRef, device_name: str) -> Sequence[ChangeWithOutcome]:
        key = (group, device_name)
        if key not in self._open:
            now = self._now()
            rows = self._audit_log.list_unsettled_writes(group, device_name, undone_since=now - _MAY_ARRIVE)
            over = now - self._longest_write
            self._open[key] = [(change, last) for change, last in rows if last or change.at <= over]
        return self._open[key]

    def _decide(
        self,
        group: GroupRef,
        change: Change,
        last: Outcome | None,
        reading: Reading,
        later: Sequence[ChangeWithOutcome],
    ) -> None:
        if all(other.id != change.id for other, _ in later):
            return  # so many came after it that not all are known here
        others = {
            last.outcome if last else Result.UNKNOWN
            for other, last in later
            if other.id > change.id and _overlaps(change, other)
        }
        if Result.UNKNOWN in others:
            return  # until that one is known
        match = compare(change, reading)
        if last and last.outcome == Result.NOT_APPLIED:
            if match is Match.AS_WANTED and Result.APPLIED not in others:
                self._audit_log.correct(change.id, group, change.device_name, self._now())
        elif Result.APPLIED in others:
            self._record(group, change, Result.UNKNOWN, Reason.CHANGED_AGAIN)
        elif match is Match.AS_WANTED:
            self._record(group, change, Result.APPLIED, Reason.SEEN_DONE)
        elif match is Match.NOT_SHOWN or self._now() - change.at < self._longest_write:
            return  # the backend may still be at it
        elif match is Match.AS_BEFORE:
            self._record(group, change, Result.NOT_APPLIED, Reason.SEEN_UNDONE)
        else:
            self._record(group, change, Result.UNKNOWN, Reason.SEEN_OTHERWISE)

    def _record(self, group: GroupRef, change: Change, result: Result, reason: Reason) -> None:
        self._audit_log.reconcile(change.id, group, self._now(), result, reason)


def compare(change: Change, reading: Reading) -> Match:
    match change.action:
        case Action.DELETE:
            return Match.AS_WANTED if reading.fields is None else Match.AS_BEFORE
        case Action.CREATE if reading.fields is None:
            return Match.AS_BEFORE
        case Action.LINES:
            return _compare_fields(_pick(change.after, "order"), _pick(change.before, "order"), reading)
        case Action.FILE:
            return _compare_file(change, reading)
        case _:
            return _compare_fields(omit_secrets(change.after), omit_secrets(change.before), reading)


def _compare_file(change: Change, reading: Reading) -> Match:
    if change.after.get("file_format") != reading.file_format or reading.fields is None:
        return Match.NOT_SHOWN
    if reading.fields.get("source", "Custom") == "Custom" and "sha256" not in reading.fields:
        return Match.NOT_SHOWN  # one content of its own looks like another where the backend shows none
    keys = tuple(reading.fields)
    wanted, before = (
        _pick(side, *(("source",) if side.get("source") == "Default" and "source" in keys else keys))
        for side in (change.after, change.before)
    )
    return Match.NOT_SHOWN if wanted == before else _compare_fields(wanted, before, reading)


def _compare_fields(wanted: Mapping[str, Any], before: Mapping[str, Any], reading: Reading) -> Match:
    def is_now(side: Mapping[str, Any]) -> bool:
        fields = reading.fields or {}
        return bool(side) and all(fields.get(name) == value for name, value in side.items())

    if not wanted or wanted.keys() - (reading.fields or {}).keys():
        return Match.NOT_SHOWN
    if is_now(wanted):
        return Match.AS_WANTED
    return Match.AS_BEFORE if is_now(before) else Match.OTHERWISE


def _pick(side: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    return {key: side.get(key) for key in keys}


def _overlaps(change: Change, other: Change) -> bool:
    """Return True if a reading cannot tell the outcome of `change` because of what `other` did."""
    if {change.action, other.action} & {Action.CREATE, Action.DELETE}:
        return other.action in {Action.CREATE, Action.DELETE} or (
            change.action == Action.CREATE and other.action == Action.EDIT
        )
    if change.action != other.action:
        return False
    if change.action == Action.FILE:
        return bool(change.after.get("file_format") == other.after.get("file_format"))
    return change.action == Action.LINES or bool(change.after.keys() & other.after.keys())
