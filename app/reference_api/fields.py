"""What a declared field is, and how a body is read by its declaration.

A body with problems is refused with all of them, each beginning with the key it is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from app.reference_api.errors import invalid
from app.reference_api.kinds import JsonSchema, Kind


class Use(Enum):
    """What a request may do with a field."""

    REQUIRED = auto()
    OPTIONAL = auto()  # may be left out, must not be empty
    CLEARABLE = auto()  # "" and null empty it
    PRESENT = auto()  # read-only or fixed: only its present value is taken, and changes nothing
    IGNORED = auto()


@dataclass(frozen=True)
class Field:
    key: str
    kind: Kind
    use: Use

    def json_schema(self) -> JsonSchema:
        said = self.kind.json_schema()
        match self.use:
            case Use.CLEARABLE:
                return {"anyOf": [said, {"enum": ["", None], "description": "empties it"}]}
            case Use.PRESENT:
                return {**said, "readOnly": True}
            case Use.IGNORED:
                return {**said, "description": "Taken, and ignored"}
            case _:
                return said


@dataclass(frozen=True)
class Schema:
    fields: Sequence[Field]

    def json_schema(self) -> JsonSchema:
        """The declaration for those who write a body, as far as it does not depend on what is stored."""
        return {
            "type": "object",
            "properties": {field.key: field.json_schema() for field in self.fields},
            "required": [field.key for field in self.fields if field.use is Use.REQUIRED],
            "additionalProperties": False,
        }

    def read(self, body: Mapping[str, object], present: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The values that were sent, by key; None for an emptied one. Raises Refused."""
        known = {field.key: field for field in self.fields}
        problems = [f"{key}: there is no such key" for key in sorted(body.keys() - known.keys())]
        values: dict[str, Any] = {}
        for field in self.fields:
            try:
                values.update(_read(field, body, present or {}))
            except ValueError as error:
                problems.append(f"{field.key}: {error}")
        if problems:
            raise invalid(*problems)
        return values


def _read(field: Field, body: Mapping[str, object], present: Mapping[str, object]) -> dict[str, Any]:
    if field.key not in body:
        if field.use is Use.REQUIRED:
            raise ValueError("is required")
        return {}
    value = body[field.key]
    if field.use is Use.IGNORED:
        return {}
    if field.use is Use.PRESENT:
        if field.key in present and _same(value, present[field.key]):
            return {}
        raise ValueError("cannot be set" if not present else "cannot be changed")
    if field.use is Use.CLEARABLE and (value is None or value == ""):
        return {field.key: None}
    return {field.key: field.kind.read(value)}


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other  # True == 1 in Python, not in JSON
