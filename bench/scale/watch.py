"""What processes of the measurement need while it runs: memory, processor time, connections; and how far the job is."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Engine, func, select, text

from app.portal.domain.jobs import ItemState
from app.portal.store.jobs.tables import Job, JobItem

_EVERY = 5.0  # seconds
_TICKS = os.sysconf("SC_CLK_TCK")
_ENDED = (ItemState.DONE, ItemState.UNCHANGED, ItemState.REFUSED, ItemState.UNKNOWN, ItemState.SKIPPED)
_DATABASES = text("""SELECT datname, count(*), count(*) FILTER (WHERE state <> 'idle'), pg_database_size(datname) >> 20
FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname <> 'postgres' GROUP BY datname""")


@dataclass
class Usage:
    """A process, or all of a program: megabytes at each look, with its share of shared pages, and processor seconds."""

    megabytes: list[int] = field(default_factory=list)
    seconds: dict[int, float] = field(default_factory=dict)  # by process id

    @property
    def total_seconds(self) -> float:
        return sum(self.seconds.values())


class Database(NamedTuple):
    """The most connections that were open, and at work, and the last size."""

    connections: int
    busy: int
    megabytes: int


class Watch:
    """Looks every few seconds. `roots` are programs, by name, with the id of their first process."""

    def __init__(self, roots: Mapping[str, int], portal: Engine, server: Engine) -> None:
        self._roots = roots
        self._portal = portal
        self._server = server
        self.usages: dict[str, Usage] = {}
        self.databases: dict[str, Database] = {}
        self.progress: list[tuple[float, int]] = []  # seconds since the start, and items of the job that are over
        self._began = monotonic()
        self._first: dict[int, float] = {}

    @contextmanager
    def run(self) -> Iterator[None]:
        over = Event()
        thread = Thread(target=self._look_until, args=(over,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _look_until(self, over: Event) -> None:
        while not over.wait(_EVERY):
            self._look_at_processes()
            self._look_at_database()

    def _look_at_processes(self) -> None:
        children, megabytes = _children(), dict[str, int]()
        for root, first in self._roots.items():
            for name, process in _name_processes(root, first, children):
                try:
                    memory, seconds = _memory(process), _seconds(process)
                except (FileNotFoundError, ProcessLookupError):
                    continue  # it has ended
                megabytes[name] = megabytes.get(name, 0) + memory
                begin = self._first.setdefault(process, seconds)
                self.usages.setdefault(name, Usage()).seconds[process] = seconds - begin
        for name, memory in megabytes.items():
            self.usages[name].megabytes.append(memory >> 10)

    def _look_at_database(self) -> None:
        with self._server.connect() as connection:
            for name, opened, busy, megabytes in connection.execute(_DATABASES):
                most = self.databases.get(name, Database(0, 0, 0))
                self.databases[name] = Database(max(most.connections, opened), max(most.busy, busy), megabytes)
        with self._portal.connect() as connection:
            newest = select(func.max(Job.id)).scalar_subquery()
            ended = select(func.count()).where(JobItem.job_id == newest, JobItem.state.in_(_ENDED))
            self.progress.append((monotonic() - self._began, connection.execute(ended).scalar_one()))


def _name_processes(root: str, first: int, children: Mapping[int, Sequence[int]]) -> Iterator[tuple[str, int]]:
    """Yield the processes of a program: those of a node by what they do, of others all by one name."""
    name_of: Callable[[int], str] = _name_in_node if root.startswith("node") else lambda _: ""
    yield root + name_of(0), first
    workers = 0
    for process in _descend(first, children):
        kind = name_of(process)
        workers += kind == " worker"
        yield f"{root}{kind}{f' {workers}' if kind == ' worker' else ''}", process


def _name_in_node(process: int) -> str:
    if not process:
        return " server"
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return " background" if b"app.jobs" in words else " worker"


def _descend(first: int, children: Mapping[int, Sequence[int]]) -> Iterator[int]:
    for child in sorted(children.get(first, ())):
        yield child
        yield from _descend(child, children)


def _children() -> Mapping[int, Sequence[int]]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(_stat(int(folder.name))[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(folder.name))
    return children


def _stat(process: int) -> Sequence[str]:
    """Return the fields of a process from its state on: its name before that may hold spaces."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _seconds(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(process: int) -> int:
    """Return the kilobytes of a process: its own, and its share of those that it has with others."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
