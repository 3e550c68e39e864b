"""Names in our own URLs, carried exactly."""

from werkzeug.routing import BaseConverter

from app.portal.domain.names import quote_name


class NameConverter(BaseConverter):
    """Any name that a URL can carry: percent-encoded once on the way out, decoded once on the way in."""

    regex = "[^/]+"

    def to_url(self, value: str) -> str:
        return quote_name(value)
