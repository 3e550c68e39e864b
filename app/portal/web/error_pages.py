"""Error pages: each says what happened, and what to do next."""

from dataclasses import dataclass

_ICONS = {403: "lock", 404: "search", 409: "arrow-repeat", 503: "cloud-slash"}


@dataclass(frozen=True)
class ErrorPage:
    """An HTTP status, what happened, and what to do next.

    `platform_words` are the backend's, quoted after ours. `sign_in`: signing in again may help.
    """

    status: int
    title: str
    words: str
    platform_words: str = ""
    retry: bool = False
    sign_in: bool = False

    @property
    def icon(self) -> str:
        return _ICONS.get(self.status, "x-octagon-fill")


NOT_FOUND = ErrorPage(
    404,
    "Page not found",
    "The page, device or group does not exist, or you do not have access. Names in the address are case-sensitive.",
)
FORBIDDEN = ErrorPage(
    403, "You do not have permission", "Your role does not allow this. Help lists each role’s rights."
)
NO_ACCESS = ErrorPage(
    403,
    "You do not have access to this portal",
    "It is for group, tenant and system admins. "
    "Ask your telephony administrator to make changes for you, or sign out and use another account.",
)
ANOTHER_SITE = ErrorPage(
    403,
    "Request from another site blocked",
    "The portal accepts changes only from its own pages. Nothing was changed. Open the portal and try again.",
)
TOO_LARGE = ErrorPage(
    413,
    "Request too large",
    "It is larger than the portal or the telephony platform accepts. Nothing was saved. Shorten it and try again.",
)
WRONG_METHOD = ErrorPage(405, "This address does not support that request", "Nothing was changed.")
UNREADABLE = ErrorPage(
    400, "The portal could not read the request", "Nothing was changed. Go back, reload the page and try again."
)
STALE_FORM = ErrorPage(
    400,
    "This form has expired",
    "It belongs to an earlier session. Nothing was sent. Go back, reload the page and fill it in again.",
)
DATABASE_BUSY = ErrorPage(
    503,
    "The portal’s database is not available",
    "It is busy, locked or not reachable, or its disk is full. Nothing was sent to the telephony platform. "
    "Try again in a moment.",
    retry=True,
)
UNEXPECTED = ErrorPage(
    500,
    "Something went wrong on our side",
    "If you were making a change, its status is unknown. Check the device before trying again.",
    retry=True,
)
