from datetime import UTC, datetime

import pytest

from app.portal.domain.ports import format_free_ports
from app.portal.domain.text import as_sentence, plural
from app.portal.web import filters

MOMENT = datetime(2026, 3, 2, 9, 5, 7, 123456, tzinfo=UTC)


@pytest.mark.parametrize(("count", "words"), [(99_999, "Unlimited"), (0, "0"), (12, "12"), (None, "")])
def test_free_ports(count: int | None, words: str) -> None:
    assert format_free_ports(count) == words


def test_moments_say_their_zone_and_machines_read_them() -> None:
    assert filters.utc(MOMENT) == "2 Mar 2026, 09:05:07 UTC"
    assert filters.clock(MOMENT) == "09:05:07"
    assert datetime.fromisoformat(filters.iso(MOMENT)) == MOMENT.replace(microsecond=0)


@pytest.mark.parametrize("said", ["It is in use", "It is in use.", " It is in use. "])
def test_what_others_say_ends_in_one_full_stop(said: str) -> None:
    assert as_sentence(said) == "It is in use."


@pytest.mark.parametrize(
    ("count", "nouns", "words"),
    [(1, "", "1 device"), (0, "", "0 devices"), (10_000, "", "10,000 devices"), (2, "devicen", "2 devicen")],
)
def test_plural(count: int, nouns: str, words: str) -> None:
    assert plural(count, "device", nouns) == words
