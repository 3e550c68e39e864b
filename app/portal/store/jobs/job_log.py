"""Lines of the log about jobs."""

import logging

from app import logs

log = logging.getLogger(__name__)


def log_state(job_id: int, state: str, reason: str | None) -> None:
    log.info("job %d: %s", job_id, state, extra=logs.fields(job=job_id, state=str(state), reason=str(reason or "")))


def log_item(job_id: int, number: int, outcome: str, reason: str | None, request_id: str) -> None:
    """`number` is the item's in its job; devices are named in the history alone."""
    fields = {"job": job_id, "item": number, "outcome": str(outcome), "reason": str(reason or "")}
    log.info("job %d, item %d: %s", job_id, number, outcome, extra=logs.fields(**fields, request_id=request_id))
