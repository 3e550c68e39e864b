"""Decoding answers: fast where they are as documented, tolerant where they are not.

Known dialects are accepted: null for an absent key, and "" for one that holds no text; a key in snake_case; "true" and
"16" for true and 16, and 16 for "16". A ListItem that is wrong otherwise keeps what can be read of it, with its
problems, unless it is an answer by itself without any known key; any other wrong answer is refused.
"""

import json
import re
from types import NoneType
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec import Struct, ValidationError
from msgspec.structs import FieldInfo, fields

from app.portal.models.base import ListItem

T = TypeVar("T")
R = TypeVar("R", bound=ListItem)
Body = bytes | bytearray

_MAX_LENGTH = 200  # characters of an unreadable value that are shown
_LONE_SURROGATE = re.compile(
    r"(\\u[dD][89aAbB]..\\u[dD][c-fC-F]..|\\[^u])"  # kept: whole pairs, and other escapes, such as that of a backslash
    r"|\\u[dD][89a-fA-F].."
)


def decode(body: Body, model: type[T]) -> T:
    """Decode JSON into a Struct. NoneType accepts any JSON, and an empty body.

    Raises ValueError, of which msgspec's errors are subclasses.
    """
    try:
        return _decode(body, model)
    except ValueError:
        repaired = _replace_invalid_characters(body)
        if repaired == body:
            raise
        return _decode(repaired, model)
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


def _replace_invalid_characters(body: Body) -> bytes:
    """Put U+FFFD for invalid UTF-8 and lone surrogates: phones choose their own User-Agent."""
    text = body.decode("utf-8", "replace")
    return _LONE_SURROGATE.sub(lambda match: match[1] or r"\ufffd", text).encode()


def _convert(value: Any, model: type[T]) -> T:
    if not (isinstance(value, dict) and issubclass(model, Struct)):
        raise ValidationError(f"expected an object for {model.__name__}")
    if issubclass(model, ListItem):
        if all(_find(value, field) is None for field in fields(model)):
            raise ValidationError(f"no key of {model.__name__}")
        return cast(T, _repair_item(value, model))
    values = {}
    for field in fields(model):
        raw = _find(value, field)
        if raw is not None:
            values[field.name] = _convert_field(raw, field)
        elif field.required:
            raise ValidationError(f"{field.encode_name} is missing")
    return model(**values)


def _convert_items(value: Any, model: type[R]) -> tuple[R, ...]:
    if not isinstance(value, list):
        raise ValidationError("expected a list")
    return tuple(_convert_item(item, model) for item in value)


def _convert_item(value: Any, model: type[R]) -> R:
    try:
        return msgspec.convert(value, model)
    except ValidationError:
        return _repair_item(value, model)


def _repair_item(value: Any, model: type[R]) -> R:
    """Return what can be read of an item, and the problems with the rest. Raise ValidationError for an invalid list."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    if not isinstance(value, dict):
        values = {field.name: _placeholder(None, field) for field in fields(model) if field.required}
        return model(**values, problems={"": f"Invalid data from the platform: {_as_text(value)}"})
    for field in fields(model):
        raw = _find(value, field)
        if _item_model(field):
            values[field.name] = _convert_field(raw, field)
            continue
        try:
            if raw is not None:
                values[field.name] = _convert_field(raw, field)
            elif field.required:
                values[field.name] = _placeholder(None, field)
                problems[field.name] = f"Missing from the platform: {field.encode_name}"
        except ValidationError:
            values[field.name] = _placeholder(raw, field)
            problems[field.name] = f"Invalid {field.encode_name} from the platform: {_as_text(raw)}"
    return model(**values, problems=problems)


def _find(source: dict[str, Any], field: FieldInfo) -> Any:
    """Return the value of a field; None where it is absent."""
    if field.name == "problems":
        return None  # ours, whatever the backend calls so
    value = source.get(field.encode_name)
    value = source.get(field.name) if value is None else value
    return None if value == "" and not _holds_text(field) else value


def _convert_field(value: Any, field: FieldInfo) -> Any:
    item_model = _item_model(field)
    if item_model:
        return _convert_items(value, item_model)
    struct = next((part for part in (field.type, *get_args(field.type)) if _is_struct(part)), None)
    if struct and isinstance(value, dict):
        return _convert(value, struct)
    if isinstance(value, int) and not isinstance(value, bool) and _holds_text(field):
        return str(value)
    return msgspec.convert(value, field.type, strict=False)


def _is_struct(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Struct)


def _holds_text(field: FieldInfo) -> bool:
    value_type = get_args(field.type)[0] if get_origin(field.type) is Annotated else field.type
    return str in (value_type, *get_args(value_type))


def _placeholder(value: Any, field: FieldInfo) -> Any:
    if _holds_text(field):
        return "" if value is None else _as_text(value)
    return None if field.required else field.default


def _item_model(field: FieldInfo) -> type[ListItem] | None:
    """Return the model of the items of a field that holds a tuple of them."""
    model = next(iter(get_args(field.type)), None) if get_origin(field.type) is tuple else None
    return model if isinstance(model, type) and issubclass(model, ListItem) else None


def _as_text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 1] + "…"
