"""The OpenAPI 3.1 document, from the URL map and from the definitions that read requests and shape answers."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Flask

from app.reference_api.auth import Level
from app.reference_api.errors import Code
from app.reference_api.fields import Schema
from app.reference_api.gate import required_level
from app.reference_api.kinds import JsonSchema
from app.reference_api.openapi.components import REFUSALS, SESSION, components, json_content, reference
from app.reference_api.openapi.examples import EXAMPLES, Example
from app.reference_api.openapi.operations import OPERATIONS, Operation
from app.reference_api.wire import BASE

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
    "access_devices": "Access devices",
    "config_files": "Config files",
    "connected_users": "Connected users",
    "available_tags": "Tags",
}


class _Route(NamedTuple):
    """An operation where the URL map has it; `level` is None where no session is needed."""

    path: str
    method: str
    endpoint: str
    level: Level | None

    @property
    def operation(self) -> Operation:
        return OPERATIONS[self.endpoint]

    @property
    def tag(self) -> str:
        return _TAGS[self.endpoint.partition(".")[0]]

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


def build(app: Flask) -> dict[str, Any]:
    """Describes what `app` answers. Raises KeyError for an endpoint that OPERATIONS does not have."""
    routes = list(_routes(app))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        shared = {"parameters": [reference("parameters", name) for name in route.names]} if route.names else {}
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
    """In the order of the tags; the description's own addresses are left out."""
    order = list(_TAGS)
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("description.")]
    for rule in sorted(rules, key=lambda rule: (order.index(rule.endpoint.partition(".")[0]), rule.rule)):
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix(BASE))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield _Route(path, method.lower(), rule.endpoint, required_level(app.view_functions[rule.endpoint]))


def _operation(route: _Route) -> dict[str, Any]:
    operation, example = route.operation, EXAMPLES.get(route.endpoint, Example(None))
    said: dict[str, Any] = {
        "operationId": route.endpoint.replace(".", "_"),
        "tags": [route.tag],
        "summary": operation.summary,
        "description": " ".join(filter(None, [operation.words, _who(route.level)])),
    }
    if route.level is None:
        said["security"] = []
    if operation.query:
        said["parameters"] = _query(operation.query)
    if operation.body:
        schema = reference("schemas", operation.body.name)
        said["requestBody"] = {
            "required": operation.body.required,
            "content": json_content(schema, example.request),
        }
    said["responses"] = {
        str(operation.status): _success(operation, example, opens_session=route.level is None),
        **{str(status): reference("responses", status) for status in sorted(_refusals(route))},
    }
    return said


def _who(level: Level | None) -> str:
    match level:
        case None:
            return "Needs no session."
        case Level.END_USER:
            return "For everybody who has signed in."
        case Level.GROUP_ADMIN:
            return ""
        case _:
            return f"For a {level.name.replace('_', ' ').lower()} only."


def _query(schema: Schema) -> list[dict[str, Any]]:
    """An empty criterion counts as none."""
    parameters = []
    for field in schema.fields:
        said: JsonSchema = {**field.kind.json_schema(), "minLength": 0}
        parameters.append({"name": field.key, "in": "query", "required": False, "schema": said})
    return parameters


def _success(operation: Operation, example: Example, *, opens_session: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"description": "Created" if operation.status == 201 else "Done"}
    if opens_session:
        words = "The session's cookie: sessionid, HttpOnly"
        said["headers"] = {"Set-Cookie": {"description": words, "required": True, "schema": {"type": "string"}}}
    said["content"] = json_content(reference("schemas", operation.answer.__name__), example.answer)
    return said


def _refusals(route: _Route) -> set[int]:
    """What can be answered instead; every answer that is no success has the shape of errors."""
    found = {500, 503, *route.operation.refusals}
    if route.level is not None:
        found.add(401)
    if route.level:
        found.add(403)
    if route.names:
        found.add(404)
    if route.operation.body or route.operation.query:
        found |= {400, 413, 416}
    if route.endpoint.startswith("available_tags."):
        found.add(404)
    return found & REFUSALS.keys()
