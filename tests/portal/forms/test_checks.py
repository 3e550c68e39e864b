"""Checks of typed text as a form runs them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from wtforms import ValidationError

from app.portal.forms.checks import MaxCharacters, one_line, tidy, validator


def run(validate: Callable[[Any, Any], None], text: str) -> None:
    validate(None, SimpleNamespace(data=text))


def test_validator_raises_error_of_check() -> None:
    run(one_line, "one line")
    with pytest.raises(ValidationError, match="Must be one line"):
        run(one_line, "two\nlines")
    with pytest.raises(ValidationError, match="never x"):
        run(validator(lambda text: f"never {text}"), "x")


@pytest.mark.parametrize(("text", "excess"), [("x" * 105, "25 characters"), ("\U0001f4de" * 81, "1 character")])
def test_longer_text_is_refused_with_the_excess(text: str, excess: str) -> None:
    run(MaxCharacters(80), text[:80])
    with pytest.raises(ValidationError, match=f"^{excess} too many. Must be at most 80 characters.$"):
        run(MaxCharacters(80), text)


def test_tidy_strips_spaces() -> None:
    assert (tidy(" a b "), tidy(None)) == ("a b", "")
