"""Answers of the server itself, before any application: a small page that needs nothing else."""

from dataclasses import dataclass
from html import escape
from http import HTTPStatus

from app.edge.headers import HeaderList, complete_headers

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title} · Access Device Portal</title>
</head>
<body>
<h1>{title}</h1>
<p>{words}</p>
</body>
</html>
"""


@dataclass(frozen=True)
class Refusal:
    status: int
    title: str
    words: str

    @property
    def status_line(self) -> str:
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def render(self, *, https: bool, **headers: str) -> tuple[HeaderList, bytes]:
        body = _PAGE.format(title=escape(self.title), words=escape(self.words)).encode()
        own = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))]
        own += [(name.replace("_", "-"), value) for name, value in headers.items()]
        return complete_headers(own, https=https), body

    def message(self, *, https: bool, **headers: str) -> bytes:
        """Return the whole answer as it goes over the wire, after which the connection is closed."""
        completed, body = self.render(https=https, Connection="close", **headers)
        lines = [f"HTTP/1.1 {self.status_line}", *(f"{name}: {value}" for name, value in completed), "", ""]
        return "\r\n".join(lines).encode("latin-1") + body


UNKNOWN_HOST = Refusal(
    400,
    "Unknown address",
    "This server is not used under the name in your browser’s address bar. Open the portal under its own address. "
    "Administrators name it in PORTAL_PUBLIC_URL or PORTAL_TRUSTED_HOSTS.",
)
TOO_MANY_CONNECTIONS = Refusal(
    503, "Too many connections", "The portal has too many connections at the moment. Try again in some seconds."
)
_UNREADABLE = "The server could not read the request. Nothing was changed."
_WORDS = {
    414: ("Address too long", "The address of the request is longer than the server accepts. Nothing was changed."),
    417: ("Expectation failed", "The request expects what the server does not offer. Nothing was changed."),
    431: (
        "Request header too large",
        "Nothing was changed. Delete this site’s cookies in your browser, then open the portal again.",
    ),
    500: ("Something went wrong on our side", "If you were making a change, check the device before trying again."),
    501: ("Transfer not supported", "The request was sent in a way that the server does not support."),
}


def refusal_of(status: int) -> Refusal:
    """Return the words for a status that the server itself decided on."""
    title, words = _WORDS.get(status, ("Unreadable request", _UNREADABLE))
    return Refusal(status, title, words)
