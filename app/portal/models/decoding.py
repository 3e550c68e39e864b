"""Decoding answers: fast where all is as documented, forgiving where it is not.

Known dialects are taken without a word: null for an absent key, a key in snake_case, "true" and "16" for true
and 16. A row of a list that makes no sense otherwise stays in the list, with its problems; any other answer that
makes none is refused.
"""

import json
import re
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import Struct, ValidationError
from msgspec.structs import FieldInfo, fields

from app.portal.models.base import ListItem

T = TypeVar("T")
R = TypeVar("R", bound=ListItem)
Body = bytes | bytearray

_LONGEST = 200  # characters of a value shown in place of the one that should be there
_HALF_A_CHARACTER = re.compile(
    r"(\\u[dD][89aAbB]..\\u[dD][c-fC-F]..|\\[^u])"  # not: whole pairs, and other escapes (of a backslash itself)
    r"|\\u[dD][89a-fA-F].."
)


def decode(body: Body, model: type[T]) -> T:
    """The JSON text as a Struct. NoneType takes any JSON, and no body at all.

    Raises ValueError (all of msgspec's errors are) for what is not JSON or lacks what the model needs.
    """
    try:
        return _decode(body, model)
    except ValueError:
        mended = _with_whole_characters(body)
        if mended == body:
            raise
        return _decode(mended, model)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _decode(body: Body, model: type[T]) -> T:
    if model is NoneType:
        if body.strip():
            msgspec.json.decode(body)
        return cast(T, None)
    try:
        return msgspec.json.decode(body, type=model)
    except ValidationError:
        return _convert(msgspec.json.decode(body), model)


def _with_whole_characters(body: Body) -> bytes:
    """U+FFFD for bytes that are no UTF-8 and for halves of surrogate pairs: a phone may call itself anything."""
    text = body.decode("utf-8", "replace")
    return _HALF_A_CHARACTER.sub(lambda found: found[1] or r"\ufffd", text).encode()


def _convert(value: Any, model: type[T]) -> T:
    if not (isinstance(value, dict) and issubclass(model, Struct)):
        raise ValidationError(f"expected an object for {model.__name__}")
    values = {}
    for field in fields(model):
        found = _find(value, field)
        if found is not None:
            row = _row_model(field)
            values[field.name] = _rows(found, row) if row else _lax(found, field)
        elif field.required:
            raise ValidationError(f"{field.encode_name} is missing")
    return model(**values)


def _rows(value: Any, model: type[R]) -> tuple[R, ...]:
    if not isinstance(value, list):
        raise ValidationError("expected a list")
    return tuple(_row(each, model) for each in value)


def _row(value: Any, model: type[R]) -> R:
    try:
        return msgspec.convert(value, model)
    except ValidationError:
        return _mended(value, model)


def _mended(value: Any, model: type[R]) -> R:
    """A row with what can be read of it, and the problems with the rest."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    if not isinstance(value, dict):
        values = {field.name: _instead(None, field) for field in fields(model) if field.required}
        return model(**values, problems={"": f"The platform sent this for a row: {_as_text(value)}"})
    for field in fields(model):
        found = None if field.name == "problems" else _find(value, field)
        try:
            if found is not None:
                values[field.name] = _lax(found, field)
            elif field.required:
                values[field.name] = _instead(None, field)
                problems[field.name] = f"The platform sent no {field.encode_name}"
        except ValidationError:
            values[field.name] = _instead(found, field)
            problems[field.name] = f"The platform sent this as {field.encode_name}: {_as_text(found)}"
    return model(**values, problems=problems)


def _find(source: dict[str, Any], field: FieldInfo) -> Any:
    value = source.get(field.encode_name)
    return source.get(field.name) if value is None else value


def _lax(value: Any, field: FieldInfo) -> Any:
    return msgspec.convert(value, field.type, strict=False)


def _instead(value: Any, field: FieldInfo) -> Any:
    if field.type is str:
        return "" if value is None else _as_text(value)
    return None if field.required else field.default


def _row_model(field: FieldInfo) -> type[ListItem] | None:
    """The model of the rows, for a field that holds a tuple of them."""
    model = next(iter(get_args(field.type)), None) if get_origin(field.type) is tuple else None
    return model if isinstance(model, type) and issubclass(model, ListItem) else None


def _as_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
