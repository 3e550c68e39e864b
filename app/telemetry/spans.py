"""Spans of requests and of calls to the platform.

Names and attributes tell of rules and kinds, never of people or devices. A span is known to others by its W3C
traceparent, which also names its parent.
"""

from collections.abc import Mapping
from typing import Protocol

Attributes = Mapping[str, str | int]


class Span(Protocol):
    @property
    def traceparent(self) -> str: ...

    def end(self, attributes: Attributes, *, has_failed: bool) -> None: ...


class SpanSource(Protocol):
    def begin(self, name: str, parent: str, *, is_call: bool) -> Span: ...


class Spans:
    """Begins spans where there is a source of them."""

    def __init__(self) -> None:
        self.source: SpanSource | None = None

    def begin(self, name: str, parent: str, *, is_call: bool = False) -> Span | None:
        """`parent` is a traceparent, or "" for the first span of a trace. `is_call`: made to another, not answered."""
        return self.source.begin(name, parent, is_call=is_call) if self.source else None


SPANS = Spans()
