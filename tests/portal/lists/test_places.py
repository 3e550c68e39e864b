"""Places in URLs, and what of them lies within a scope."""

import pytest

from app.portal.domain.refs import EVERYWHERE, Scope
from app.portal.lists.places import read_place, to_place, to_scope


@pytest.mark.parametrize(
    ("text", "place", "scope"),
    [
        ("", "", EVERYWHERE),
        ("/", "", EVERYWHERE),
        ("acme", "acme", Scope("acme")),
        ("acme/hq/", "acme/hq", Scope("acme", "hq")),
        ("acme/hq/Fax", "acme/hq", Scope("acme", "hq")),
        ("a%2Fb/caf%C3%A9", "a%2Fb/caf%C3%A9", Scope("a/b", "café")),
        ("a b/100%", "a%20b/100%25", Scope("a b", "100%")),
        ("a\0b", "a%20b", Scope("a b")),
    ],
)
def test_place_is_read_as_it_is_written(text: str, place: str, scope: Scope) -> None:
    assert read_place(text) == read_place(place) == place
    assert to_scope(place) == scope
    assert to_place(scope.tenant_id or "", scope.group_id or "") == place


@pytest.mark.parametrize(
    ("own", "other", "overlap"),
    [
        (EVERYWHERE, Scope("acme", "hq"), Scope("acme", "hq")),
        (Scope("acme"), EVERYWHERE, Scope("acme")),
        (Scope("acme"), Scope("acme", "hq"), Scope("acme", "hq")),
        (Scope("acme", "hq"), Scope("acme"), Scope("acme", "hq")),
        (Scope("acme", "hq"), Scope("acme", "lab"), None),
        (Scope("acme"), Scope("globex", "hq"), None),
    ],
)
def test_overlap_is_within_both_scopes(own: Scope, other: Scope, overlap: Scope | None) -> None:
    assert own.overlap(other) == overlap
