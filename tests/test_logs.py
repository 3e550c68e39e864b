import json
import logging
from collections.abc import Iterator

import pytest

from app import logs
from tests.support.json_log import restored_logging


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    with restored_logging():
        yield


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


def test_fields_stand_in_each_line_of_a_thread(capfd: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logs.set_fields(request_id="a-1")
    logging.getLogger("app").info("first", extra=logs.fields(status=200))
    logging.getLogger("sqlalchemy.pool").warning("of a library")
    logs.set_fields()
    logging.getLogger("app").info("later")
    first, second, later = (json.loads(line) for line in capfd.readouterr().err.splitlines())
    assert (first["request_id"], first["status"]) == ("a-1", 200)
    assert second["request_id"] == "a-1"
    assert not {"request_id", "status"} & set(later)
