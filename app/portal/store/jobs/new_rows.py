"""The values that jobs and their items begin with."""

from collections.abc import Mapping
from typing import Any

from app.portal.domain.jobs import ItemReason, ItemState, Verdict

NEW_JOB: Mapping[str, Any] = {
    "note": "",
    "params": {},
    "canary": 0,
    "canary_number": 0,
    "pace": 10,
    "pause_after": 0,
    "failures": 0,
    "next_at": 0.0,
    "tries": 0,
    "start_at": "",
    "zone": "",
    "reboot_after": False,
    "confirmed_at": 0.0,
}
NEW_ITEM: Mapping[str, Any] = {
    "part": 0,
    "subject": "",
    "seen": {},
    "difference": None,
    "state": ItemState.WAITING,
    "reason": None,
    "params": {},
    "verdict": None,
    "people": None,
    "owner": None,
    "lease_until": 0.0,
    "due_at": 0.0,
}
NOT_CHECKED: Mapping[str, Any] = {
    "verdict": None,
    "difference": None,
    "state": ItemState.WAITING,
    "reason": None,
    "params": {},
    "ended_at": None,
}
NOT_FOUND: Mapping[str, Any] = {
    "verdict": Verdict.REFUSED,
    "state": ItemState.REFUSED,
    "reason": ItemReason.NOT_FOUND,
}
