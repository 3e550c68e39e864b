"""What is done from the command line."""

from flask import Flask

from tests.population import HQ
from tests.portal.test_sign_in import cookie
from tests.world import OWNER, SUPPORT, SYSTEM_ADMIN, World

NEWEST = "a newest key that nobody guesses"


def run(app: Flask, *arguments: str) -> str:
    done = app.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_support_is_named_listed_and_removed(world: World) -> None:
    name = SYSTEM_ADMIN.username
    browser = world.browser(SYSTEM_ADMIN)
    assert run(world.portal, "support", "add", name) == f"{name} is support now.\n"
    assert run(world.portal, "support", "add", name) == f"{name} is support already.\n"
    assert browser.get(f"{HQ}new").status == 403
    listed = run(world.portal, "support", "list").splitlines()
    assert f"{name}  since 2026-03-02, named by command line" in listed
    assert [line for line in listed if line.startswith(SUPPORT.username) and line.endswith("named by the demo")]
    assert run(world.portal, "support", "remove", name) == f"{name} is no longer support.\n"
    assert run(world.portal, "support", "remove", name) == f"{name} is not support.\n"
    assert browser.get(f"{HQ}new").status == 200


def test_after_rotation_the_old_key_can_be_dropped_and_nobody_is_signed_out(world: World) -> None:
    value = cookie(world.browser(OWNER))
    both = world.another_portal(encryption_keys=(NEWEST, *world.settings.encryption_keys))
    assert run(both, "keys", "rotate") == "1 values are under the newest key now.\n"
    browser = world.nobody(world.another_portal(encryption_keys=(NEWEST,)))
    browser.client.set_cookie("portal", value)
    assert browser.get(HQ).status == 200


def test_rotation_says_what_no_key_opens_and_leaves_it(world: World) -> None:
    value = cookie(world.browser(OWNER))
    said = run(world.another_portal(encryption_keys=(NEWEST,)), "keys", "rotate")
    assert "1 values open with none of the keys and were left as they are" in said
    browser = world.nobody()
    browser.client.set_cookie("portal", value)
    assert browser.get(HQ).status == 200
