"""The tasks of the background process. Another kind of work is another entry here."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.jobs.exporting import AuditExport
from app.jobs.indexing import Indexing
from app.jobs.pruning import prune_all
from app.jobs.runner import Ending, Task
from app.portal.store.tasks import HEARTBEAT_TASK, INDEX_TASK
from app.portal.web.context import Portal

_HEARTBEAT_EVERY = 60.0  # seconds


@contextmanager
def build_tasks(portal: Portal) -> Iterator[list[Task]]:
    """Yield the tasks; what they hold at the platform ends with the block."""
    tasks = [
        Task("pruning", lambda _turn: prune_all(portal)),
        Task(HEARTBEAT_TASK, lambda _turn: Ending(_HEARTBEAT_EVERY)),
    ]
    if portal.settings.audit_log:
        tasks.append(AuditExport(portal).task)
    if not (portal.settings.service_username and portal.settings.index_days):
        yield tasks
        return
    indexing = Indexing(portal)
    try:
        yield [*tasks, Task(INDEX_TASK, indexing.work)]
    finally:
        indexing.end()
