"""Errors that are stored, and raised again for somebody else."""

import json

import pytest

from app.portal.api import errors
from app.portal.api.errors import ApiBusy, ApiError, ApiSuspended, ApiTimeout, ApiUnavailable
from app.portal.api.stored_errors import from_json, seconds_to_wait, to_json

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ApiError)]


@pytest.mark.parametrize("kind", KINDS)
def test_error_comes_back_as_it_was(kind: type[ApiError]) -> None:
    error = ApiSuspended(3) if kind is ApiSuspended else kind("words", "LABEL", messages=["words"], status=418, code=56)
    again = from_json(json.loads(json.dumps(to_json(error))))
    assert type(again) is kind
    assert {name: getattr(again, name) for name in vars(error)} == vars(error)
    assert str(again) == str(error)


def test_time_to_wait_comes_back() -> None:
    busy = ApiBusy("words")
    busy.retry_after = 30
    assert seconds_to_wait(from_json(to_json(busy))) == 30
    assert seconds_to_wait(from_json(to_json(ApiSuspended(7)))) == 7
    assert seconds_to_wait(from_json(to_json(ApiTimeout("words")))) is None


def test_error_of_a_later_version_is_a_failure() -> None:
    assert type(from_json({**to_json(ApiError("words")), "kind": "Sequence"})) is ApiUnavailable
