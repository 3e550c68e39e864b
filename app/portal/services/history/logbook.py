"""What happens in the portal itself, for its history: who came and went, who was refused, who was named."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.portal.places import Place
from app.portal.store.ledger import NOWHERE, Action, Actor, Intent, Ledger, Result

WRONG = "the name and the password did not match"
PAUSED = "sign-in is paused after too many wrong tries"


class Logbook:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def signed_in(self, actor: Actor, place: Place, now: datetime) -> None:
        self._note(Action.SIGN_IN, actor, place, now)

    def sign_in_failed(self, actor: Actor, now: datetime) -> None:
        """`actor` has the name as it was typed."""
        known, place = self._known(actor)
        self._note(Action.SIGN_IN, known, place, now, Result.REFUSED, WRONG)

    def sign_in_paused(self, actor: Actor, now: datetime, pause: timedelta) -> None:
        """One entry a pause: whoever goes on trying does not fill the history."""
        known, place = self._known(actor)
        if not self._ledger.noted(Action.SIGN_IN, known, PAUSED, since=now - pause):
            self._note(Action.SIGN_IN, known, place, now, Result.REFUSED, PAUSED)

    def signed_out(self, actor: Actor, place: Place, now: datetime) -> None:
        self._note(Action.SIGN_OUT, actor, place, now)

    def sessions_ended(self, actor: Actor, place: Place, count: int, now: datetime, of: str = "") -> None:
        """`of` names the account where it is another's."""
        if count:
            whose = {"username": of} if of and of != actor.username else {}
            self._note(Action.SESSIONS_END, actor, place, now, after={"sessions": count, **whose})

    def support_named(self, actor: Actor, username: str, now: datetime) -> None:
        self._note(Action.SUPPORT_ADD, actor, NOWHERE, now, after={"username": username})

    def support_removed(self, actor: Actor, username: str, now: datetime) -> None:
        self._note(Action.SUPPORT_REMOVE, actor, NOWHERE, now, after={"username": username})

    def refused(self, actor: Actor, place: Place, device: str, permission: str, reason: str, now: datetime) -> None:
        """A write that the portal itself refused, before the backend heard of it."""
        after = {"permission": permission}
        self._note(Action.REFUSAL, actor, place, now, Result.REFUSED, reason, device=device, after=after)

    def _note(
        self,
        action: Action,
        actor: Actor,
        place: Place,
        now: datetime,
        result: Result = Result.APPLIED,
        detail: str = "",
        *,
        device: str = "",
        after: Mapping[str, Any] | None = None,
    ) -> None:
        intent = Intent(action, place, device, before={}, after=after or {})
        self._ledger.note(intent, actor, result, detail, now)

    def _known(self, actor: Actor) -> tuple[Actor, Place]:
        """A name that has signed in before is kept, for those whose scope it is in.

        Of any other only its beginning is: people type their password where the name belongs.
        """
        place = self._ledger.place_of(actor.username)
        if place is not None:
            return actor, place
        name = actor.username
        begins = f"{name[:2]}…" if len(name) > 5 else "…"
        return Actor(username=begins, role="", address=actor.address, request_id=actor.request_id), NOWHERE
