"""The API's description is complete, valid, and agrees with what the API checks."""

import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.reference_api import ReferenceSettings, create_reference_api
from app.reference_api.field_types import Base64, FieldType, Mac, Text, host, name
from app.reference_api.fields import Use
from app.reference_api.json_http import BASE
from app.reference_api.openapi.document import build
from app.reference_api.openapi.examples import EXAMPLES
from app.reference_api.openapi.operations import OPERATIONS
from app.reference_api.schemas import CONNECTED_USERS, DEVICE_CREATION, DEVICE_UPDATE
from tests.support import html
from tests.support.api_world import World
from tests.support.cases import record_case, requires_cases
from tests.support.markup import parse_markup


def api() -> Flask:
    return create_reference_api(ReferenceSettings(database_url="sqlite://"))


APP = api()
DOCUMENT = build(APP)
CALLS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
]


def test_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_document_describes_every_operation() -> None:
    rules = [rule for rule in APP.url_map.iter_rules() if not rule.endpoint.startswith("description.")]
    answered = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD"}
    }
    assert {(BASE + path, method) for path, method, _ in CALLS} == answered
    assert set(OPERATIONS) == {rule.endpoint for rule in rules}


def test_undescribed_endpoint_raises() -> None:
    app = api()
    app.add_url_rule(f"{BASE}/new/", "places.new", lambda: "")
    with pytest.raises(KeyError, match=r"places\.new"):
        build(app)


def test_document_is_public_and_stable(world: World) -> None:
    client = world.anonymous().client
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json() == DOCUMENT
    assert (
        answer.data == client.get("/api/v1/openapi.json").data == api().test_client().get("/api/v1/openapi.json").data
    )


def test_only_login_needs_no_session() -> None:
    assert [path for path, _, operation in CALLS if operation.get("security") == []] == ["/login/"]
    closed = [operation for path, _, operation in CALLS if path != "/login/"]
    assert all("401" in operation["responses"] for operation in closed)


@pytest.mark.parametrize("endpoint", EXAMPLES)
def test_example_matches_schema(endpoint: str) -> None:
    [operation] = [described for _, _, described in CALLS if described["operationId"] == endpoint.replace(".", "_")]
    success = next(schema for status, schema in operation["responses"].items() if status in {"200", "201"})
    contents = [success["content"]]
    if "requestBody" in operation and EXAMPLES[endpoint].request is not None:
        contents.append(operation["requestBody"]["content"])
    for content in contents:
        schema = content["application/json"]
        assert_valid({**schema["schema"], "components": DOCUMENT["components"]}, schema["example"])


def assert_valid(schema: dict[str, Any], value: object) -> None:
    assert [error.message for error in Draft202012Validator(schema).iter_errors(value)] == []


def accepts(field_type: FieldType, value: object) -> bool:
    try:
        field_type.read(value)
    except ValueError:
        return False
    return True


TEXTS = st.text("-.:_/ aAfFgG09é\x00\n\x85\xa0\u2028\ufeff😀", max_size=20) | st.text(max_size=20)
MACS = st.from_regex(r"[0-9a-gA-F]{1,6}([-:. ]?[0-9a-fA-F]{2,6}){0,6}", fullmatch=True)
IPV6S = st.from_regex(r"[0-9aF]{0,4}(::?[0-9aF]{0,4}){2,8}(:?[0-9]{1,3}(\.[0-9]{1,3}){3})?", fullmatch=True)
BASE64S = st.text("AQgwBEIM09+/=\r\n", max_size=9)


@requires_cases("taken", "refused")
@pytest.mark.parametrize("field_type", [Text(10), name(10), host(15)], ids=["text", "name", "host"])
@given(text=TEXTS)
@example(text=" a")
@example(text="a\xa0")
@example(text="..")
@example(text="10.0.0.1")
@example(text="10.0.0.256")
@example(text="2001:db8::1")
@example(text="fe80::1%eth0")
@example(text="a.1")
@example(text="a.b1.")
@example(text="a\n")
def test_text_schema_matches_check(field_type: Text, text: str) -> None:
    schema = Draft202012Validator(field_type.json_schema(), validate_formats=True)
    record_case("taken" if accepts(field_type, text) else "refused")
    assert schema.is_valid(text) == accepts(field_type, text)


@requires_cases("taken", "refused")
@given(text=IPV6S | st.ip_addresses(v=6).map(str))
@example(text="1:2:3:4:5:6:7::")
@example(text="1:2:3:4:5:6:7:8::")
@example(text="::2:3:4:5:6:7:8")
@example(text="1::3:4:5:6:7:8:9")
@example(text="1:2:3:4:5:6:10.0.0.1")
@example(text="::3:4:5:6:7:10.0.0.1")
@example(text="::2:3:4:5:6:7:10.0.0.1")
@example(text=":::")
@example(text="1:::2")
@example(text="::")
def test_ipv6_pattern_matches_check(text: str) -> None:
    field_type = host(80)
    record_case("taken" if accepts(field_type, text) else "refused")
    assert Draft202012Validator(field_type.json_schema()).is_valid(text) == accepts(field_type, text)


@requires_cases("taken", "refused")
@given(text=MACS)
@example(text="00:15:65:1A:2B:3C")
@example(text="00:15-65:1A:2B:3C")
@example(text="0015.651a.2b3c")
@example(text="001565-1a2b3c")
def test_mac_schema_matches_check(text: str) -> None:
    record_case("taken" if accepts(Mac(), text) else "refused")
    assert Draft202012Validator(Mac().json_schema()).is_valid(text) == accepts(Mac(), text)


@requires_cases("taken", "refused")
@given(text=BASE64S)
@example(text="QQ==")
@example(text="QR==")
@example(text="QUI=")
@example(text="QUJ=")
def test_base64_schema_matches_check(text: str) -> None:
    field_type = Base64(100)
    record_case("taken" if accepts(field_type, text) else "refused")
    assert Draft202012Validator(field_type.json_schema()).is_valid(text) == accepts(field_type, text)


@pytest.mark.parametrize("key", [field.key for field in DEVICE_UPDATE.fields if field.use is Use.CLEARABLE])
def test_clearable_keys_admit_null_and_empty(key: str) -> None:
    schema = Draft202012Validator(DEVICE_UPDATE.json_schema())
    assert schema.is_valid({key: None})
    assert schema.is_valid({key: ""}) == (key != "netPort")  # where only words say it
    assert not schema.is_valid({key: "\0"})


def test_line_order_is_one_array() -> None:
    schema = CONNECTED_USERS.json_schema()["properties"]["connected_users"]
    assert schema["type"] == "array"
    assert [item["type"] for item in schema["items"]["anyOf"]] == ["string", "object"]


def test_fixed_keys_are_read_only() -> None:
    creation, update = DEVICE_CREATION.json_schema(), DEVICE_UPDATE.json_schema()
    fixed = ["numberOfPorts", "numberOfAssignedPorts", "version", "configurationFileName", "status", "freePorts"]
    assert [key for key, schema in creation["properties"].items() if schema.get("readOnly")] == fixed
    assert [key for key, schema in update["properties"].items() if schema.get("readOnly")] == [
        "deviceName",
        "deviceType",
        *fixed,
    ]


def test_docs_page_matches_document(world: World) -> None:
    client = world.anonymous().client
    answer = client.get("/api/v1/docs/")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; ")
    page = parse_markup(answer.text)
    html.check(answer.text, lambda: page, world.app, "/api/v1/docs/")
    assert not list(page.iter("script"))
    sections = {section.get("id"): html.text(section) for section in page.iter("section")}
    for path, method, operation in CALLS:
        section_text = sections[operation["operationId"]]
        assert f"{method.upper()} {path}" in section_text
        assert all(status in section_text for status in operation["responses"])
    assert all(schema in sections for schema in DOCUMENT["components"]["schemas"])
    for link in page.iter("a"):
        assert link.get("href") == "../openapi.json" or link.get("href", "").removeprefix("#") in sections
    [style] = page.iter("link")
    assert client.get(f"/api/v1/docs/{style.get('href')}").mimetype == "text/css"
    assert client.get("/api/v1/docs").status_code == 404
