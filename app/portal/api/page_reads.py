"""The reads of one request: how long it waits for them."""

from time import monotonic

from app.portal.api.pending_calls import CallRegistry, PendingCall, RawAnswer, Send, UsualTimes


class StillAsking(Exception):
    """The backend has not answered in the time that a page waits; the call goes on.

    `waited`: seconds since the call began. `usual`: seconds that it usually takes, None if not known.
    `is_queued`: it has not been sent yet, for too many others are under way.
    """

    def __init__(self, waited: float, usual: float | None, *, is_queued: bool = False) -> None:
        super().__init__(f"the platform has not answered for {waited:.1f} seconds")
        self.waited = waited
        self.usual = usual
        self.is_queued = is_queued


class PageReads:
    """Reads of one request. They run side by side where they are begun before the first is waited for.

    `until`, on the monotonic clock, is when a page waits no longer; None waits for each read in full. Reads are
    joined with those of the same `owner`, a session since its last write, and their answers kept for the poll that
    comes for them. Those of a write (`is_joined` False) are begun anew, so that they show what was true meanwhile.
    """

    def __init__(
        self,
        registry: CallRegistry,
        usual_times: UsualTimes,
        owner: str,
        until: float | None,
        *,
        is_joined: bool = True,
    ) -> None:
        self._registry = registry
        self._usual_times = usual_times
        self._owner = owner
        self._until = until
        self._is_joined = is_joined
        self._begun: dict[str, PendingCall] = {}
        self.has_written = False

    def begin(self, url: str, kind: str, send: Send) -> None:
        """Start a read whose result is asked for later, unless it was started before."""
        if url not in self._begun:
            self._begun[url] = self._start(url, kind, send)

    def result(self, url: str, kind: str, send: Send) -> RawAnswer:
        """Return the answer of a read, begun or not. Raises StillAsking, and what the call raised."""
        if not self._is_joined:
            call = self._begun.pop(url, None)
            return call.result() if call else send(None)
        call = self._begun.get(url)
        if call is None:
            call = self._begun[url] = self._start(url, kind, send)
        if self._until is not None and not call.has_ended(max(self._until - monotonic(), 0)):
            raise self._still_asking(call)
        return call.result()

    def finish(self) -> None:
        """The page is there: what was read for it is not kept for another."""
        self._registry.drop(self._begun.values())

    def forget(self) -> None:
        """A write has ended: no page of this owner may show what was read before."""
        self.has_written = True
        self._begun.clear()
        self._registry.drop_all_of(self._owner)

    def _start(self, url: str, kind: str, send: Send) -> PendingCall:
        def timed(pending: PendingCall | None) -> RawAnswer:
            began = monotonic()
            answer = send(pending)
            self._usual_times.record(kind, monotonic() - began)
            return answer

        if not self._is_joined:
            return PendingCall(kind, timed)
        return self._registry.join((self._owner, url), kind, timed)

    def _still_asking(self, call: PendingCall) -> StillAsking:
        return StillAsking(monotonic() - call.began, self._usual_times.of(call.kind), is_queued=call.is_queued)
