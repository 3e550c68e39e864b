"""A backend that cannot show what is in a file, as the seed's own cannot: the portal works from what it sent itself."""

import pytest

from app.portal.domain.audit import Action
from tests.support.config_files import (
    API_FILE,
    CHANGE,
    FILE,
    FILES,
    TEXT,
    VERSIONS,
    apply,
    back_to,
    content,
    edit,
    editor,
    post_file,
    source,
    upload,
)
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.history import record_change
from tests.support.population import HQ
from tests.support.world import World


@pytest.fixture(params=[404, 405])
def unseen(faulty: Faulty, request: pytest.FixtureRequest) -> Faulty:
    faulty.server.script("GET", "/content/", faults.answers(request.param, '{"errors": []}'))
    return faulty


def test_unseen_file_has_the_versions_the_portal_sent(unseen: Faulty) -> None:
    browser, world = unseen.browser, unseen.world
    page = browser.get(CHANGE)
    assert "The platform does not provide the current content." in page.words
    assert "The portal has no version of it, so the text starts empty." in page.words
    check = upload(browser, TEXT)
    assert "Nothing to compare." in check.words
    assert apply(browser, check).status == 303
    assert content(world) == TEXT
    page = browser.get(CHANGE)
    assert "The text below is the last version that the portal sent." in page.words
    check = edit(browser, editor(page).fields["content"].replace("5060", "5061"), page)
    apply(browser, check)
    assert content(world) == TEXT.replace(b"5060", b"5061")
    listed = browser.get(VERSIONS).words
    assert (
        "The platform does not provide the current content. The portal cannot tell which version is current." in listed
    )
    assert "1 line changed" in browser.get(f"{FILES}difference?a=1&b=2").words
    apply(browser, back_to(browser, "1"))
    assert content(world) == TEXT


def test_returning_to_the_default_needs_no_look_at_it(unseen: Faulty) -> None:
    browser = unseen.browser
    apply(browser, upload(browser, TEXT))
    check = back_to(browser, "default")
    assert "the portal does not have this content, and the platform does not provide it." in check.words
    assert apply(browser, check).status == 303
    assert source(unseen.world) == "Default"
    listed = browser.get(VERSIONS).words
    assert "Type template Current" in listed
    assert "Not known yet" in listed
    assert "The content is not available." in browser.get(f"{VERSIONS}2/").words


def test_recreated_device_shows_no_former_content(unseen: Faulty) -> None:
    browser, world = unseen.browser, unseen.world
    apply(browser, upload(browser, b"password = former-secret\n"))
    assert "former-secret" in editor(browser.get(CHANGE)).fields["content"]
    world.clock.advance(minutes=1)
    record_change(world, Action.DELETE, device="Reception")
    record_change(world, Action.CREATE, device="Reception")
    for url in (CHANGE, FILES):
        page = browser.get(url)
        assert "former-secret" not in page.text
        assert "The portal has no version of it" in page.words
    world.clock.advance(minutes=1)
    apply(browser, upload(browser, b"password = its-own\n"))
    assert "its-own" in browser.get(CHANGE).text
    assert "its-own" in browser.get(FILES).text
    put_back_past_the_portal(world)
    for url in (CHANGE, FILES):
        assert "its-own" not in browser.get(url).text


def put_back_past_the_portal(world: World) -> None:
    world.tell_api("PUT", API_FILE, {"fileSource": "Default"})


def test_tag_uses_come_from_the_last_sent_content(unseen: Faulty) -> None:
    browser, tags = unseen.browser, f"{HQ}Reception/tags/"
    assert "The config files could not be read," in browser.get(tags).words
    apply(browser, upload(browser, b"a = 1\nport = %SIP_PORT%\n"))
    page = browser.get(tags)
    assert f"The platform does not provide the content of {FILE}. The last version that the portal sent" in page.words
    assert "Not checked, because they are not text files: y000000000028.cfg." in page.words
    assert f"{FILES}?from=2#L2" in page.links()
    put_back_past_the_portal(unseen.world)
    unseen.world.clock.advance(minutes=5)
    assert "The config files could not be read," in browser.get(tags).words


def test_lost_answer_to_what_cannot_be_seen_stays_unknown(unseen: Faulty) -> None:
    browser = unseen.browser
    apply(browser, upload(browser, b"first\n"))
    check = upload(browser, TEXT)
    unseen.server.script("PUT", "/", faults.acts_then_resets)
    answer = apply(browser, check)
    assert (answer.status, answer.h1, unseen.outcomes()) == (503, "Status unknown", ["unknown"])
    listed = browser.get(VERSIONS)
    assert "2 Status unknown" in listed.words
    unseen.server.heal()
    assert "This change was already submitted" in browser.get(apply(browser, check).location or "").words
    assert len(unseen.server.seen("PUT")) == 2


def test_source_that_changed_is_noticed_even_so(unseen: Faulty) -> None:
    browser = unseen.browser
    check = upload(browser, TEXT)
    unseen.world.tell_api("PUT", API_FILE, {"fileSource": "Custom", "fileContent": ""})
    answer = apply(browser, check)
    assert answer.status == 409
    assert content(unseen.world) == b""


def test_file_can_be_changed_without_its_tags(faulty: Faulty) -> None:
    sent = post_file(faulty.browser, b"%NOBODY_KNOWS%\n")
    for status in (400, 403, 404, 405, 409, 503):
        faulty.server.script("GET", "/available_tags/", faults.answers(status, '{"errors": []}'))
        page = faulty.browser.get(sent.location or "")
        assert page.status == 200, status
        assert "The tags of this device could not be read" in page.words
        assert "The tags could not be read." in faulty.browser.get(CHANGE).words
    assert apply(faulty.browser, page).status == 303
