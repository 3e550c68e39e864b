"""Declarations of a device's fields, each beside the field itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self, TypeVar, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from app.portal.domain.checks import Check, check_length, check_one_line
from app.portal.models.base import ListItem
from app.portal.models.phone_type import Need, PhoneDefinition, PhoneType

_NEEDS = frozenset(info.name for info in fields(PhoneDefinition))


class Section(StrEnum):
    """The headings that the form and the overview show fields under."""

    DEVICE = "Device"
    CONNECTION = "Connection"
    CREDENTIALS = "Location and credentials"


@dataclass(frozen=True)
class DeviceField:
    """A field that the platform reports.

    section: None for what no overview shows.
    options: the words for people, by the text of a value.
    note: where the value comes from.
    is_code: no words of a language, so set in monospace and not checked for spelling.
    depends_on: the yes-or-no field without which the value means nothing.
    name, key (the API's), type: filled in from the model.
    """

    label: str
    section: Section | None
    options: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    is_code: bool = False
    is_secret: bool = False
    depends_on: str = ""
    name: str = ""
    key: str = ""
    type: Any = str

    def bind(self, name: str, key: str, value_type: Any) -> Self:
        """Return the declaration with what only the model knows. Raise TypeError where the type needs more of it."""
        return replace(self, name=name, key=key, type=value_type)

    def to_text(self, value: Any) -> str:
        return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)

    def to_cell(self, value: Any) -> str:
        text = self.to_text(value)
        return self.options.get(text, text)

    def to_words(self, value: Any) -> str:
        return self.to_cell(value)

    def note_on(self, _value: Any) -> str:
        return self.note


@dataclass(frozen=True)
class EditableField(DeviceField):
    """A field that people fill in.

    check: what may be typed; `required` is the error where nothing is. A text needs `max_length` unless it has
        `options`; `options_vary` where these come from the platform.
    need: the attribute of PhoneDefinition that tells whether a type has the field and must have it.
    duplicate: the error where another device of the group has the value; the list of devices must carry the field.
    format, parse: from the API's notation to the one that people see, and back.
    hint: what is known of a text, such as the vendor of a MAC.
    is_fixed: cannot be changed once the device is there.
    is_own: belongs to one phone, so a copy of the device begins without it.
    is_unique: no two phones have the same, so many cannot be given one value; so too what is fixed or no duplicate.
    needs_reboot: the phone reads it from its files, when it starts.
    """

    section: Section
    help: str = ""
    max_length: int | None = None
    check: Check | None = None
    required: str = ""
    default: str = ""
    options_vary: bool = False
    need: str = ""
    duplicate: str = ""
    format: Callable[[str], str] | None = None
    parse: Callable[[str], str] | None = None
    hint: Callable[[str], str | None] | None = None
    is_fixed: bool = False
    is_own: bool = False
    is_unique: bool = False
    needs_reboot: bool = False

    def bind(self, name: str, key: str, value_type: Any) -> Self:
        if value_type not in (str, bool, bool | None, int | None):
            raise TypeError(f"{name}: no text can be read as {value_type}")
        if value_type in (bool, bool | None) and self.options.keys() != {"false", "true"}:
            raise TypeError(f"{name}: options for false and true are missing")
        if value_type is str and not self.is_choice and self.max_length is None:
            raise TypeError(f"{name}: max_length is missing")
        if value_type == int | None and self.check is None:
            raise TypeError(f"{name}: a check for numbers is missing")
        if self.need and self.need not in _NEEDS:
            raise TypeError(f"{name}: no phone type tells whether it needs {self.need!r}")
        return super().bind(name, key, value_type)

    @property
    def is_yes_or_no(self) -> bool:
        return self.options.keys() == {"false", "true"}

    @property
    def is_choice(self) -> bool:
        return bool(self.options) or self.options_vary

    @property
    def suits_many(self) -> bool:
        return not (self.is_fixed or self.is_unique or self.duplicate)

    @property
    def can_be_cleared(self) -> bool:
        return not (self.required or self.is_fixed or self.is_choice or self.is_secret)

    def from_text(self, text: str) -> Any:
        """Return the value of a checked text."""
        if self.parse:
            return self.parse(text)
        return text if self.type is str else msgspec.convert(text or None, self.type, strict=False)

    def to_input(self, value: Any) -> str:
        """Return the text that a form shows for a value."""
        text = self.to_text(value)
        return self.format(text) if self.format else text

    def to_words(self, value: Any) -> str:
        return self.to_cell(value) if self.options else self.to_input(value)

    def note_on(self, value: Any) -> str:
        return (self.hint and self.hint(self.to_text(value))) or self.note

    def find_error(self, text: str) -> str | None:
        """Return what is wrong with a text that stands for a value, as a sentence for people."""
        if self.max_length and (error := check_length(text, self.max_length)):
            return error
        if self.is_choice or self.is_secret:
            return None
        return check_one_line(text) or (self.check(text) if self.check else None)

    def missing_in(self, phone_type: PhoneType) -> str:
        """Return the error where a type requires a value and there is none."""
        return f"Enter a value. {phone_type.technical_name} requires one."

    def needless_in(self, phone_type: PhoneType) -> str:
        """Return the error where a type does not have the field and there is a value."""
        return f"{phone_type.technical_name} has no such field. Leave it empty."

    def need_of(self, phone_type: PhoneType | None) -> Need:
        if not (phone_type and phone_type.needs and self.need):
            return Need.OPTIONAL
        need: Need = getattr(phone_type.needs, self.need)
        return need


F = TypeVar("F", bound=DeviceField)


def declared_fields(
    model: type[Struct], known: Mapping[str, DeviceField] = MappingProxyType({})
) -> Mapping[str, DeviceField]:
    """Return the declarations of a model's fields by name; one without has that of the same name in `known`.

    Raise TypeError for a field without any, and for one that lacks what it needs.
    """
    declarations = {}
    for info in fields(model):
        if info.name in ListItem.__struct_fields__:
            continue
        value_type, *extras = get_args(info.type) or (info.type,)
        declared = next((extra for extra in extras if isinstance(extra, DeviceField)), None)
        if declared:
            declarations[info.name] = declared.bind(info.name, info.encode_name, value_type)
        elif info.name in known:
            declarations[info.name] = known[info.name]
        else:
            raise TypeError(f"{model.__name__}.{info.name} has no DeviceField")
    for name, declared in known.items():
        if isinstance(declared, EditableField) and declared.duplicate and name not in declarations:
            raise TypeError(f"{name}: its duplicates cannot be found, for {model.__name__} lacks it")
    return declarations


def by_section(device_fields: Iterable[F]) -> Mapping[Section, list[F]]:
    """Return the fields of each section that has any, in the order of the sections."""
    device_fields = list(device_fields)
    sections = {section: [declared for declared in device_fields if declared.section is section] for section in Section}
    return {section: members for section, members in sections.items() if members}
