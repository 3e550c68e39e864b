"""Base classes of the models."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct, field


class Model(Struct, frozen=True, kw_only=True, rename="camel"): ...


class ListItem(Model, frozen=True, kw_only=True, omit_defaults=True):
    """`problems` holds by field, in words, what the backend sent wrong or not at all; "" is the item as a whole.

    A required field that could not be read holds the text that came instead, or None where its type is not text.
    """

    problems: Mapping[str, str] = field(default=MappingProxyType({}), name="problems (never sent)")
