"""Work beside the pages: each piece in a thread of its own, and none twice at a time."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock, Thread


class BackgroundJobs:
    def __init__(self) -> None:
        self._lock = Lock()
        self._running: dict[Hashable, Future[None]] = {}

    def start(self, key: Hashable, work: Callable[[], None]) -> Future[None]:
        """Return the job of that key, begun now unless it runs already. Its future raises what `work` raised."""
        with self._lock:
            running = self._running.get(key)
            if running:
                return running
            job = self._running[key] = Future()
        Thread(target=self._run, args=(key, job, work), daemon=True).start()
        return job

    def find(self, key: Hashable) -> Future[None] | None:
        with self._lock:
            return self._running.get(key)

    def _run(self, key: Hashable, job: Future[None], work: Callable[[], None]) -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as failure:
            error = failure
        with self._lock:
            del self._running[key]
        if error:
            job.set_exception(error)
        else:
            job.set_result(None)
