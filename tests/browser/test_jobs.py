"""The preview of a job: what needs attention by keyboard, and the choices of how to run it."""

from playwright.sync_api import expect

from tests.support.browser.people import People
from tests.support.browser.places import Places
from tests.support.job_kinds import KINDS, add_job


def test_draft_is_read_by_keyboard_and_its_choices_fill_fields(people: People, places: Places) -> None:
    group = places.new()
    group.add("Reception")
    page = people.signed_in()
    page.goto(add_job(people.product.portal_engine, group.columns, KINDS["draft"], "Reception"))
    for key, words in (("]", "2 devices"), ("]", "2 devices"), ("[", "2 devices")):
        page.keyboard.press(key)
        expect(page.locator("tr[data-attention] a:focus")).to_have_text(words)
    page.keyboard.press("[")
    expect(page.locator("#announce")).to_have_text("No other device needs attention.")
    page.keyboard.press("Enter")
    expect(page.locator("tr.within")).to_have_count(2)
    expect(page.locator("a.alike:focus")).to_have_attribute("aria-expanded", "true")
    start_at, canary = page.get_by_label("Date and time"), page.get_by_label("First", exact=True)
    page.get_by_label("At a time").check()
    expect(start_at).to_have_value(f"{start_at.input_value()[:10]}T02:00")
    expect(page.locator("#start")).to_have_text("Schedule 26 changes")
    page.get_by_label("Now", exact=True).check()
    expect(start_at).to_have_value("")
    page.get_by_label("Try a few first").check()
    expect(canary).to_have_value("3")
    expect(page.locator("#start")).to_have_text("Start with 3 of 26")
    canary.fill("0")
    expect(page.get_by_label("Try a few first")).not_to_be_checked()
