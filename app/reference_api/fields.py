"""Declared fields, and reading a body by their declaration.

A body with problems is refused with all of them, each beginning with the key it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from app.reference_api.errors import Refused
from app.reference_api.field_types import FieldType, JsonSchema


class Use(Enum):
    REQUIRED = auto()
    OPTIONAL = auto()  # may be left out, must not be empty
    CLEARABLE = auto()  # "" and null empty it
    READ_ONLY = auto()  # only its current value is accepted, and changes nothing
    IGNORED = auto()


@dataclass(frozen=True)
class Field:
    key: str
    type: FieldType
    use: Use

    def json_schema(self) -> JsonSchema:
        schema = self.type.json_schema()
        match self.use:
            case Use.CLEARABLE:
                return _clearable(schema)
            case Use.READ_ONLY:
                return {**schema, "readOnly": True}
            case Use.IGNORED:
                return {**schema, "description": "Taken, and ignored"}
            case _:
                return schema


def _clearable(schema: JsonSchema) -> JsonSchema:
    """Admit null, and "" for texts, without an alternative: generators of clients make a class of its own of one.

    "" empties a number too, which is only said in words.
    """
    words = (schema.get("description"), 'null and "" empty it')
    description = "; ".join(text for text in words if text)
    if schema["type"] == "string":
        pattern = f"^(?:{schema['pattern'].removeprefix('^').removesuffix('$')})?$"
        return {**schema, "type": ["string", "null"], "minLength": 0, "pattern": pattern, "description": description}
    return {**schema, "type": [schema["type"], "null"], "description": description}


@dataclass(frozen=True)
class Schema:
    fields: Sequence[Field]

    def json_schema(self) -> JsonSchema:
        """Describe the body, as far as it does not depend on what is stored."""
        return {
            "type": "object",
            "properties": {field.key: field.json_schema() for field in self.fields},
            "required": [field.key for field in self.fields if field.use is Use.REQUIRED],
            "additionalProperties": False,
        }

    def read(self, body: Mapping[str, object], current: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Return the values that were sent, by key; None for an emptied one. Raises Refused."""
        known = {field.key for field in self.fields}
        problems = [f"{key}: there is no such key" for key in sorted(body.keys() - known)]
        values: dict[str, Any] = {}
        for field in self.fields:
            try:
                values.update(_read(field, body, current or {}))
            except ValueError as error:
                problems.append(f"{field.key}: {error}")
        if problems:
            raise Refused(*problems)
        return values


def _read(field: Field, body: Mapping[str, object], current: Mapping[str, object]) -> dict[str, Any]:
    if field.key not in body:
        if field.use is Use.REQUIRED:
            raise ValueError("is required")
        return {}
    value = body[field.key]
    if field.use is Use.IGNORED:
        return {}
    if field.use is Use.READ_ONLY:
        if field.key in current and _is_same(value, current[field.key]):
            return {}
        raise ValueError("cannot be changed" if current else "cannot be set")
    if field.use is Use.CLEARABLE and value in (None, ""):
        return {field.key: None}
    return {field.key: field.type.read(value)}


def _is_same(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right  # True == 1 in Python, not in JSON
