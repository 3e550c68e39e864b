"""Error texts of the backend, in every shape."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.api.answers import MAX_WAIT, parse_retry_after, read_error
from app.portal.api.problems import MAX_TEXT_LENGTH, one_line, read_problems
from tests.support.cases import record_case, requires_cases

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)

APPLICATION_SERVER = {
    "errors": [
        {
            "code": 2,
            "message": "BROADWORKS_ERROR",
            "details": {
                "errors": [
                    {
                        "error_code": 4500,
                        "level": "Error",
                        "summary": "[Error 4500] Device type",
                        "detail": "Not known.",
                    },
                    {"summary": "Try another."},
                    None,
                ]
            },
        }
    ]
}


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"errors": [{"code": 2, "message": "INVALID", "details": "netPort: too low"}]}, "netPort: too low", 2),
        ({"errors": [{"code": "56", "message": "UNSUPPORTED"}]}, "UNSUPPORTED", 56),
        (APPLICATION_SERVER, "[Error 4500] Device type: Not known.; Try another.", 2),
        ({"errors": [{"details": "one"}, {"code": 5, "details": "two"}]}, "one; two", 5),
        ({"errors": {"code": 2, "details": "alone"}}, "alone", 2),
        ({"errors": ["plain"]}, "plain", None),
        ({"error": "Not like this"}, "Not like this", None),
        ({"error": {"message": "Neither"}}, "Neither", None),
    ],
)
def test_error_text_in_every_known_shape(body: object, message: str, code: int | None) -> None:
    error = read_error(400, msgspec.json.encode(body), None, is_write=True)
    assert (str(error), error.code) == (message, code)


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "text",
    [
        "no answer from http://device_management:hunter2secret@files.example/a.cfg",
        "ftp://user:hunter2secret/with@signs@host, and https://hunter2secret@other",
    ],
)
@pytest.mark.parametrize("shape", ["details", "message", "summary"])
def test_url_credentials_are_masked(text: str, status: int, shape: str) -> None:
    problem = {"details": {"errors": [{"summary": text}]}} if shape == "summary" else {shape: text}
    error = read_error(status, msgspec.json.encode({"errors": [problem]}), None, is_write=True)
    assert "://•••@" in error.message
    assert "hunter2secret" not in f"{error} {error.detail} {error.messages} {error.cause}"


@pytest.mark.parametrize("most", [None, 40])
def test_file_content_is_masked(most: int | None) -> None:
    content = base64.b64encode(b"admin_password = hunter2secret\n" * 9).decode()
    body = msgspec.json.encode({"errors": [{"details": f"fileContent: {content[:most]} is too long"}]})
    assert str(read_error(400, body, None, is_write=True, secrets=[content])) == "fileContent: ••• is too long"


NONSENSE = [
    "",
    "<html>",
    "{",
    "[]",
    "3",
    '"x"',
    "null",
    "{}",
    '{"errors": []}',
    '{"errors": null}',
    '{"errors": 7.5e400}',
]


@pytest.mark.parametrize("body", [*NONSENSE, '{"errors": [null, [], {}]}', "[" * 100_000, "\ud800"])
def test_error_without_text_gives_cause(body: str) -> None:
    error = read_error(400, body.encode("utf-8", "surrogatepass"), None, is_write=True)
    assert str(error) == error.cause == "invalid request (400)"
    assert error.code is None


def test_error_keeps_each_text() -> None:
    body = b'{"errors": [{"details": "macAddress: taken"}, {"details": "netPort: too low"}]}'
    assert read_error(422, body, None, is_write=True).messages == ("macAddress: taken", "netPort: too low")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["errors", "code", "details"]), inner),
    max_leaves=20,
)


@requires_cases("problems", "no problem")
@given(st.fixed_dictionaries({"errors": json_values}), st.integers(300, 599))
def test_any_body_is_readable(body: object, status: int) -> None:
    try:
        encoded = msgspec.json.encode(body)
    except UnicodeEncodeError:
        return
    record_case("problems" if read_problems(encoded) else "no problem")
    error = read_error(status, encoded, None, is_write=True)
    assert str(error).isprintable()
    assert all(len(problem.text) <= MAX_TEXT_LENGTH for problem in read_problems(encoded))


@requires_cases("cut", "not printable", "as it is")
@given(st.text() | st.text("ab \n", min_size=15))
def test_one_line_is_printable_and_short(text: str) -> None:
    line = one_line(text, 20)
    record_case("cut", len(one_line(text, 10_000)) > 20)
    record_case("not printable", not text.isprintable())
    record_case("as it is", line == text)
    assert len(line) <= 20
    assert line == line.strip()
    assert not line or line.isprintable()


def test_one_line_drops_control_characters() -> None:
    assert one_line(" a\r\nb\x1b[31m\u202ec\u2028d\0e\ud800 ") == "a b [31m c d e"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("20", 20),
        (" 0 ", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        (format_datetime(NOW + timedelta(days=999), usegmt=True), MAX_WAIT),
        ("9" * 5_000, MAX_WAIT),
        (None, None),
        *((text, None) for text in ("", "-5", "1.5", "1e3", "soon", "٣", "NaN", "Mon, 99 Foo 0000 99:99:99 GMT")),
        ("Mon, 23 Nov 99999 10:42:00 GMT", None),
    ],
)
def test_retry_after_is_limited(header: str | None, seconds: int | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


def test_busy_error_gives_waiting_time() -> None:
    assert read_error(429, b"", 20, is_write=True).cause == "too many requests; the platform asks to wait 20 s (429)"
    assert read_error(429, b"", 1, is_write=True).cause == "too many requests; the platform asks to wait 1 s (429)"
    assert read_error(429, b"", None, is_write=True).cause == "too many requests (429)"
