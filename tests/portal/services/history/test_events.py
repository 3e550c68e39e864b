"""Who came and went, who was refused and who was named is in the history; what must not be known is not."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.portal.domain.roles import Permission
from app.portal.store.tables import Change
from tests.support.devices import edit_device
from tests.support.population import AMSTERDAM, HQ
from tests.support.world import COLLEAGUE, OWNER, PASSWORD, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, World


def noted(world: World, *actions: str) -> list[tuple[str, str, list[str]]]:
    """The entries of these actions: who, from where, what became of it."""
    entries = [(change, results) for change, results in world.entries() if change.action in actions]
    return [(change.username, change.address, results) for change, results in entries]


def of(world: World, action: str) -> Iterator[Change]:
    return (change for change, _ in world.entries() if change.action == action)


def test_sign_in_and_out_are_recorded_at_own_group(world: World) -> None:
    for member, place in ((OWNER, ("acme", "headquarters")), (TENANT_ADMIN, ("acme", "")), (SUPPORT, ("", ""))):
        browser = world.browser(member, address="198.51.100.7")
        browser.submit(browser.get("/account"), "/logout")
        for action in ("session:start", "session:end"):
            change = list(of(world, action))[-1]
            assert (change.username, change.address) == (member.username, "198.51.100.7")
            assert (change.tenant_id, change.group_id) == place


def test_wrong_password_is_recorded_for_known_name(world: World) -> None:
    world.browser(OWNER)
    world.nobody().sign_in(OWNER.username, "wrong-Needle")
    change = list(of(world, "session:start"))[-1]
    assert (change.username, change.tenant_id, change.group_id) == (OWNER.username, "acme", "headquarters")
    assert noted(world, "session:start") == [
        (OWNER.username, "192.0.2.1", ["applied"]),
        (OWNER.username, "192.0.2.1", ["refused"]),
    ]
    assert b"Needle" not in world.database_bytes()


@pytest.mark.parametrize(("typed", "kept"), [("correct-Needle", "co…"), ("nobody@acme.example", "no…"), ("abcde", "…")])
def test_unknown_name_is_not_stored_in_full(world: World, typed: str, kept: str) -> None:
    world.nobody().sign_in(typed, "whatever-it-is")
    [change] = of(world, "session:start")
    assert (change.username, change.tenant_id, change.group_id) == (kept, "", "")
    assert typed.encode() not in world.database_bytes()


@pytest.mark.both_databases
def test_pause_is_recorded_once_however_often_one_tries(world: World) -> None:
    world.browser(OWNER)
    for _ in range(9):
        world.nobody().sign_in(OWNER.username, "wrong")
    details = [results for _, _, results in noted(world, "session:start")]
    assert details == [["applied"], *[["refused"]] * 6]  # 5 wrong ones, 1 for the pause
    world.clock.advance(minutes=6)
    for _ in range(6):
        world.nobody().sign_in(OWNER.username, "wrong")
    assert len(noted(world, "session:start")) == 1 + 6 + 6


def test_known_and_unknown_names_look_the_same(world: World) -> None:
    world.browser(OWNER)
    answers = []
    for name in (OWNER.username, "nobody@acme.example"):
        before = world.hasher.count
        page = world.nobody().sign_in(name, "wrong")
        answers.append((page.status, page.words, world.hasher.count - before))
    assert answers[0] == answers[1]


def test_sessions_that_somebody_ends_are_recorded(world: World) -> None:
    for _ in range(2):
        world.browser(OWNER)
    owner = world.browser(OWNER)
    owner.submit(owner.get("/account"), "/account/sessions/end-others")
    owner.post("/account/sessions/1000000/end")  # there is none
    [change] = of(world, "sessions:end")
    assert (change.username, change.after) == (OWNER.username, {"sessions": 2})


def refused(world: World) -> list[tuple[str, str, str, str, Any]]:
    return [
        (change.username, change.tenant_id, change.group_id, change.device_name, change.after)
        for change in of(world, "access:refuse")
    ]


def test_forbidden_write_is_recorded_at_the_device(world: World) -> None:
    support = world.browser(SUPPORT)
    assert support.get(f"{HQ}Fax/delete").status == 403
    assert refused(world) == []  # to look is no write
    assert support.post(f"{HQ}Fax/delete").status == 403
    wanted = {"permission": Permission.DEVICE_DELETE}
    assert refused(world) == [(SUPPORT.username, "acme", "headquarters", "Fax", wanted)]


def test_out_of_scope_write_is_recorded_at_own_group(world: World) -> None:
    assert world.browser(OWNER).post(f"{AMSTERDAM}Foreign/delete").status == 404
    wanted = {"permission": Permission.DEVICE_DELETE}
    assert refused(world) == [(OWNER.username, "acme", "headquarters", "", wanted)]


def test_what_another_site_or_nobody_sends_is_not_recorded(world: World) -> None:
    world.nobody().post(f"{HQ}Fax/delete")
    support = world.browser(SUPPORT)
    support.post(f"{HQ}Fax/delete", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused(world) == []


def test_naming_support_and_taking_it_back_is_recorded(world: World) -> None:
    runner = world.portal.test_cli_runner()
    for arguments in (["add", "new@provider.example"], ["add", "new@provider.example"], ["remove", "nobody"]):
        runner.invoke(args=["support", *arguments])
    runner.invoke(args=["support", "remove", "new@provider.example"])
    named = [(change.username, change.after) for change in of(world, "support:add")]
    assert named == [
        ("the demo", {"username": SUPPORT.username}),
        ("command line", {"username": "new@provider.example"}),
    ]
    [removed] = of(world, "support:remove")
    assert removed.after == {"username": "new@provider.example"}


def test_whatever_is_done_rows_are_only_ever_added(world: World) -> None:
    admin, owner = world.browser(SYSTEM_ADMIN), world.browser(OWNER)
    kept: list[Any] = []
    for act in (
        lambda: edit_device(owner, "Fax", description="x"),
        lambda: owner.submit(owner.get(f"{HQ}Fax/reboot")),
        lambda: owner.get(f"{HQ}Fax/"),
        lambda: owner.submit(owner.get(f"{HQ}Desk 02/delete")),
        lambda: world.nobody().sign_in(OWNER.username, "wrong"),
        lambda: world.browser(COLLEAGUE),
        lambda: owner.submit(owner.get("/account"), "/logout"),
        lambda: admin.get(f"{HQ}Desk 02/"),
    ):
        act()
        contents = world.contents()
        rows = [*contents["portal_changes"]], [*contents["portal_outcomes"]]
        if kept:
            assert all(now[: len(then)] == then for now, then in zip(rows, kept[-1], strict=True))
        kept.append(rows)
    assert PASSWORD.encode() not in world.database_bytes()
