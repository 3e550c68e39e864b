"""JSON over HTTP: request bodies, answers, errors and headers."""

import logging
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec
from flask import Flask, Request, Response
from msgspec import Struct
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from app.password_hashing import HashingBusy
from app.reference_api.errors import ApiError, Code, NotAnObject, NotFound, NotJson, TooLarge

BASE = "/api/v1"

logger = logging.getLogger(__name__)

_CHUNK_ROWS = 100
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
HTTP_ERRORS = {
    404: (NotFound.code, NotFound.text),
    405: (Code.UNSUPPORTED_OPERATION, "This address does not take this method."),
    413: (TooLarge.code, TooLarge.text),
    500: (Code.INTERNAL_ERROR, "Something went wrong in the server. It has been logged."),
    429: (Code.INTERNAL_ERROR, "Too many passwords are being checked. Try again in some seconds."),
    503: (Code.INTERNAL_ERROR, "The database is busy or away. Try again."),
}


class ErrorItem(Struct, frozen=True):
    code: Code
    message: str
    details: str


class Errors(Struct, frozen=True):
    errors: list[ErrorItem]


def reply(answer: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, mimetype="application/json")


def reply_list(model: type[Struct], rows: Iterable[Struct]) -> Response:
    """Answer with a model whose only field is this list, which may be long."""
    (key,) = model.__struct_encode_fields__
    return Response(list(_encode_in_chunks(key, iter(rows))), mimetype="application/json")


def _encode_in_chunks(key: str, rows: Iterator[Struct]) -> Iterator[bytes]:
    # As one piece, ten thousand rows would take a tenth longer, for the memory that has to be allocated.
    yield f'{{"{key}":['.encode()
    for index, chunk in enumerate(iter(lambda: list(islice(rows, _CHUNK_ROWS)), [])):
        yield b"," * (index > 0) + msgspec.json.encode(chunk)[1:-1]
    yield b"]}"


def read_object(request: Request, *, optional: bool = False) -> dict[str, object]:
    """Return the JSON object in the body; an empty body is `{}` where the body is optional.

    Raises NotJson, NotAnObject, and werkzeug's RequestEntityTooLarge.
    """
    raw = request.get_data()
    if optional and not raw:
        return {}
    if request.method != "GET" and not is_json(request.headers.get("Content-Type", "")):
        raise NotJson
    try:
        body = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        raise NotAnObject from None
    if not isinstance(body, dict):
        raise NotAnObject
    return body


def is_json(content_type: str) -> bool:
    """Accept the published examples: the type stands in quotes in one, and is missing in another."""
    mimetype = content_type.partition(";")[0].strip(' "').lower()
    return mimetype in {"", "application/json"} or (mimetype.startswith("application/") and mimetype.endswith("+json"))


def read_query(request: Request) -> dict[str, object]:
    """Return the criteria of a GET, from the query string or a JSON body; the query string wins.

    Raises NotAnObject, and werkzeug's RequestEntityTooLarge.
    """
    return {**read_object(request, optional=True), **request.args.to_dict()}


def add_headers(answer: Response) -> Response:
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def handle_errors(app: Flask) -> None:
    app.register_error_handler(ApiError, lambda error: reply_error(error.status, error.code, *error.details))
    app.register_error_handler(HTTPException, _reply_http_exception)
    app.register_error_handler(OperationalError, _reply_database_error)
    app.register_error_handler(PoolTimeoutError, _reply_database_error)
    app.register_error_handler(HashingBusy, _reply_hashing_busy)


def error_answer(code: Code, *details: str) -> Errors:
    return Errors([ErrorItem(code, code.name, text) for text in details])


def reply_error(status: int, code: Code, *details: str) -> Response:
    return reply(error_answer(code, *details), status)


def _reply_http_exception(error: HTTPException) -> Response:
    status = error.code or 500
    answer = reply_error(status, *HTTP_ERRORS.get(status, (Code.INVALID_PARAMETERS, error.name)))
    answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return answer


def _reply_hashing_busy(_error: HashingBusy) -> Response:
    # Without Retry-After, which a client may obey for all of its users: the next slot is free at once.
    return reply_error(429, *HTTP_ERRORS[429])


def _reply_database_error(error: SQLAlchemyError) -> Response:
    logger.error("The database did not answer: %s", getattr(error, "orig", error))
    return reply_error(503, *HTTP_ERRORS[503])
