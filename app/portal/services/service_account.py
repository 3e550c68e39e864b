"""The portal's own session at the platform, for work that nobody waits for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TypeVar

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiPageAnswer, ApiRefused, ApiUnauthenticated
from app.portal.domain.roles import UserLevel
from app.portal.models.sign_in_answer import SignInAnswer
from app.portal.services.sign_in import sign_in_to, sign_out_of

T = TypeVar("T")

_REFUSED_FOR = 3600.0  # seconds until the next sign-in after a refusal, which may count towards a lockout


class ServiceAccountRefused(Exception):
    """The platform does not let the account in. The text says so in one sentence; `retry_in` is in seconds."""

    def __init__(self, message: str, retry_in: float) -> None:
        super().__init__(message)
        self.retry_in = retry_in


@dataclass(frozen=True)
class _Session:
    client: ApiClient
    identity: SignInAnswer


class ServiceAccount:
    """`new_client` returns a client in which nobody is signed in."""

    def __init__(
        self,
        username: str,
        password: str,
        new_client: Callable[[], ApiClient],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.username = username
        self._password = password
        self._new_client = new_client
        self._clock = clock
        self._session: _Session | None = None
        self._refused_until = 0.0
        self._refusal = ""

    def identity(self) -> SignInAnswer:
        """Return the level of the account, and what it belongs to. Raises the same as `call`."""
        return (self._session or self._sign_in()).identity

    def call(self, read: Callable[[ApiClient], T]) -> T:
        """Read with the session of the account, once more with a new one where the platform ended it.

        Raises ApiError, and ServiceAccountRefused.
        """
        if self._session is None:
            return read(self._sign_in().client)
        try:
            return read(self._session.client)
        except (ApiUnauthenticated, ApiPageAnswer):  # some platforms send the page for signing in
            return read(self._sign_in().client)

    def cookies(self) -> Mapping[str, str]:
        """Return those of the account's session, for clients of their own. Raises the same as `call`."""
        return (self._session or self._sign_in()).client.authentication.cookies

    def forget(self) -> None:
        """Sign in anew before the next call: the platform did not know the session."""
        self._session = None

    def sign_out(self) -> None:
        if self._session is not None:
            sign_out_of(self._session.client)
            self._session = None

    def _sign_in(self) -> _Session:
        left = self._refused_until - self._clock()
        if left > 0:
            raise ServiceAccountRefused(self._refusal, left)
        self._session = None
        client = self._new_client()
        try:
            identity = sign_in_to(client, self.username, self._password)
        except (ApiUnauthenticated, ApiRefused) as error:
            raise self._refuse(f"the platform refuses to sign {self.username} in: {_words(error)}") from None
        if identity.level < UserLevel.GROUP_ADMIN:
            sign_out_of(client)
            raise self._refuse(f"{self.username} has level {identity.profile.user_level}, but needs 8, 12 or 16")
        self._session = _Session(client, identity)
        return self._session

    def _refuse(self, reason: str) -> ServiceAccountRefused:
        self._refused_until = self._clock() + _REFUSED_FOR
        self._refusal = f"{reason}; the next try is made in an hour, or at the next start"
        return ServiceAccountRefused(self._refusal, _REFUSED_FOR)


def _words(error: ApiError) -> str:
    return "; ".join(error.messages) or error.cause
