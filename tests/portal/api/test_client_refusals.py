"""What the backend says when it refuses, in every shape that it may say it."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.portal.api.answers import LONGEST_TEXT, LONGEST_WAIT, error_of, one_line, read_problems, seconds_to_wait

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
def test_the_words_are_found_in_every_known_shape(body: object, message: str, code: int | None) -> None:
    error = error_of(400, msgspec.json.encode(body), None, is_write=True)
    assert (str(error), error.code) == (message, code)


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize(
    "said",
    [
        "no answer from http://device_management:hunter2secret@files.example/a.cfg",
        "ftp://user:hunter2secret/with@signs@host, and https://hunter2secret@other",
    ],
)
@pytest.mark.parametrize("shape", ["details", "message", "summary"])
def test_the_credentials_of_a_url_are_never_quoted(said: str, status: int, shape: str) -> None:
    problem = {"details": {"errors": [{"summary": said}]}} if shape == "summary" else {shape: said}
    error = error_of(status, msgspec.json.encode({"errors": [problem]}), None, is_write=True)
    assert "://•••@" in error.message
    assert "hunter2secret" not in f"{error} {error.detail} {error.messages} {error.cause}"


@pytest.mark.parametrize("most", [None, 40])
def test_the_content_of_a_file_is_never_quoted_not_even_its_beginning(most: int | None) -> None:
    content = base64.b64encode(b"admin_password = hunter2secret\n" * 9).decode()
    body = msgspec.json.encode({"errors": [{"details": f"fileContent: {content[:most]} is too long"}]})
    assert str(error_of(400, body, None, is_write=True, secrets=[content])) == "fileContent: ••• is too long"


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
def test_an_error_without_words_says_what_happened(body: str) -> None:
    error = error_of(400, body.encode("utf-8", "surrogatepass"), None, is_write=True)
    assert str(error) == error.cause == "It refused what was sent (400)"
    assert error.code is None


def test_each_text_is_kept_for_the_field_it_is_about() -> None:
    body = b'{"errors": [{"details": "macAddress: taken"}, {"details": "netPort: too low"}]}'
    assert error_of(422, body, None, is_write=True).messages == ("macAddress: taken", "netPort: too low")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["errors", "code", "details"]), inner),
    max_leaves=20,
)


@given(st.fixed_dictionaries({"errors": json_values}), st.integers(300, 599))
def test_no_body_whatever_makes_reading_fail(body: object, status: int) -> None:
    try:
        encoded = msgspec.json.encode(body)
    except UnicodeEncodeError:
        return
    error = error_of(status, encoded, None, is_write=True)
    assert str(error).isprintable()
    assert all(len(problem.text) <= LONGEST_TEXT for problem in read_problems(encoded))


@given(st.text())
def test_shown_text_is_one_printable_line_of_limited_length(text: str) -> None:
    line = one_line(text, 20)
    assert len(line) <= 20
    assert line == line.strip()
    assert not line or line.isprintable()


def test_what_could_turn_or_break_a_line_is_gone() -> None:
    assert one_line(" a\r\nb\x1b[31m\u202ec\u2028d\0e\ud800 ") == "a b [31m c d e"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("20", 20),
        (" 0 ", 0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 0),
        (format_datetime(NOW + timedelta(days=999), usegmt=True), LONGEST_WAIT),
        ("9" * 5_000, LONGEST_WAIT),
        (None, None),
        *((text, None) for text in ("", "-5", "1.5", "1e3", "soon", "٣", "NaN", "Mon, 99 Foo 0000 99:99:99 GMT")),
        ("Mon, 23 Nov 99999 10:42:00 GMT", None),
    ],
)
def test_a_time_to_wait_is_believed_within_reason(header: str | None, seconds: int | None) -> None:
    assert seconds_to_wait(header, NOW) == seconds


def test_a_busy_backend_says_how_long_to_wait() -> None:
    assert error_of(429, b"", "20", is_write=True).cause == "It asked the portal to wait 20 seconds (429)"
    assert error_of(429, b"", "1", is_write=True).cause == "It asked the portal to wait 1 second (429)"
    assert error_of(429, b"", "never", is_write=True).cause == "It asked the portal to wait (429)"
