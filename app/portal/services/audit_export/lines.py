"""An entry of the audit log as a line of JSON. Secrets are masked before an entry is recorded."""

import json

from app.portal.store.audit_queue import QueuedEntry
from app.portal.store.refusals import RepeatedRefusal
from app.portal.store.tables import Change, Outcome


def to_line(entry: QueuedEntry) -> str:
    """Return one line in ASCII, without its end. `kind` and `id` together name it, should it be sent twice."""
    return json.dumps(_of_change(entry.change) if entry.outcome is None else _of_outcome(entry.outcome))


def to_count_line(refusal: RepeatedRefusal) -> str:
    """Return the line that tells how often a refused act came so far, the first time included."""
    facts = {"kind": "count", "id": refusal.change_id, "count": refusal.count + 1}
    return json.dumps({**facts, "last_at": refusal.last_at.isoformat()})


def _of_change(change: Change) -> dict[str, object]:
    return {
        "kind": "entry",
        "id": change.id,
        "at": change.at.isoformat(),
        "user": change.username,
        "role": change.role,
        "by_service_account": change.by_service_account,
        "address": change.address,
        "reference": change.request_id,
        "action": change.action,
        "tenant": change.tenant_id,
        "group": change.group_id,
        "device": change.device_name,
        "before": change.before,
        "after": change.after,
        "note": change.note or "",
    }


def _of_outcome(outcome: Outcome) -> dict[str, object]:
    return {
        "kind": "outcome",
        "id": outcome.id,
        "entry": outcome.change_id,
        "at": outcome.at.isoformat(),
        "outcome": outcome.outcome,
        "reason": outcome.reason or "",
        "params": outcome.params,
    }
