"""The OpenAPI 3.1 document, from the URL map and the definitions of requests and answers."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask

from app.reference_api.access_check import required_level
from app.reference_api.auth import UserLevel
from app.reference_api.errors import Code
from app.reference_api.field_types import JsonSchema
from app.reference_api.fields import Field, Schema
from app.reference_api.json_http import BASE
from app.reference_api.openapi.components import REFUSALS, SESSION, components, json_content, reference
from app.reference_api.openapi.examples import EXAMPLES, Example
from app.reference_api.openapi.operations import OPERATIONS, Operation

_INTRODUCTION = """\
Access devices of a telephony platform: the phones, DECT bases, adapters and SIP clients of its tenants' groups.

Names in an address are percent-encoded once. Where no other level is named, an operation asks for the session of \
a group admin or of somebody above; what lies outside the caller's scope answers as what does not exist.

The codes of errors:"""

_TAGS = {
    "sessions": "Sessions",
    "places": "Tenants and groups",
    "phone_types": "Phone types",
    "search": "Search",
    "device_end_points": "Lines of a group",
    "access_devices": "Access devices",
    "config_files": "Config files",
    "connected_users": "Connected users",
    "available_tags": "Tags",
}


class _Route(NamedTuple):
    """`level` is None where no session is needed."""

    path: str
    method: str
    endpoint: str
    level: UserLevel | None

    @property
    def operation(self) -> Operation:
        return OPERATIONS[self.endpoint]

    @property
    def tag(self) -> str:
        return _TAGS[self.endpoint.partition(".")[0]]

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


def build(app: Flask) -> dict[str, Any]:
    """Describe what `app` answers. Raises KeyError for an endpoint that OPERATIONS does not have."""
    routes = list(_routes(app))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        shared = (
            {"parameters": [reference("parameters", name) for name in route.parameters]} if route.parameters else {}
        )
        paths.setdefault(route.path, shared)[route.method] = _operation(route)
    codes = "\n".join(f"- {code.value} {code.name}" for code in Code)
    return {
        "openapi": "3.1.1",
        "info": {"title": "Access device API", "version": "1", "description": f"{_INTRODUCTION}\n\n{codes}"},
        "servers": [{"url": BASE}],
        "security": [{SESSION: []}],
        "tags": [{"name": tag} for tag in _TAGS.values()],
        "paths": paths,
        "components": components([route.operation for route in routes]),
    }


def _routes(app: Flask) -> Iterator[_Route]:
    """Yield operations in the order of the tags, without those of the description itself."""
    order = list(_TAGS)
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("description.")]
    for rule in sorted(rules, key=lambda rule: (order.index(rule.endpoint.partition(".")[0]), rule.rule)):
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix(BASE))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield _Route(path, method.lower(), rule.endpoint, required_level(app.view_functions[rule.endpoint]))


def _operation(route: _Route) -> dict[str, Any]:
    operation, example = route.operation, EXAMPLES.get(route.endpoint, Example(None))
    described: dict[str, Any] = {
        "operationId": route.endpoint.replace(".", "_"),
        "tags": [route.tag],
        "summary": operation.summary,
        "description": " ".join(filter(None, [operation.notes, _access_note(route.level)])),
    }
    if route.level is None:
        described["security"] = []
    if operation.query:
        described["parameters"] = _query(operation.query)
    if operation.body:
        schema = reference("schemas", operation.body.name)
        described["requestBody"] = {
            "required": operation.body.required,
            "content": json_content(schema, example.request),
        }
    described["responses"] = {
        str(operation.status): _success(operation, example, opens_session=route.level is None),
        **{str(status): reference("responses", status) for status in sorted(_refusals(route))},
    }
    return described


def _access_note(level: UserLevel | None) -> str:
    match level:
        case None:
            return "Needs no session."
        case UserLevel.END_USER:
            return "For everybody who has signed in."
        case UserLevel.GROUP_ADMIN:
            return ""
        case _:
            return f"For a {level.name.replace('_', ' ').lower()} only."


def _query(schema: Schema) -> list[dict[str, Any]]:
    return [
        {"name": field.key, "in": "query", "required": False, "schema": _query_schema(field)} for field in schema.fields
    ]


def _query_schema(field: Field) -> JsonSchema:
    """Let a text be empty: an empty criterion counts as none."""
    schema = field.type.json_schema()
    return {**schema, "minLength": 0} if schema["type"] == "string" else schema


def _success(operation: Operation, example: Example, *, opens_session: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"description": "Created" if operation.status == 201 else "Done"}
    if opens_session:
        text = "The session's cookie: sessionid, HttpOnly"
        described["headers"] = {"Set-Cookie": {"description": text, "required": True, "schema": {"type": "string"}}}
    described["content"] = json_content(reference("schemas", operation.answer.__name__), example.answer)
    return described


def _refusals(route: _Route) -> set[int]:
    statuses = {500, 503, *route.operation.refusals}
    if route.level is not None:
        statuses.add(401)
    if route.level:
        statuses.add(403)
    if route.parameters:
        statuses.add(404)
    if route.operation.body:
        statuses.add(415)
    if route.operation.body or route.operation.query:
        statuses |= {400, 413, 416}
    if route.endpoint.startswith("available_tags."):
        statuses.add(404)
    return statuses & REFUSALS.keys()
