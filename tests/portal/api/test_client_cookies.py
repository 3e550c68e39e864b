"""Set-Cookie as RFC 6265 section 5.2 defines it for user agents."""

from datetime import UTC, datetime

import pytest

from app.portal.api.cookies import apply_set_cookies, cookie_header

NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("set_cookie", "after"),
    [
        ("a=1", {"a": "1"}),
        ("  a =  1 ; path=/", {"a": "1"}),
        ("a=", {"a": ""}),
        ("a=b=c==; Secure", {"a": "b=c=="}),
        ('a="q;x"', {"a": '"q'}),
        ("a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", {"a": "1"}),
        ("a=1; Expires=Thu, 01 Jan 2970 00:00:00 GMT", {"a": "1"}),
        ("a=1; Expires=nonsense; Max-Age=soon", {"a": "1"}),
        ("a=1; Expires=Mon, 01 Jan 99999999 00:00:00 GMT", {"a": "1"}),
        ("a=1; Max-Age=0", {}),
        ("a=1; max-age=-1", {}),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", {}),
        ("a=1; expires=Thu, 01-Jan-1970 00:00:01 GMT", {}),
        ("a=1; Expires=Mon, 23 Nov 2026 10:42:00 GMT", {}),
        ("a=1; Expires=Mon, 23 Nov 2026 10:42:01 GMT", {"a": "1"}),
        ("nonsense", {"a": "old"}),
        ("=1", {"a": "old"}),
        ("", {"a": "old"}),
    ],
)
def test_set_cookie_is_applied(set_cookie: str, after: dict[str, str]) -> None:
    before = {"a": "old", "other": "x"}
    assert apply_set_cookies(before, [set_cookie], NOW) == after | {"other": "x"}
    assert before == {"a": "old", "other": "x"}


def test_header_keeps_cookie_order() -> None:
    assert cookie_header(apply_set_cookies({}, ["b=2", "a=1; HttpOnly"], NOW)) == "b=2; a=1"
