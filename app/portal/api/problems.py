"""The backend's own words for an error, in every shape that they come in.

{"errors": [{"code", "message", "details"}]}, with one error or several, by position, by the key "0", or alone
{"error": "…"} or {"error": {…}}, and the same keys at the top
`details`: a text, a list, {"error_code", "level", "summary", "detail"}, {"errors": …} or texts by field
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from app.masking import MASK, mask_credentials
from app.portal.models.decoding import Body

MAX_TEXT_LENGTH = 300
MAX_TEXTS = 20

_RECOGNIZABLE = 16  # characters: a text that begins like a secret quotes it, even where it was cut off
_OF_AN_ERROR = {"code", "message", "details", "summary", "detail"}
_NOT_WORDS = {"code", "error_code", "level", "status", "summary", "detail"}  # or read by themselves


@dataclass(frozen=True)
class ApiProblem:
    """`text` is one line of limited length, empty where `label` is all there is."""

    code: int | None
    label: str
    text: str


def read_problems(body: Body, secrets: Sequence[str] = ()) -> list[ApiProblem]:
    """Return what a body says is wrong, with secrets and credentials masked; nothing for a body that is no JSON."""
    try:
        answer = _mask(secrets, msgspec.json.decode(body))
        return [_problem(item) for item in islice(filter(None, _items(answer)), MAX_TEXTS)]
    except (ValueError, RecursionError):
        return []


def one_line(value: object, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return text as one line of limited length, without control, formatting and other unprintable characters."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    text = str(value)[: max_length * 4]
    printable = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    line = " ".join(printable.split())
    return line if len(line) <= max_length else line[: max_length - 1] + "…"


def _mask(secrets: Sequence[str], value: Any) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
            if len(secret) > _RECOGNIZABLE:
                value = re.sub(re.escape(secret[:_RECOGNIZABLE]) + r"[\w+/=]*", MASK, value)
        return mask_credentials(value)
    if isinstance(value, list):
        return [_mask(secrets, item) for item in value]
    if isinstance(value, dict):
        return {key: _mask(secrets, item) for key, item in value.items()}
    return value


def _items(answer: Any) -> Iterator[Any]:
    """Yield each error of an answer, whatever holds it."""
    if isinstance(answer, list):
        yield from (item for item in answer if isinstance(item, dict))
    elif isinstance(answer, dict):
        yield from _split(answer.get("errors"))
        yield from _split(answer.get("error"))
        yield {key: answer[key] for key in _OF_AN_ERROR & answer.keys()}


def _split(errors: Any) -> Sequence[Any]:
    if isinstance(errors, list):
        return errors
    if isinstance(errors, dict) and not errors.keys() & _OF_AN_ERROR:
        return list(errors.values()) if all(key.isdecimal() for key in errors) else [{"details": errors}]
    return [errors]


def _problem(item: Any) -> ApiProblem:
    if not isinstance(item, dict):
        return ApiProblem(None, "", _join(_texts(item)))
    label = one_line(item.get("message"))
    text = _join([*_own_text(item), *_texts(item.get("details"))])
    if text and " " in label and label not in text:  # words, not a name such as INVALID_PARAMETERS
        text = _join([label, text])
    return ApiProblem(_parse_code(item.get("code")), label, text)


def _texts(value: Any) -> Iterator[str]:
    """Yield the words of `details`, those of a field after its name."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        yield from _own_text(value)
        for key, inner in value.items():
            if key == "errors" or key.isdecimal() or (key in {"message", "details"}):
                yield from _texts(inner)
            elif key not in _NOT_WORDS:
                yield from (f"{one_line(key)}: {text}" for text in _texts(inner))
    elif text := one_line(value):
        yield text


def _own_text(error: dict[str, Any]) -> Iterator[str]:
    """Yield the application server's words for one error: its summary with the detail after it."""
    texts = [text for key in ("summary", "detail") for text in _texts(error.get(key))]
    if texts:
        yield ": ".join(texts)


def _join(texts: Iterable[str]) -> str:
    return one_line("; ".join(dict.fromkeys(islice(texts, MAX_TEXTS))))


def _parse_code(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) else None
