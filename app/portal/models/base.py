"""What all models share."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field


class Model(Struct, frozen=True, kw_only=True, rename="camel"): ...


class ListItem(Model, frozen=True, kw_only=True, omit_defaults=True):
    """An item of a list. `problems` says by field, in words, what the backend sent wrong or not at all; "" is the row.

    A required field that could not be read holds the text of what came instead, or None where it is no text.
    """

    problems: Mapping[str, str] = field(default=MappingProxyType({}), name="problems (never sent)")
