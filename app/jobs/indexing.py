"""The rounds of the index as a task."""

import logging
from threading import Thread

from app.jobs.runner import Ending
from app.jobs.turn import Turn
from app.portal.api.pacing import PacedAdapter
from app.portal.services.index.round_calls import CallLimits, RoundCalls, RoundPaused
from app.portal.services.index.rounds import IndexRounds
from app.portal.services.service_account import ServiceAccount
from app.portal.web.context import Portal

log = logging.getLogger(__name__)

_SIGN_OUT = 2.0  # seconds
_SLOW_SHARE = 0.5  # of its timeout, after which a call counts as slow


class Indexing:
    """Reads with the service account that the settings name."""

    def __init__(self, portal: Portal) -> None:
        settings = portal.settings
        self._turn: Turn | None = None
        self._problem = ""  # that was logged last
        adapter = PacedAdapter(portal.adapter, settings.index_calls_per_minute, self._wait)
        self._account = ServiceAccount(
            settings.service_username, settings.service_password, lambda: portal.background_client(adapter)
        )
        limits = CallLimits(
            slow=settings.read_timeout * _SLOW_SHARE,
            slow_list=settings.list_timeout * _SLOW_SHARE,
            list_timeout=settings.list_timeout,
        )
        calls = RoundCalls(self._account, limits, adapter.call_time)
        self._rounds = IndexRounds(
            calls, portal.index.rounds, portal.index.recorder, settings.index_round_minutes * 60.0
        )

    def work(self, turn: Turn) -> Ending:
        self._turn = turn
        try:
            pause_seconds = self._rounds.run()
            self._problem = ""
            return Ending(pause_seconds)
        except RoundPaused as pause:
            if str(pause) != self._problem:
                log.warning("index round paused for %.0f s: %s", pause.seconds, pause)
            self._problem = str(pause)
            return Ending(pause.seconds, str(pause))
        finally:
            self._turn = None

    def end(self) -> None:
        """Sign out, unless that takes long: the session then runs out by itself."""
        thread = Thread(target=self._account.sign_out, daemon=True)
        thread.start()
        thread.join(_SIGN_OUT)

    def _wait(self, seconds: float) -> None:
        if self._turn is not None:
            self._turn.wait(seconds)
