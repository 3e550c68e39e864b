"""The history by days, and without the sign-ins that worked."""

import pytest

from tests.support import html
from tests.support.history import GROUP_URL, record_change
from tests.support.world import OWNER, World


def test_sign_ins_are_shown_when_asked_for(world: World) -> None:
    owner = world.browser(OWNER)
    world.nobody().sign_in(OWNER.username, "wrong")
    page = owner.get("/history/")
    assert "1 entry, without sign-ins" in page.words
    assert "Tried to sign in" in page.words
    assert owner.get("/history/export.csv").text.count("\n") == 2
    for query in ("?sign_ins=1", "?action=session:start"):
        page = owner.get(f"/history/{query}")
        assert "2 entries" in page.words
        assert "without sign-ins" not in page.words
    assert owner.get("/history/export.csv?sign_ins=1").text.count("\n") == 3


def test_headings_follow_the_zone_that_is_sent(world: World) -> None:
    record_change(world, device="D-1")
    owner = world.browser(OWNER)
    assert "Today, 2 March 2026" in owner.get("/history/").words
    there = owner.get("/history/?zone=Pacific/Kiritimati&days=today")
    assert "Today, 2 March 2026" in there.words
    assert "Filter days are those of Pacific/Kiritimati" in there.words
    world.clock.advance(minutes=29)
    owner.get("/account")
    world.clock.advance(minutes=2)
    assert "Yesterday, 2 March 2026" in owner.get("/history/?zone=Pacific/Kiritimati").words


def test_entries_of_a_day_stand_under_its_name(world: World) -> None:
    record_change(world)
    world.clock.advance(days=1)
    record_change(world)
    world.clock.advance(days=1)
    record_change(world)
    owner = world.browser(OWNER)
    days = [html.text(row) for row in owner.get("/history/").document.iter("tr") if row.get("class") == "day"]
    assert days == ["Today, 4 March 2026", "Yesterday, 3 March 2026", "Monday, 2 March 2026"]
    assert 'class="day"' not in owner.get("/history/?sort=who").text


@pytest.mark.parametrize(
    ("days", "words"), [(0, "without limit"), (1, "1 day"), (400, "400 days"), (365, "1 year"), (730, "2 years")]
)
def test_history_says_how_long_it_is_kept(world: World, days: int, words: str) -> None:
    browser = world.browser(OWNER, world.another_portal(history_days=days))
    assert f"Audit log, read-only, kept {words}. Filter days are UTC." in browser.get(f"{GROUP_URL}history/").words
