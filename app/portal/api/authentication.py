"""Authentication of calls. Nothing else knows how it is done, so that another way needs only another such class."""

from collections.abc import Iterable, Mapping

from app.portal.api.cookies import apply_set_cookies, cookie_header


class CookieAuthentication:
    """Sends the cookies that earlier answers have set, of the session and of load balancers alike."""

    def __init__(self, cookies: Mapping[str, str] | None = None) -> None:
        self.cookies: dict[str, str] = dict(cookies or {})

    def headers(self) -> dict[str, str]:
        """Return what a request must carry."""
        return {"Cookie": cookie_header(self.cookies)} if self.cookies else {}

    def receive(self, set_cookies: Iterable[str], sent_at: float) -> None:
        """Take the Set-Cookie headers of an answer, and when it was sent, by the platform's clock."""
        self.cookies = apply_set_cookies(self.cookies, set_cookies, sent_at)
