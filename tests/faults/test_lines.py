"""Whatever the backend says of an order stands at the line it is about or, if at none, above them all."""

from typing import Any

import pytest

from tests.support import html
from tests.support.client import Page
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.faults.server import Exchange
from tests.support.population import HQ

LINES = f"{HQ}Reception/lines/"
ADA, GRACE = "ada@acme.example", "grace@acme.example"
FIXED = "This type of device does not support users reordering"
TWICE = "Each port (order) can only be present once"
MISSING = "All connected users must he provided in the PUT, no partial update allowed"
UNKNOWN = "All linePorts in the new values mmust be present in the old values"
ABOVE = "A port (order) can not be bigger than the maximum number of ports of the device"
GAP = "Gaps between ports are not allowed for this type of device"


def error(code: int, text: object) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": "INVALID_PARAMETERS", "details": text}]}


# What the backend says, the line that it is put at if any, and what stands there in plain words.
REFUSALS: list[tuple[object, str | None, str, str]] = [
    (error(56, FIXED), None, FIXED, "The platform sets the line order for this device type"),
    (error(2, TWICE), None, TWICE, "The platform rejected this order."),
    (error(2, MISSING), None, MISSING, "The lines on the platform differ from those shown here"),
    (error(2, UNKNOWN), None, UNKNOWN, "The lines on the platform differ from those shown here"),
    (error(2, ABOVE), ADA, ABOVE, "The platform does not have a port this high."),
    (error(2, GAP), None, GAP, "The platform rejected this order."),
    (
        error(2, f"The line {GRACE} is busy"),
        GRACE,
        f"The line {GRACE} is busy",
        "The platform rejected this order.",
    ),
    (
        error(2, {"errors": [{"error_code": "4410", "summary": "<b>no</b>"}]}),
        None,
        "<b>no</b>",
        "The platform rejected this order",
    ),
    ({"error": "not today"}, None, "not today", "The platform rejected this order"),
]


def swap_and_save(faulty: Faulty) -> Page:
    form = faulty.browser.get(LINES)
    return faulty.browser.submit(form, **{f"port:{ADA}": "2", f"port:{GRACE}": "1", "do": "save"})


def words_at(page: Page, line: str | None) -> str:
    """What stands in the row of a line, or else in what is said above the lines."""
    if line is None:
        board = next(each for each in page.document.iter() if each.get("id") == "board")
        return html.text(next(each for each in board.iter() if each.get("role") == "alert"))
    rows = (row for row in page.document.iter("tr") if f"port:{line}" in {each.get("name") for each in row.iter()})
    return html.text(next(rows))


def test_refusal_stands_at_its_line_with_backend_words(faulty: Faulty) -> None:
    for answer, line, said, words in REFUSALS:
        faulty.server.script("PUT", "/connected_users/", faults.answers_json(answer, 400))
        page = swap_and_save(faulty)
        assert page.status == 422, said
        assert "The platform rejected this order. Nothing was changed." in page.words
        for text in (said, words):
            assert text in words_at(page, line), text
        assert page.form().fields[f"port:{ADA}"] == "2", "the moves are kept"
    assert faulty.ports("Reception") == {ADA: 1, GRACE: 2}
    assert len(faulty.server.seen("PUT")) == len(REFUSALS)


def test_change_right_before_the_write_shows_the_conflict(faulty: Faulty) -> None:
    def somebody_is_quicker(exchange: Exchange) -> None:
        body = {"connected_users": [{"linePort": ADA, "order": 2}, {"linePort": GRACE, "order": 1}]}
        faulty.world.tell_api("PUT", "tenants/acme/groups/headquarters/access_devices/Reception/connected_users/", body)
        faults.answers_json(error(2, MISSING), 400)(exchange)

    faulty.server.script("PUT", "/connected_users/", somebody_is_quicker)
    page = swap_and_save(faulty)
    assert page.location == LINES
    assert "No changes to save." in faulty.browser.get(LINES).words


@pytest.mark.parametrize("fault", [faults.resets, faults.acts_then_resets])
def test_lost_reboot_answer_still_says_order_is_saved(faulty: Faulty, fault: Any) -> None:
    page = faulty.browser.post(f"{LINES}order", None, **faulty.browser.get(LINES).form().fields, up=GRACE)
    faulty.server.script("PUT", "/reboot_phone/", fault)
    answer = faulty.browser.submit(page, do="save", then="reboot")
    assert answer.location == LINES
    words = faulty.browser.get(LINES).words
    assert "Line order of Reception updated." in words
    assert "Reboot status unknown" in words
    assert len(faulty.server.seen("PUT", "/reboot_phone/")) == 1


def test_reboot_that_is_refused_does_not_hide_it_either(faulty: Faulty) -> None:
    page = faulty.browser.post(f"{LINES}order", None, **faulty.browser.get(LINES).form().fields, up=GRACE)
    faulty.server.script("PUT", "/reboot_phone/", faults.answers_json(error(56, "no reset"), 400))
    assert faulty.browser.submit(page, do="save", then="reboot").location == LINES
    words = faulty.browser.get(LINES).words
    assert "Line order of Reception updated." in words
    assert "Reboot not requested. Reason: no reset" in words
