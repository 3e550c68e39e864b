"""The state of the index in words, for the command line."""

from collections.abc import Iterator
from math import ceil

from app.portal.store.index.progress import IndexProgress, ReadPart
from app.portal.store.tasks import TaskState

_CALLS_OF_GROUP = 2  # its list, and its people
_CALLS_OF_DEVICE = 5  # about as many: the device, its files, one or two of them, its tags


def describe_status(
    username: str, calls_per_minute: int, progress: IndexProgress, task: TaskState | None
) -> Iterator[str]:
    """Yield lines. `username` is "" without a service account; `task` is None where nobody has begun a round yet."""
    yield f"Service account: {username or 'none, so that pages alone fill the index'}"
    if username:
        yield f"Rounds:          {_describe_rounds(progress, task)}"
        calls = progress.groups_left * _CALLS_OF_GROUP + progress.devices_left * _CALLS_OF_DEVICE
        seconds = calls / calls_per_minute * 60
        yield f"Calls left:      about {calls:,}, which take {_duration(seconds)} at {calls_per_minute} a minute"
        yield f"Last problem:    {task.problem if task and task.problem else 'none'}"
    for name, part, unit in (
        ("Lists", progress.lists, "groups"),
        ("People", progress.people, "groups"),
        ("Details", progress.details, "devices"),
        ("Config files", progress.files, "devices"),
        ("Tags", progress.tags, "devices"),
    ):
        yield f"{name + ':':16} {_describe_part(part, unit)}"
    for problem in progress.problems:
        yield f"Not read:        {problem.tenant_id} / {problem.group_id or 'its groups'}: {problem.problem}"


def _describe_rounds(progress: IndexProgress, task: TaskState | None) -> str:
    if task is None:
        return "none has begun; is the background process running?"
    if not task.is_running and task.problem:
        return f"paused, for another {_duration(task.due_in)}"
    if progress.next_in is None:
        return "reading lists" if task.is_running else "waiting for a background process"
    return f"the next begins in {_duration(progress.next_in)}{', details are read until then' * task.is_running}"


def _describe_part(part: ReadPart, unit: str) -> str:
    age = "" if part.oldest is None else f", the oldest {_duration(part.oldest)} ago"
    return f"read of {part.read:,} of {part.total:,} {unit}{age}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{ceil(seconds)} s"
    return f"{ceil(seconds / 60):,} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"
