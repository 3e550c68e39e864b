"""The document as one page of HTML, without script and with nothing from elsewhere."""

import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader

from app.reference_api.kinds import JsonSchema

METHODS = ("get", "post", "put", "delete")


def render(document: Mapping[str, Any]) -> str:
    jinja = Environment(
        loader=PackageLoader("app.reference_api", "openapi"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(kind=kind, limits=limits, resolved=lambda said: resolved(said, document), shown=shown)
    return jinja.get_template("page.html").render(document=document, methods=METHODS)


def shown(value: object) -> str:
    """A JSON value to be read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def resolved(said: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference leads to; anything else is itself."""
    if "$ref" not in said:
        return said
    found: Any = document
    for part in said["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def kind(schema: JsonSchema) -> str:
    """The kind of value in words, such as "text"; a list is told by its items."""
    match schema:
        case {"enum": [*values]}:
            *most, last = (json.dumps(value) for value in values)
            return f"{', '.join(most)} or {last}" if most else last
        case {"type": str(name)}:
            return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(name, name)
        case _:
            return "anything"


def limits(schema: JsonSchema) -> str:
    """How long a text, how large a number may be."""
    match schema:
        case {"minLength": low, "maxLength": high}:
            return f"{low} to {high} characters"
        case {"maxLength": high}:
            return f"at most {high} characters"
        case {"minimum": low, "maximum": high}:
            return f"{low} to {high}"
        case {"minimum": low}:
            return f"{low} or more"
        case _:
            return ""
