"""Every role at every address with every method, by real requests."""

import re

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.portal.domain.roles import Permission
from app.portal.web.access import access_of
from tests.support.access_table import NOBODY, ROLES, SIGN_IN, TABLE
from tests.support.routes import FOREIGN_GROUP, OWN_GROUP, list_group_routes, read_outcome, request_route
from tests.support.world import OWNER, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ABSENT = ("nowhere", "nothing")


def test_access_table_matches_the_url_map(world: World) -> None:
    assert {rule.rule for rule in world.portal.url_map.iter_rules()} == set(TABLE)


def test_right_to_look_opens_no_address_that_takes_a_write(world: World) -> None:
    """Whoever may look may also write for now, so that no role can tell the one mark from the other."""
    looks = {Permission.DEVICE_VIEW, Permission.HISTORY_VIEW, Permission.JOBS_VIEW}
    for rule in world.portal.url_map.iter_rules():
        mark = access_of(world.portal, rule.endpoint)
        assert mark is not None
        if "POST" in (rule.methods or ()):
            assert mark.permission not in looks, rule.rule


@pytest.mark.parametrize("has_every_method", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("place", [OWN_GROUP, FOREIGN_GROUP], ids=["own", "foreign"])
@pytest.mark.parametrize("member", ROLES, ids=lambda member: member.username or "nobody")
def test_each_role_gets_what_the_table_says(
    world: World, member: Member, place: tuple[str, str], has_every_method: bool
) -> None:
    """Methods that an address does not take, and HEAD, are tried by the first and the last role only, if not `long`."""
    browser = world.nobody() if member is NOBODY else world.browser(member)
    has_every_method |= place == OWN_GROUP and member in {NOBODY, SYSTEM_ADMIN}
    for rule in sorted(world.portal.url_map.iter_rules(), key=lambda rule: rule.rule == "/logout"):
        if place == FOREIGN_GROUP and "tenant" not in rule.arguments:
            continue  # the same requests as with one's own
        for method in METHODS if has_every_method else sorted((rule.methods or set()) - {"HEAD"}):
            answer = request_route(browser, rule, method, place)
            assert read_outcome(answer) == expected(rule, method, member, place), f"{method} {rule.rule}"
            answer.close()


def expected(rule: Rule, method: str, member: Member, place: tuple[str, str]) -> tuple[int, bool]:
    """The status, and whether it is a demand to sign in."""
    row = TABLE[rule.rule]
    if method not in (rule.methods or ()):
        return 405, False
    if member not in row.may:
        return (SIGN_IN, True) if member is NOBODY else (403, False)
    outside = place == FOREIGN_GROUP and member in {OWNER, TENANT_ADMIN}
    if outside and "tenant" in rule.arguments:
        return 404, False
    if method == "OPTIONS":
        return 200, False
    if rule.rule == "/login" and member is NOBODY and method == "POST":
        return 422, False
    status = row.post if method == "POST" else row.get
    assert status is not None, f"the table has no status for {method} {rule.rule}"
    is_other_sign_in = rule.rule == "/login" and method == "POST"  # answered with who is signed in already
    return row.unlike.get(member, status), is_other_sign_in or rule.rule in {"/logout", "/login/code"}


@pytest.mark.parametrize("member", [OWNER, TENANT_ADMIN], ids=lambda member: member.username)
def test_foreign_and_absent_answer_the_same_bytes(world: World, member: Member) -> None:
    browser = world.browser(member)
    for rule in list_group_routes(world):
        for method in ("GET", "POST"):
            if method not in (rule.methods or ()):
                continue
            answers = [
                request_route(browser, rule, method, place) for place in (FOREIGN_GROUP, ABSENT, ("globex", "nothing"))
            ]
            assert [answer.status_code for answer in answers] == [404] * 3
            assert len({blanked(answer) for answer in answers}) == 1, f"{method} {rule.rule}"


def test_absent_and_foreign_device_answer_same_bytes(world: World) -> None:
    owner = world.browser(OWNER)
    for rule in list_group_routes(world):
        if "device" in rule.arguments:
            mine = request_route(owner, rule, "GET", OWN_GROUP, device="Missing")
            assert blanked(mine) == blanked(request_route(owner, rule, "GET", FOREIGN_GROUP)), rule.rule


def test_absent_place_is_404_to_those_who_see_everything(world: World) -> None:
    admin = world.browser(SYSTEM_ADMIN)
    for rule in list_group_routes(world):
        # An empty form asks nothing of the group yet, and progress leads to the list.
        if "GET" in (rule.methods or ()) and rule.endpoint not in {
            "devices.bulk",
            "devices.import_sheet",
            "devices.import_template",
            "devices.new",
            "devices.progress",
            "overview.progress",
        }:
            assert request_route(admin, rule, "GET", ABSENT).status_code == 404, rule.rule


def blanked(answer: TestResponse) -> tuple[int, tuple[tuple[str, str], ...], str]:
    body = re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", answer.text)
    body = re.sub(r'(Reference: <span class="mono">)[0-9A-F]{8}', r"\1", body)
    headers = tuple(
        sorted((name, value) for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length"})
    )
    return answer.status_code, headers, body
