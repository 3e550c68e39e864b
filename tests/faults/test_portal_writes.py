"""Every write of the portal under every fault: sent once at most, and never told otherwise than it is.

The reference API behind the fault server is asked, past the portal, what really happened.
"""

import logging
from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.client import Page
from tests.support.faults import faults
from tests.support.faults.portal import Faulty
from tests.support.faults.server import Exchange, Fault
from tests.support.faults.write_faults import ANSWERED, DONE, ERROR_TEXT, NOT_DONE
from tests.support.faults.writes import WRITES, Write
from tests.support.population import HQ

REFUSED: dict[str, tuple[Fault, int, str]] = {
    "400": (faults.answers(400, ERROR_TEXT), 422, "no luck"),
    "400 and nothing else": (faults.answers(400, "<html>"), 422, "invalid request (400)"),
    "403": (faults.answers(403, ERROR_TEXT), 422, "no luck"),
    "404": (faults.answers(404, ERROR_TEXT), 422, "no luck"),
    "410": (faults.answers(410, ERROR_TEXT), 422, "no luck"),
    "409": (faults.answers(409, ERROR_TEXT), 422, "no luck"),
    "413": (faults.answers(413, ERROR_TEXT), 422, "no luck"),
    "422": (faults.answers(422, ERROR_TEXT), 422, "no luck"),
    "501": (faults.answers(501, ERROR_TEXT), 422, "no luck"),
    "429": (faults.answers(429, "", ("Retry-After", "7")), 503, "the platform asks to wait 7 s"),
}


def crossed(faults: Iterable[str]) -> list[Any]:
    """Pair every write with every fault; a third of the pairs, in which each has its turn, is tried without `long`."""
    return [
        pytest.param(name, fault, marks=[pytest.mark.long] if (row + column) % 3 else [])
        for row, fault in enumerate(faults)
        for column, name in enumerate(WRITES)
    ]


def opened(faulty: Faulty, write: Write) -> Page:
    return faulty.browser.get(write.form if isinstance(write.form, str) else write.form(faulty))


def send(faulty: Faulty, write: Write, fault: Fault) -> Page:
    """Fill the form in while all is well, then send it into the fault."""
    form = opened(faulty, write)
    assert form.status == 200
    faulty.server.script(write.method, write.path_end, fault)
    if fault in {faults.hangs, faults.acts_then_hangs}:
        faulty.hurry_writes()
    return faulty.browser.submit(form, **write.typed, **write.pressed)


def assert_sent_once(faulty: Faulty, write: Write) -> None:
    faulty.server.refuse()
    assert len(faulty.server.seen(write.method, write.path_end)) == 1


@pytest.mark.parametrize(("name", "fault"), crossed(DONE))
def test_lost_answer_is_told_as_done_if_seen(name: str, fault: str, faulty: Faulty) -> None:
    write = WRITES[name]
    page = send(faulty, write, DONE[fault])
    assert write.happened(faulty)
    if write.told:
        assert (page.status, faulty.outcomes()) == (303, ["applied"]), page.text
        assert write.told in faulty.browser.get(page.location or "").words
    else:
        assert (page.status, page.h1, faulty.outcomes()) == (503, "Status unknown", ["unknown"])
        assert "The platform did not confirm the change" in page.words
    assert_sent_once(faulty, write)


@pytest.mark.parametrize(("name", "fault"), crossed(ANSWERED))
def test_answered_write_is_saved_whatever_the_answer_holds(name: str, fault: str, faulty: Faulty) -> None:
    write = WRITES[name]
    page = send(faulty, write, ANSWERED[fault])
    assert write.happened(faulty)
    assert (page.status, faulty.outcomes()) == (303, ["applied"]), page.text
    assert "did not confirm" not in faulty.browser.get(page.location or "").words
    assert_sent_once(faulty, write)


@pytest.mark.parametrize(("name", "fault"), crossed(NOT_DONE))
def test_write_that_got_lost_is_never_told_as_done(name: str, fault: str, faulty: Faulty) -> None:
    write = WRITES[name]
    page = send(faulty, write, NOT_DONE[fault])
    assert not write.happened(faulty)
    assert page.status == 503
    assert (page.h1, faulty.outcomes()) == ("Status unknown", ["unknown"])
    assert ("The device shows no change so far, but it may still come" in page.words) is bool(write.told)
    assert_sent_once(faulty, write)


@pytest.mark.parametrize(("name", "fault"), crossed(REFUSED))
def test_refused_write_says_why_and_is_recorded_as_refused(name: str, fault: str, faulty: Faulty) -> None:
    write = WRITES[name]
    answer, status, words = REFUSED[fault]
    page = send(faulty, write, answer)
    assert page.status == status, page.text
    assert words in page.words
    assert faulty.outcomes() == ["refused"]
    assert not write.happened(faulty)
    assert_sent_once(faulty, write)


@pytest.mark.parametrize("name", WRITES)
def test_write_repeated_by_a_proxy_is_told_as_done(name: str, faulty: Faulty) -> None:
    """The second answer may be that the device exists already, or does not exist."""
    write = WRITES[name]
    page = send(faulty, write, faults.acts_twice)
    assert (page.status, faulty.outcomes()) == (303, ["applied"]), page.text
    assert write.happened(faulty)
    assert_sent_once(faulty, write)


@pytest.mark.parametrize(("name", "status", "code"), [("create", 400, 5), ("delete", 404, 4)], ids=["create", "delete"])
def test_contradicting_refusal_that_is_true_is_told(name: str, status: int, code: int, faulty: Faulty) -> None:
    write = WRITES[name]
    body = f'{{"errors": [{{"code": {code}, "message": "X", "details": "no luck"}}]}}'
    page = send(faulty, write, faults.answers(status, body))
    assert (page.status, faulty.outcomes()) == (422, ["refused"])
    assert not write.happened(faulty)


@pytest.mark.parametrize("name", sorted(set(WRITES) - {"file"}))
def test_refused_form_can_be_sent_again(name: str, faulty: Faulty) -> None:
    write = WRITES[name]
    form = opened(faulty, write)
    faulty.server.script(write.method, write.path_end, faults.answers(400, ERROR_TEXT))
    assert faulty.browser.submit(form, **write.typed, **write.pressed).status == 422
    faulty.server.heal()
    assert faulty.browser.submit(form, **write.typed, **write.pressed).status == 303
    assert write.happened(faulty)


@pytest.mark.parametrize("name", WRITES)
def test_what_cannot_be_looked_at_afterwards_stays_unknown(name: str, faulty: Faulty) -> None:
    write = WRITES[name]
    form = opened(faulty, write)

    def act_and_die(exchange: Exchange) -> None:
        faulty.server.script("GET", "/", faults.resets)
        faults.acts_then_resets(exchange)

    faulty.server.script(write.method, write.path_end, act_and_die)
    page = faulty.browser.submit(form, **write.typed, **write.pressed)
    assert (page.status, page.h1, faulty.outcomes()) == (503, "Status unknown", ["unknown"])
    assert write.happened(faulty)
    assert_sent_once(faulty, write)


@pytest.mark.parametrize("name", WRITES)
def test_nothing_is_sent_where_the_look_before_it_fails(name: str, faulty: Faulty) -> None:
    write = WRITES[name]
    form = opened(faulty, write)
    faulty.server.script("GET", "/", faults.answers(503, ""))
    assert faulty.browser.submit(form, **write.typed, **write.pressed).status == 503
    assert not write.happened(faulty)
    faulty.server.refuse()
    assert faulty.server.seen(write.method, write.path_end) == []


@pytest.mark.parametrize("name", WRITES)
def test_ended_session_sends_and_loses_nothing(name: str, faulty: Faulty) -> None:
    write = WRITES[name]
    page = send(faulty, write, faults.answers(401, ERROR_TEXT))
    assert page.status == 303
    assert "/login" in (page.location or "")
    faulty.server.heal()
    again = faulty.browser.sign_in("admin@provider.example", "correct horse battery", at=page.location or "")
    back = faulty.browser.get(again.location or "")
    assert back.status == 200
    assert not write.happened(faulty)
    for key, typed in write.typed.items():
        assert back.form().fields[key] == typed
    assert len(faulty.server.seen(write.method, write.path_end)) == 1


@pytest.mark.parametrize("fault", ["400", "acts, then resets", "resets", "truncates"])
def test_password_leaves_no_trace_whatever_happens_to_it(
    fault: str, faulty: Faulty, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even where the backend quotes it."""
    echo = faults.answers(400, '{"errors": [{"code": 2, "details": "password: not like pl4nted"}]}')
    caplog.set_level(logging.DEBUG)
    form = faulty.browser.get(f"{HQ}Softphone/edit")
    faulty.server.script("PUT", "/Softphone/", {"400": echo, **DONE, **ANSWERED, **NOT_DONE}[fault])
    typed = {"use_custom_user_name_password": "true", "user_name": "u", "password": "pl4nted"}
    page = faulty.browser.submit(form, **typed)
    assert b"pl4nted" in faulty.server.seen("PUT", "/Softphone/")[0].body
    shown = faulty.browser.get(page.location).text if page.location else page.text
    assert "pl4nted" not in shown + page.text + caplog.text + str(faulty.world.contents()["portal_changes"])


@pytest.mark.parametrize("fault", [faults.resets, faults.acts_then_resets, faults.sends_html, faults.answers(503)])
def test_signing_in_without_an_answer_is_no_wrong_password(fault: Fault, faulty: Faulty) -> None:
    faulty.server.script("POST", "/login/", fault)
    nobody = faulty.world.nobody(faulty.browser.app)
    for _ in range(6):
        page = nobody.sign_in("owner@acme.example", "correct horse battery")
        assert page.status == 503
        assert "telephony platform" in page.h1
    faulty.server.heal()
    assert nobody.sign_in("owner@acme.example", "correct horse battery").status == 303


@pytest.mark.parametrize("fault", [faults.resets, faults.sends_html, faults.answers(500), faults.answers(401)])
def test_signing_out_needs_no_backend(fault: Fault, faulty: Faulty) -> None:
    faulty.server.script("POST", "/logout/", fault)
    assert faulty.browser.post("/logout").status == 303
    assert faulty.browser.get(HQ).status == 303
