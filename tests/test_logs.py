import json
import logging
from collections.abc import Iterator

import pytest

from app import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    logger = logging.getLogger("app")
    handlers, level = logger.handlers, logger.level
    yield
    logger.handlers, logger.level = handlers, level


@pytest.mark.parametrize("hostile", ["two\nlines", "\r\nforged", "\u2028", "\x1b[31mred", '"}{"'], ids=ascii)
def test_whatever_is_logged_stays_one_line_of_json(capfd: pytest.CaptureFixture[str], hostile: str) -> None:
    logs.configure("INFO")
    logging.getLogger("app.portal").info("said %s", hostile)
    [line] = capfd.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["message"] == f"said {hostile}"
    assert (told["level"], told["logger"]) == ("INFO", "app.portal")


def test_an_exception_stays_one_line_too(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    try:
        raise ZeroDivisionError("first\nsecond")
    except ZeroDivisionError:
        logging.getLogger("app").exception("failed")
    [line] = capfd.readouterr().err.splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


def test_below_the_level_nothing_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("WARNING")
    logging.getLogger("app.portal").info("quiet")
    assert capfd.readouterr().err == ""
