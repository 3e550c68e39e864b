"""Jobs with one text in every place that takes one. They are written as they would be: nobody carries them out."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from app.portal.domain.jobs import ItemReason, ItemState, JobAction, JobReason, JobState, Verdict
from tests.support.job_kinds import Kind, add_job


def add_jobs(engine: Engine, where: Mapping[str, str], device_name: str, text: str) -> Mapping[str, str]:
    """Write a draft, jobs that ended or wait, and an import; return the URLs of their pages by name."""
    change = {"seen": {"changes": [[text, text, text]]}, "difference": "same", "subject": text}
    refused = {"state": ItemState.REFUSED, "reason": ItemReason.NO_RIGHT, "params": {"words": text}}
    doubtful = {**change, "reason": ItemReason.DOUBTFUL, "params": {"words": text}}
    items: list[dict[str, Any]] = [
        {"verdict": Verdict.CHANGE, **values} for values in (change, change, doubtful, {**change, **refused})
    ]
    held = {"reason": JobReason.NO_RIGHT, "params": {"words": text}}
    urls = {
        state: add_job(engine, where, _kind(JobAction.EDIT, state, items, text, **values), device_name)
        for state, values in ((JobState.DRAFT, {}), (JobState.DONE, {}), (JobState.WAITING, held))
    }
    sheet = add_job(engine, where, _import(text), device_name)
    by_change = f"{urls[JobState.DRAFT]}?view=change&open=waiting..same"
    return {**{f"job, {state}": url for state, url in urls.items()}, "job, by change": by_change, "import": sheet}


def _kind(action: JobAction, state: JobState, items: list[dict[str, Any]], text: str, **values: Any) -> Kind:
    usual = {"username": text[:150], "note": text, "title": text, "checked_at": datetime.now(UTC)}
    return Kind(action, state, items, {**usual, **values})


def _import(text: str) -> Kind:
    cells = {"device_name": text, "device_type": text, "mac_address": text, "description": text}
    names = ("unknown", "repeated", "unnamed", "names")
    report = {"options": {"sheet": text}, "fields": list(cells), **{name: [text] for name in names}}
    row: dict[str, Any] = {"row": 2, "plan": {"cells": cells, "typed": [], "errors": {}}}
    error = {"errors": {"mac_address": text, "": text}, "words": text}
    items = [
        {**row, "verdict": Verdict.NEW},
        {**row, "verdict": Verdict.CHANGED, "seen": {"changes": [["Description", text, text]]}},
        {**row, "verdict": Verdict.ERROR, "state": ItemState.REFUSED, "reason": ItemReason.CELLS, "params": error},
    ]
    return _kind(JobAction.IMPORT, JobState.DRAFT, items, text, plan={"options": {}, "report": report})
