"""The second factor of an account: set up, checked, removed. Wrong codes count as wrong passwords do."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app import metrics
from app.portal.domain.audit import Actor
from app.portal.services.history.events import EventRecorder
from app.portal.services.second_factor.codes import (
    find_step,
    hash_code,
    is_time_code,
    make_recovery_codes,
    make_secret,
    tidy_code,
)
from app.portal.store.login_attempts import WINDOW, LoginAttempts
from app.portal.store.second_factors import FactorStore, StoredFactor

_NOBODY = make_secret()  # compared with where no code can be right, which takes as long


class SecondFactors:
    """`account` names the platform and the account on it, however its user name was typed at sign-in."""

    def __init__(
        self, store: FactorStore, attempts: LoginAttempts, events: EventRecorder, now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._attempts = attempts
        self._events = events
        self._now = now

    def has(self, account: str | None) -> bool:
        return account is not None and self._store.has(account)

    def find(self, account: str) -> StoredFactor | None:
        return self._store.find(account)

    def list(self) -> Sequence[tuple[str, datetime]]:
        """Return the user names that have one, and since when."""
        return self._store.list()

    def add(self, account: str, secret: str, code: str, actor: Actor) -> Sequence[str] | None:
        """Set up a factor. Return its recovery codes, which are shown once; None where the code is wrong.

        An account that has one already keeps it: the code has to be of that one.
        """
        step = find_step(secret, tidy_code(code), self._now())
        if step is None:
            return None
        codes = make_recovery_codes()
        if not self._store.add(account, actor.username, secret, step, [*map(hash_code, codes)], self._now()):
            return None
        self._events.record_factor_added(actor, self._now())
        return codes

    def is_right(self, account: str, code: str, actor: Actor) -> bool:
        """Use a code. Return False for a wrong or used one and for a locked account alike.

        Tries count for the name with which the factor was set up, whatever name the platform knows the account by.
        """
        factor = self._store.find(account)
        name = factor.username if factor else actor.username
        attempt_id = self._attempts.register(name, actor.address, self._now())
        step = find_step((factor and factor.secret) or _NOBODY, tidy_code(code), self._now())
        if attempt_id is None:
            self._events.record_lockout(actor, self._now(), WINDOW)
            metrics.sign_in_attempts.labels("code", "locked").inc()
            return False
        if factor is None or not self._use(factor, tidy_code(code), step, actor):
            self._events.record_wrong_code(actor, self._now())
            metrics.sign_in_attempts.labels("code", "wrong").inc()
            return False
        self._attempts.discard(attempt_id)
        metrics.sign_in_attempts.labels("code", "right").inc()
        return True

    def renew_codes(self, account: str, actor: Actor) -> Sequence[str]:
        """Replace all recovery codes, and return the new ones."""
        factor, codes = self._store.find(account), make_recovery_codes()
        if factor is not None:
            self._store.replace_codes(factor.id, [*map(hash_code, codes)])
            self._events.record_recovery_codes(actor, self._now())
        return codes

    def remove(self, account: str, actor: Actor, of: str = "") -> bool:
        """Return False where there is none. `of` names the account where it is another's."""
        was_there = self._store.remove(account)
        if was_there:
            self._events.record_factor_removed(actor, self._now(), of)
        return was_there

    def remove_of(self, username: str, actor: Actor) -> bool:
        """Remove the factor of whoever lost the phone. Return False where no such account has one."""
        return sum(self.remove(account, actor, of=username) for account in self._store.list_accounts(username)) > 0

    def _use(self, factor: StoredFactor, code: str, step: int | None, actor: Actor) -> bool:
        if is_time_code(code):
            return step is not None and self._store.use_step(factor.id, step)
        if not self._store.use_code(factor.id, hash_code(code), self._now()):
            return False
        self._events.record_recovery_used(actor, factor.codes - 1, self._now())
        return True
