"""Fields that nobody touched, and forms whose device went away: nothing is changed unasked, nothing typed is lost."""

from tests.support.devices import read_device
from tests.support.population import AMSTERDAM, API_HQ, HQ
from tests.support.world import OWNER, PASSWORD, SUPPORT, World

UNTYPABLE = {
    "description": "a\u00a0b\u200d",
    "physical_location": "Floor 3\nroom\t4\r\n",
    "serial_number": " S\x07\x85 ",
    "mac_address": "no MAC",
}


def test_fields_left_alone_stay_equal_to_the_byte(world: World) -> None:
    with world.api_engine.begin() as database:
        columns = ", ".join(f"{name} = ?" for name in UNTYPABLE)
        statement = f"UPDATE api_access_devices SET {columns} WHERE device_name = 'Desk 02'"  # noqa: S608 - our names
        database.exec_driver_sql(statement, tuple(UNTYPABLE.values()))
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Desk%2002/edit")
    assert "Floor 3\nroom" in form.form().fields["physical_location"].replace("\r\n", "\n")
    world.tell_api("PUT", f"{API_HQ}Desk%2002/", {"stunServerNetAddress": "10.0.0.7"})
    merge = owner.submit(form, protocol="SIP 3")
    assert merge.status == 409
    assert "You changed different fields" in merge.words
    assert owner.submit(merge).location == f"{HQ}Desk%2002/"
    [sent] = [change.after for change, outcomes in world.changes() if outcomes == ["applied"]]
    assert sent == {"protocol": "SIP 3"}
    with world.api_engine.begin() as database:
        statement = f"SELECT {', '.join(UNTYPABLE)} FROM api_access_devices WHERE device_name = 'Desk 02'"  # noqa: S608
        assert database.exec_driver_sql(statement).one() == tuple(UNTYPABLE.values())
    form = owner.get(f"{HQ}Desk%2002/edit")
    page = owner.submit(form, serial_number="T\ufffd", physical_location="Floor 3\nroom 5", description="c\u00a0d")
    assert "This text has a character that the page cannot show." in page.words
    assert "Character 8 is a line break; remove it." in page.words
    assert "2 fields need attention" in page.words


def test_edit_of_deleted_device_can_become_a_new_one(world: World) -> None:
    owner, support = world.browser(OWNER), world.browser(SUPPORT)
    url = f"{HQ}Desk%2002/edit"
    typed = {"description": "typed for an hour", "serial_number": "S-0815"}
    forms = [browser.get(url) for browser in (owner, support)]
    world.tell_api("DELETE", f"{API_HQ}Desk%2002/", None)
    for browser, form in zip((owner, support), forms, strict=True):
        page = browser.submit(form, **typed)
        assert (page.status, page.h1) == (404, "The device no longer exists")
        assert all(text in page.words for text in typed.values())
    assert not [link for link in page.links() if "/new" in link], "support adds no devices"
    page = owner.post(f"{HQ}Desk%2002/files/a.cfg/change", None, content="a=1\nb=2")
    assert (page.h1, "a=1 b=2" in page.words) == ("The device no longer exists", True)
    [add_url] = [link for link in owner.submit(forms[0], **typed).links() if "/new" in link]
    page = owner.get(add_url)
    assert {**typed, "device_name": "Desk 02", "device_type": "Yealink-T46G"}.items() <= page.form().fields.items()
    assert owner.submit(page).location == f"{HQ}Desk%2002/"
    assert read_device(world, "Desk 02")["description"] == "typed for an hour"
    assert "typed for an hour" not in owner.post(f"{AMSTERDAM}Reception/edit", None, **typed).text


def test_restored_entries_of_deleted_device_are_shown(world: World) -> None:
    owner = world.browser(OWNER)
    form = owner.get(f"{HQ}Desk%2002/edit")
    world.clock.advance(minutes=31)
    sign_in = owner.submit(form, description="typed for an hour").location or ""
    world.tell_api("DELETE", f"{API_HQ}Desk%2002/", None)
    page = owner.get(owner.sign_in(OWNER.username, PASSWORD, at=sign_in).location or "")
    assert page.h1 == "The device no longer exists"
    assert "typed for an hour" in page.words
