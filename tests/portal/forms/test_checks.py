"""Checks of typed text as a form runs them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from wtforms import ValidationError

from app.portal.forms.checks import one_line, tidy, validator


def run(validate: Callable[[Any, Any], None], text: str) -> None:
    validate(None, SimpleNamespace(data=text))


def test_validator_raises_error_of_check() -> None:
    run(one_line, "one line")
    with pytest.raises(ValidationError, match="Must be one line"):
        run(one_line, "two\nlines")
    with pytest.raises(ValidationError, match="never x"):
        run(validator(lambda text: f"never {text}"), "x")


def test_tidy_strips_spaces() -> None:
    assert (tidy(" a b "), tidy(None)) == ("a b", "")
