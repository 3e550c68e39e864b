"""Names in our own URLs, carried exactly."""

from werkzeug.routing import BaseConverter, ValidationError

from app.portal.domain.names import is_addressable, quote_name


class NameConverter(BaseConverter):
    """Any name that a URL can carry: percent-encoded once on the way out, decoded once on the way in.

    A URL with another one, such as a NUL or bytes that are not UTF-8, leads nowhere.
    """

    regex = "[^/]+"
    part_isolating = True  # else, for the "/" in it, each request would try the pattern of one URL after the other

    def to_python(self, value: str) -> str:
        if not is_addressable(value):
            raise ValidationError
        return value

    def to_url(self, value: str) -> str:
        return quote_name(value)
