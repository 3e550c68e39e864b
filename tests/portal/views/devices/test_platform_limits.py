"""What the platform refuses of every device alike is remembered, and not offered again."""

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.portal.store.platform_limits import Operation
from tests.support.boards import ADA, BASE, BEA, SAVE, add_device
from tests.support.client import HTMX
from tests.support.devices import edit_device, read_device
from tests.support.population import API_HQ, HQ
from tests.support.world import OWNER, World

PLATFORM = "https://platform.example/people"


@pytest.mark.both_databases
def test_reboot_is_offered_until_a_type_refuses_it(world: World) -> None:
    owner = world.browser(OWNER)
    owner.get(HQ)
    for name in ("Softphone", "Fax"):
        assert edit_device(owner, name, protocol="SIP 2.1").status == 303
    assert owner.get(HQ).words.count("Reboot pending since") == 2
    assert f"{HQ}Softphone/reboot" in owner.get(f"{HQ}Softphone/").links()
    assert owner.submit(owner.get(f"{HQ}Softphone/reboot")).status == 422

    for name in ("Softphone", "%3D1%2B1"):  # of one type
        page = owner.get(f"{HQ}{name}/")
        assert "takes effect at its next registration" in page.words
        assert "Reboot" not in page.words
        assert f"{HQ}{name}/reboot" not in page.links()
    other_worker = world.browser(OWNER, world.another_portal())
    assert other_worker.get(HQ).words.count("Reboot pending since") == 1
    assert f"{HQ}Fax/reboot" in other_worker.get(f"{HQ}Fax/").links()
    assert "cannot be rebooted" in owner.get(f"{HQ}Softphone/reboot").words


def test_outcome_of_a_reboot_is_told_where_limits_cannot_be_kept(world: World) -> None:
    owner, held = world.browser(OWNER), world.held_by()
    held.platform_limits.learn(Operation.REBOOT, world.clock.now, read_device(world, "Fax")["deviceType"])
    failed = []

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT INTO portal_platform_limits", "DELETE FROM portal_platform_limits")):
            failed.append(statement)
            raise OperationalError(statement, None, OSError("database is locked"))

    event.listen(held.engine, "before_cursor_execute", fail)
    refused = owner.post(f"{HQ}Softphone/reboot")
    assert (refused.status, "did not accept the reboot" in refused.words) == (422, True)
    assert owner.post(f"{HQ}Fax/reboot").location == f"{HQ}Fax/reboot/progress"
    assert len(failed) == 2


def test_lines_of_a_type_without_reboot_offer_none(world: World) -> None:
    owner = world.browser(OWNER)
    add_device(world, "Base", "Gigaset-N720", {ADA: 1, BEA: 2})
    world.held_by().platform_limits.learn(Operation.REBOOT, world.clock.now, "Gigaset-N720")
    opened = owner.get(BASE)
    fields = {**opened.form(SAVE).fields, f"port:{ADA}": "7", "do": "show"}
    for answer in (owner.post(SAVE, None, **fields), owner.post(SAVE, HTMX, **fields)):
        assert "1 line moves" in answer.words
        assert "Takes effect at its next registration." in answer.words
        assert "Reboot after saving" not in answer.words


@pytest.mark.both_databases
def test_delete_in_use_is_off_once_it_was_refused(world: World) -> None:
    app = world.another_portal(platform_url=PLATFORM)
    owner = world.browser(OWNER, app)
    page = owner.get(f"{HQ}Reception/delete")
    assert PLATFORM in page.links()
    refused = owner.submit(page, confirm_name="Reception")
    assert refused.status == 422
    assert "in use" in refused.words

    page = owner.get(f"{HQ}Reception/delete")
    [button] = [button for button in page.document.iter("button") if "Delete device" in "".join(button.itertext())]
    assert "disabled" in button.attrib
    assert "Ada Example" in page.words
    assert "Remove these 2 people" in page.words
    assert PLATFORM in page.links()
    sent = len(world.changes())
    assert owner.post(f"{HQ}Reception/delete", confirm_name="Reception").status == 422
    assert len(world.changes()) == sent

    world.tell_api("POST", API_HQ, {"deviceName": "Unused", "deviceType": "Generic SIP Phone"})
    assert owner.submit(owner.get(f"{HQ}Unused/delete")).status == 303
