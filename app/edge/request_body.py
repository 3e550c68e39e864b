"""Bodies of requests, bounded and whole whatever the transfer: with a length, or in chunks without one."""

import io
from functools import cached_property
from typing import IO, Any, cast

from flask import Request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.wsgi import get_content_length

_URLENCODED = "application/x-www-form-urlencoded"


class BodyStream(io.RawIOBase):
    """Reading raises RequestEntityTooLarge beyond `limit` bytes, and BadRequest where the body ends too early.

    A form that is cut off would be carried out with half of its text.
    """

    def __init__(self, stream: Any, length: int | None, limit: int | None) -> None:
        if limit is not None and length is not None and length > limit:
            raise RequestEntityTooLarge
        self._stream = stream
        self._length = length
        self._limit = limit
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = len(buffer)
        if self._length is not None:
            wanted = min(wanted, self._length - self._position)
        elif self._limit is not None:  # one more than is allowed shows that there is more
            wanted = min(wanted, self._limit - self._position + 1)
        part = self._read(wanted) if wanted else b""
        if not part and self._length is not None and self._position < self._length:
            raise BadRequest("the body is shorter than announced")
        self._position += len(part)
        if self._limit is not None and self._position > self._limit:
            raise RequestEntityTooLarge
        buffer[: len(part)] = part
        return len(part)

    def _read(self, size: int) -> bytes:
        try:
            return cast(bytes, self._stream.read(size))
        except Exception as error:  # a client that went or stands still, or chunks that are none
            raise BadRequest("the body cannot be read") from error


class LimitedRequest(Request):
    """Limits hold for chunked bodies and for urlencoded forms too, where Flask's do not."""

    @cached_property
    def stream(self) -> IO[bytes]:
        length = get_content_length(self.environ)
        if length is None and "wsgi.input_terminated" not in self.environ:
            return io.BytesIO()
        limited = BodyStream(self.environ["wsgi.input"], length, self.max_content_length)
        return cast(IO[bytes], limited)

    def _load_form_data(self) -> None:
        if "form" not in self.__dict__ and self.mimetype == _URLENCODED and self.max_form_parts is not None:
            fields = self.get_data().count(b"&") + 1
            if fields > self.max_form_parts:
                raise RequestEntityTooLarge
        super()._load_form_data()
