"""The parts of the document that operations share."""

from collections.abc import Iterable
from typing import Any

import msgspec

from app.reference_api.access_check import COOKIE
from app.reference_api.errors import Code, Forbidden, NoSession, NotAnObject, NotJson, Refused
from app.reference_api.field_types import JsonSchema
from app.reference_api.json_http import HTTP_ERRORS, Errors, error_answer
from app.reference_api.openapi.examples import PATH
from app.reference_api.openapi.operations import Operation
from app.reference_api.schemas import NAMES

SESSION = "session"
REFUSALS: dict[int, tuple[str, Code, str]] = {
    400: ("The request was refused", Refused.code, "netPort: must be a whole number from 1025 to 65535"),
    401: ("No session", NoSession.code, NoSession.text),
    403: ("The account's level is too low", Forbidden.code, Forbidden.text),
    404: ("Not there, or out of the caller's scope", *HTTP_ERRORS[404]),
    413: ("The body is too large", *HTTP_ERRORS[413]),
    415: ("The body is not JSON", NotJson.code, NotJson.text),
    416: ("The body is no JSON object", NotAnObject.code, NotAnObject.text),
    429: ("Too many passwords are being checked", *HTTP_ERRORS[429]),
    500: ("The server failed", *HTTP_ERRORS[500]),
    503: ("The database is busy or away", *HTTP_ERRORS[503]),
}


def components(operations: Iterable[Operation]) -> dict[str, Any]:
    return {
        "securitySchemes": {SESSION: {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        "parameters": {name: _path_parameter(name) for name in NAMES},
        "responses": {str(status): _refusal(status) for status in REFUSALS},
        "schemas": _schemas(operations),
    }


def reference(group: str, name: object) -> dict[str, str]:
    return {"$ref": f"#/components/{group}/{name}"}


def json_content(schema: JsonSchema, example: object) -> dict[str, Any]:
    examples = {} if example is None else {"example": example}
    return {"application/json": {"schema": schema, **examples}}


def _path_parameter(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": NAMES[name].json_schema(),
        "example": PATH[name],
    }


def _refusal(status: int) -> dict[str, Any]:
    description, code, details = REFUSALS[status]
    example = msgspec.to_builtins(error_answer(code, details))
    return {"description": description, "content": json_content(reference("schemas", Errors.__name__), example)}


def _schemas(operations: Iterable[Operation]) -> dict[str, JsonSchema]:
    answers = {Errors, *(operation.answer for operation in operations)}
    _, schemas = msgspec.json.schema_components(
        sorted(answers, key=lambda answer: answer.__name__), ref_template="#/components/schemas/{name}"
    )
    bodies = {operation.body.name: operation.body.schema for operation in operations if operation.body}
    return dict(sorted({**schemas, **bodies}.items()))
