"""How much of an error answer is believed: each limit is reached, and not passed."""

from datetime import UTC, datetime

import msgspec
import pytest

from app.portal.api.answers import parse_retry_after, read_error
from app.portal.api.errors import ApiBroken, ApiError, ApiFailed, ApiInvalid, ApiPageAnswer, ApiUnsupported
from app.portal.api.problems import one_line, read_problems

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
SECRET = "abcdefghijklmnopqrstuvwxyz"


def encode_errors(*details: object) -> bytes:
    return msgspec.json.encode({"errors": [{"details": text} for text in details]})


def test_twenty_errors_are_read() -> None:
    assert [problem.text for problem in read_problems(encode_errors(*range(25)))] == [str(n) for n in range(20)]


def test_twenty_details_of_an_error_are_read() -> None:
    inner = {"errors": [{"detail": str(number)} for number in range(25)]}
    [problem] = read_problems(encode_errors(inner))
    assert problem.text == "; ".join(str(number) for number in range(20))


def test_text_has_300_characters_at_most() -> None:
    assert one_line("x" * 300) == "x" * 300
    assert one_line("x" * 301) == "x" * 299 + "…"


@pytest.mark.parametrize(("text", "seconds"), [("3599", 3599), ("3600", 3600), ("3601", 3600)])
def test_wait_is_an_hour_at_most(text: str, seconds: int) -> None:
    assert parse_retry_after(text, NOW) == seconds


@pytest.mark.parametrize(("quoted", "masked"), [(16, True), (15, False)])
def test_beginning_of_a_secret_is_masked(quoted: int, masked: bool) -> None:
    [problem] = read_problems(encode_errors(f"password: {SECRET[:quoted]}"), [SECRET])
    assert problem.text == ("password: •••" if masked else f"password: {SECRET[:quoted]}")


def test_short_secret_is_masked_whole() -> None:
    for secret in (SECRET[:16], SECRET[:17], "x"):
        [problem] = read_problems(encode_errors(f"password: {secret}"), [secret])
        assert problem.text.startswith("•••" if secret in "password" else "password: •••")


@pytest.mark.parametrize(
    ("status", "error_type", "maybe_acted"),
    [
        (299, ApiBroken, True),
        (300, ApiBroken, True),
        (302, ApiPageAnswer, True),
        (304, ApiBroken, True),
        (399, ApiBroken, True),
        (400, ApiInvalid, False),
        (499, ApiInvalid, False),
        (500, ApiFailed, True),
        (501, ApiUnsupported, False),
        (599, ApiFailed, True),
    ],
)
def test_4xx_and_501_tell_that_nothing_was_done(status: int, error_type: type[ApiError], maybe_acted: bool) -> None:
    error = read_error(status, b"", None, is_write=True)
    assert (type(error), error.maybe_acted) == (error_type, maybe_acted)
    assert not read_error(status, b"", None, is_write=False).maybe_acted
