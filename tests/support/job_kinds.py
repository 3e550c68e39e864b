"""Jobs of every kind and state, written into the ledger as they would be: nobody carries them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from app.database import writing
from app.portal.domain.jobs import ItemReason, ItemState, JobAction, JobReason, JobState, Verdict
from app.portal.store.jobs.new_rows import NEW_ITEM, NEW_JOB
from app.portal.store.jobs.tables import Job, JobFile, JobItem

OWNER = "admin@provider.example"

_FILE = "%BWMACADDRESS%.cfg"
_LONG = "a-host-name-that-goes-on-and-on-and-on-and-on.provider.example"
Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A job to write, with other than the usual values; `items` are those of its items."""

    action: JobAction
    state: JobState
    items: Items
    values: Mapping[str, Any]
    file: bytes = b""


def _change(label: str, before: str, after: str, people: int | None = 1, **values: Any) -> Mapping[str, Any]:
    seen = {"changes": [[label, before, after]], "opened": {}, "at": "2026-03-02T09:30:00+00:00"}
    return {"verdict": Verdict.CHANGE, "seen": seen, "people": people, "difference": before[:32], **values}


def _ended(state: ItemState, reason: ItemReason | None = None, **values: Any) -> Mapping[str, Any]:
    return {**_change("Transport", "TCP", "TLS"), "state": state, "reason": reason, "ended_at": _NOW, **values}


_NOW = datetime.now(UTC)
_REFUSED: Mapping[str, Any] = {
    "verdict": Verdict.REFUSED,
    "state": ItemState.REFUSED,
    "reason": ItemReason.UNSUPPORTED,
    "params": {"words": "Outbound proxy: devices of this type have none."},
    "difference": "refused",
}
_EDIT: Items = [
    *[_change("Outbound proxy", _LONG, "")] * 24,
    *[_change("Transport", "TCP", "TLS", reason=ItemReason.DOUBTFUL, params={"words": "Tags without a value."})] * 2,
    *[_REFUSED] * 2,
]
_OUTCOMES: Items = [
    _ended(ItemState.REFUSED, ItemReason.NO_RIGHT, params={"words": f"License exceeded on {_LONG}."}),
    _ended(ItemState.UNKNOWN, ItemReason.WORKER_LOST),
    _ended(ItemState.SKIPPED, ItemReason.CHANGED_MEANWHILE, params={"by": OWNER, "at": _NOW.isoformat()}),
    _ended(ItemState.DONE, ItemReason.REBOOTING, params={"away_after": 4}, action=JobAction.REBOOT),
    *[_ended(ItemState.DONE)] * 24,
]
_CELLS = {
    "device_name": "W" * 40,
    "device_type": "Yealink-T49G",
    "mac_address": "8.05E+11",
    "description": "by the door",
}
_ROW: Mapping[str, Any] = {"plan": {"cells": _CELLS, "typed": [], "errors": {}}, "row": 2}
_ERRORS = {"mac_address": "A spreadsheet turned this MAC address into a number. Enter it with colons."}
_SHEET: Items = [
    {**_ROW, "verdict": Verdict.NEW},
    {**_ROW, "verdict": Verdict.CHANGED, "seen": {"changes": [["Description", "by the window", "by the door"]]}},
    {
        **_ROW,
        "verdict": Verdict.ERROR,
        "state": ItemState.REFUSED,
        "reason": ItemReason.CELLS,
        "params": {"errors": _ERRORS, "words": ""},
    },
]
_REPORT = {
    "options": {"encoding": "utf-8", "separator": ";", "header_row": 1},
    "fields": list(_CELLS),
    "unknown": ["Colour"],
}

KINDS: Mapping[str, Kind] = {
    "what to edit": Kind(JobAction.EDIT, JobState.DRAFT, [{"verdict": None}] * 9, {"title": "Edit"}),
    "being checked": Kind(JobAction.EDIT, JobState.CHECKING, [*_EDIT[:9], {"verdict": None}], {}),
    "draft": Kind(JobAction.EDIT, JobState.DRAFT, _EDIT, {"checked_at": _NOW}),
    "waiting": Kind(
        JobAction.EDIT,
        JobState.WAITING,
        [*_OUTCOMES[:4], *_EDIT[:24]],
        {"checked_at": _NOW, "started_at": _NOW, "reason": JobReason.CANARY},
    ),
    "done": Kind(JobAction.EDIT, JobState.DONE, _OUTCOMES, {"checked_at": _NOW, "started_at": _NOW, "ended_at": _NOW}),
    "import": Kind(
        JobAction.IMPORT, JobState.DRAFT, _SHEET, {"checked_at": _NOW, "plan": {"options": {}, "report": _REPORT}}
    ),
    "file": Kind(
        JobAction.FILE,
        JobState.DRAFT,
        [_change(_FILE, "Type template", "Custom (1,028 bytes)")] * 2,
        {"checked_at": _NOW, "plan": {"file_format": _FILE}},
        file=b"ring = %NOWHERE%\n" * 40,
    ),
}


def add_job(engine: Engine, where: Mapping[str, str], kind: Kind, device_name: str) -> str:
    """Write a job of this kind for one device of a group, again and again; return the address of its page."""
    owner = {"username": OWNER, "role": "System admin", "address": "", "request_id": "", "session_id": 0, **where}
    job = Job(
        **{
            **NEW_JOB,
            **owner,
            "action": kind.action,
            "state": kind.state,
            "title": "Edit Transport, Outbound proxy",
            "items": len(kind.items),
            "created_at": _NOW,
            **kind.values,
        }
    )
    with writing(engine) as db:
        db.add(job)
        db.flush()
        if kind.file:
            db.add(JobFile(job_id=job.id, filename="phones.cfg", content=kind.file))
        for number, values in enumerate(kind.items, 1):
            item = {**NEW_ITEM, **where, "action": kind.action, "device_name": device_name, **values}
            db.add(JobItem(job_id=job.id, number=number, **item))
        return f"/jobs/{job.id}/"
