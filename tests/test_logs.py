import json
import logging
from collections.abc import Iterator

import pytest

from app import logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root, logger = logging.getLogger(), logging.getLogger("app")
    handlers, levels = root.handlers[:], (root.level, logger.level)
    root.handlers.clear()  # basicConfig would close those of others
    yield
    root.handlers[:] = handlers
    root.level, logger.level = levels


@pytest.mark.parametrize("hostile", ["two\nlines", "\r\nforged", "\u2028", "\x1b[31mred", '"}{"'], ids=ascii)
def test_message_is_one_json_line(capfd: pytest.CaptureFixture[str], hostile: str) -> None:
    logs.configure("INFO")
    logging.getLogger("app.portal").info("said %s", hostile)
    [line] = capfd.readouterr().err.splitlines()
    record = json.loads(line)
    assert record["message"] == f"said {hostile}"
    assert (record["level"], record["logger"]) == ("INFO", "app.portal")


def test_exception_is_one_json_line(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    try:
        raise ZeroDivisionError("first\nsecond")
    except ZeroDivisionError:
        logging.getLogger("app").exception("failed")
    [line] = capfd.readouterr().err.splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


@pytest.mark.parametrize("library", ["urllib3.connection", "sqlalchemy.engine", "gunicorn.error"])
def test_libraries_log_warnings_only(capfd: pytest.CaptureFixture[str], library: str) -> None:
    logger = logging.getLogger(library)
    if library == "gunicorn.error":  # as gunicorn sets it up
        logger.handlers, logger.propagate = [logging.StreamHandler()], False
    logs.configure("DEBUG")
    logger.debug("a row with a password")
    logger.warning("two\nlines")
    [line] = capfd.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "two\nlines"


def test_level_filters_messages(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("WARNING")
    logging.getLogger("app.portal").info("quiet")
    assert capfd.readouterr().err == ""
