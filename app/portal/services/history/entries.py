"""An entry of the history in words: what was done, to what, what it was before, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.masking import MASK
from app.portal.domain.audit import UNDOABLE, UNDONE, Action, Reason, Result
from app.portal.models.access_device import DEVICE_FIELDS, FIELD_OF_KEY
from app.portal.models.device_field import DeviceField
from app.portal.services.history.words import OUTCOMES, reason_words, unknown_advice, verb
from app.portal.store.audit_queries import ChangeWithOutcome
from app.portal.store.refusals import Repetition
from app.portal.store.tables import Change, Outcome

UNDER_WAY = "under way"


@dataclass(frozen=True)
class FieldDifference:
    """ "" is empty; `before` is None where there is nothing to compare with."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True)
class VersionPair:
    """Two contents of a config file that can be laid side by side; "default" is its type's."""

    file_format: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    id: int
    at: datetime
    who: str
    role: str
    address: str
    action: str
    words: str
    tenant_id: str
    group_id: str
    device_name: str
    differences: Sequence[FieldDifference]
    versions: VersionPair | None
    said: Sequence[str]
    outcome: str  # a Result, or UNDER_WAY
    request_id: str
    note: str
    repetition: Repetition | None  # of a refusal
    can_undo: bool  # as far as the entry tells; whether anything is left to undo, the present state tells

    @property
    def outcome_words(self) -> str:
        return OUTCOMES.get(self.outcome, "In progress")


def describe_entry(
    row: ChangeWithOutcome, now: datetime, longest_write: timedelta, repetition: Repetition | None = None
) -> Entry:
    """A write is under way for `longest_write` at most."""
    change, last = row
    result = _result(change, last, now, longest_write)
    return Entry(
        id=change.id,
        at=change.at,
        who=change.username,
        role=change.role,
        address=change.address,
        action=change.action,
        words=verb(change.action, change.after, is_done=result == Result.APPLIED),
        tenant_id=change.tenant_id,
        group_id=change.group_id,
        device_name=change.device_name,
        differences=_differences(change),
        versions=_versions(change, result),
        said=[*_said(change, last, result), *_name_account(change)],
        outcome=result,
        request_id=change.request_id,
        note=change.note or "",
        repetition=repetition,
        can_undo=result == Result.APPLIED and change.action in UNDOABLE and bool(change.before),
    )


def csv_row(entry: Entry) -> Sequence[str | datetime]:
    """Return the cells under CSV_HEAD."""
    changes = (f"{difference.label}: {_arrow(difference)}" for difference in entry.differences)
    return (
        entry.at,
        entry.who,
        entry.role,
        entry.address,
        entry.words,
        entry.tenant_id,
        entry.group_id,
        entry.device_name,
        "; ".join(changes),
        entry.outcome_words,
        " ".join([*entry.said, *_repeated(entry.repetition)]),
        entry.note,
        entry.request_id,
    )


def _repeated(repetition: Repetition | None) -> Sequence[str]:
    if repetition is None:
        return []
    return [f"Tried {repetition.count + 1} times, last at {repetition.last_at:%Y-%m-%d %H:%M:%S} UTC."]


def _arrow(difference: FieldDifference) -> str:
    after = difference.after or "(empty)"
    return after if difference.before is None else f"{difference.before or '(empty)'} → {after}"


def _result(change: Change, last: Outcome | None, now: datetime, longest_write: timedelta) -> str:
    if last is None:
        return UNDER_WAY if now - change.at < longest_write else Result.UNKNOWN
    return last.outcome


def _said(change: Change, last: Outcome | None, result: str) -> Sequence[str]:
    reason = Reason(last.reason) if last and last.reason else None
    if result == Result.UNKNOWN and reason in {None, Reason.ANSWER_LOST}:
        lost = (
            "The platform did not confirm the change." if last else "The portal stopped before the platform responded."
        )
        return [f"{lost} {unknown_advice(change.action, change.after)}"]
    if last is None or reason in {None, Reason.ANSWER_LOST}:
        return []
    params = dict(last.params)
    if "words" in params:
        params["words"] = _with_label(params["words"])
    return [reason_words(reason, params)]


def _name_account(change: Change) -> Sequence[str]:
    return [f"By the service account for {change.username}."] if change.by_service_account else []


def _with_label(words: str) -> str:
    """Return words of the backend with the API key at their beginning replaced by the field's label."""
    key, colon, reason = words.partition(":")
    name = FIELD_OF_KEY.get(key)
    return f"{DEVICE_FIELDS[name].label}{colon}{reason}" if name else words


def _differences(change: Change) -> Sequence[FieldDifference]:
    match change.action:
        case Action.CREATE | Action.EDIT:
            return [_field(name, change) for name in change.after if name != "device_name"]
        case Action.LINES:
            return _moves(change.before, change.after)
        case Action.FILE:
            label = str(change.after.get("file_format", "Config file"))
            return [FieldDifference(label, content_words(change.before), content_words(change.after))]
        case Action.RECOVERY_USE:
            return [FieldDifference("Codes left", None, str(change.after.get("left", "")))]
        case Action.FACTOR_REMOVE if not change.after:
            return []
        case Action.SUPPORT_ADD | Action.SUPPORT_REMOVE | Action.FACTOR_REMOVE:
            return [FieldDifference("User name", None, str(change.after.get("username", "")))]
        case Action.PRUNE:
            return [FieldDifference("Older than", None, str(change.after.get("before", "")))]
        case Action.SESSIONS_END:
            whose = change.after.get("username")
            account = [FieldDifference("User name", None, str(whose))] if whose else []
            return [*account, FieldDifference("Sessions", None, str(change.after.get("sessions", "")))]
        case _:
            return []


def _field(name: str, change: Change) -> FieldDifference:
    field, after = DEVICE_FIELDS.get(name) or DeviceField(name, None), change.after[name]
    if field.is_secret or after == MASK:
        return FieldDifference(field.label, None, "changed (hidden)")
    before = field.to_words(change.before[name]) if name in change.before else None
    return FieldDifference(field.label, before, field.to_words(after))


def _moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[FieldDifference]:
    """Return the lines that moved, ordered by their new port."""
    people = {**before.get("people", {}), **after.get("people", {})}
    then, now = before.get("order", {}), after.get("order", {})
    moved = [line for line in now if now[line] != then.get(line)]
    return [
        FieldDifference(people.get(line) or line, f"port {then[line]}" if line in then else "", f"port {now[line]}")
        for line in sorted(moved, key=lambda line: (str(now[line]).zfill(9), line))
    ]


def content_words(content: Mapping[str, Any]) -> str:
    """Return what the audit log keeps of a config file's content, in words."""
    if not content:
        return ""
    if content.get("source") == "Default":
        return "Type template"
    size = content.get("bytes")
    words = f"{size:,} byte{'s' if size != 1 else ''}" if isinstance(size, int) else "size unknown"
    return f"Custom ({words})"


def _versions(change: Change, result: str) -> VersionPair | None:
    if change.action != Action.FILE or result in UNDONE or change.after.get("version") is None:
        return None
    before = "default" if change.before.get("source") == "Default" else change.before.get("version")
    if before is None:
        return None
    return VersionPair(str(change.after.get("file_format", "")), str(before), str(change.after["version"]))
