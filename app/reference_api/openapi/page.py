"""The document as one page of HTML, without script and external resources."""

import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader

from app.reference_api.field_types import JsonSchema

METHODS = ("get", "post", "put", "delete")


def render(document: Mapping[str, Any]) -> str:
    jinja = Environment(
        loader=PackageLoader("app.reference_api", "openapi"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters.update(
        type_name=type_name, limits=limits, resolve=lambda item: resolve(item, document), pretty_json=pretty_json
    )
    return jinja.get_template("page.html").render(document=document, methods=METHODS)


def pretty_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def resolve(item: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the target of a reference, and anything else as it is."""
    if "$ref" not in item:
        return item
    target: Any = document
    for part in item["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return dict(target)


def type_name(schema: JsonSchema) -> str:
    """Return the type of value in words, such as "whole number"."""
    match schema:
        case {"enum": [*values]}:
            *most, last = (json.dumps(value) for value in values)
            return f"{', '.join(most)} or {last}" if most else last
        case {"type": [str(name), *_]}:
            return f"{type_name({'type': name})} or null"
        case {"type": str(name)}:
            return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(name, name)
        case _:
            return "anything"


def limits(schema: JsonSchema) -> str:
    """Return the allowed length of a text or range of a number."""
    match schema:
        case {"minimum": low, "maximum": high}:
            return f"{low} to {high}"
        case {"minimum": low}:
            return f"{low} or more"
        case {"minLength": low, "maxLength": high}:
            return f"{low} to {high} characters"
        case {"maxLength": high}:
            return f"at most {high} characters"
        case _:
            return ""
