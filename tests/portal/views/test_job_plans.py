"""What jobs do to their devices: the plan in its form, the preview, and the outcome, over the reference API."""

import pytest
from sqlalchemy import select

from app.database import writing
from app.portal.domain.jobs import ItemReason, ItemState
from app.reference_api.tables import AccessDevice, Line
from tests.support.client import Browser
from tests.support.jobs import create, item_details, items, state_on, work
from tests.support.population import API_HQ, HQ
from tests.support.world import OWNER, TENANT_ADMIN, World

UNCHANGED = (ItemState.UNCHANGED, ItemReason.UNCHANGED)
CHANGED_MEANWHILE = (ItemState.SKIPPED, ItemReason.CHANGED_MEANWHILE)
SECRET = "correct horse battery"


@pytest.fixture
def owner(world: World) -> Browser:
    return world.browser(OWNER)


def assign(world: World, device_name: str) -> None:
    """Let somebody come onto a device, past the portal."""
    with writing(world.api_engine) as db:
        device = db.scalars(select(AccessDevice).filter_by(device_name=device_name)).one()
        db.add(
            Line(
                device_key=device.id,
                line_port="new@acme.example",
                order=1,
                user_id="new",
                last_name="New",
                first_name="",
            )
        )


def of_headquarters(*names: str) -> list[str]:
    return [f"acme/headquarters/{name}" for name in names]


def test_fields_of_many_devices_are_edited(world: World, owner: Browser) -> None:
    world.tell_api("PUT", f"{API_HQ}Desk 01/", {"transportProtocol": "TLS"})
    names = of_headquarters("Reception", "lobby", "Lobby", "Desk 01", "Gone")
    url = create(owner, "edit", *names, "globex/amsterdam/Foreign")
    form = owner.get(url)
    assert state_on(form) == "draft"
    assert not {"mac_address_do", "device_name_do", "serial_number_do"} & form.form(f"{url}plan").names
    planned = {"transport_protocol_do": "set", "transport_protocol": "TLS", "description_do": "clear"}
    assert owner.submit(form, f"{url}plan", **planned, physical_location="kept as typed").status == 303
    work(world)
    draft = owner.get(url)
    assert draft.h1 == "Edit Transport, Description: 6 devices"
    assert not world.changes()
    reception, _, _, unchanged, _, foreign = item_details(world)
    assert reception.seen["changes"] == [["Transport", "Unspecified", "TLS"], ["Description", "By the door", ""]]
    assert (reception.people, foreign.seen) == (2, {})
    assert (unchanged.state, unchanged.reason) == UNCHANGED
    world.tell_api("PUT", f"{API_HQ}lobby/", {"transportProtocol": "TCP"})
    tenant_admin = world.browser(TENANT_ADMIN)
    tenant_admin.submit(tenant_admin.get(f"{HQ}Lobby/edit"), f"{HQ}Lobby/edit", transport_protocol="UDP")
    owner.submit(draft, f"{url}start")
    work(world)
    not_found = (ItemState.REFUSED, ItemReason.NOT_FOUND)
    assert items(world) == [
        ("Reception", ItemState.DONE, None),
        ("lobby", *CHANGED_MEANWHILE),
        ("Lobby", *CHANGED_MEANWHILE),
        ("Desk 01", *UNCHANGED),
        ("Gone", *not_found),
        ("Foreign", *not_found),
    ]
    assert f"Changed by {TENANT_ADMIN.username} at 2026-03-02" in owner.get(url).words
    device = world.tell_api("GET", f"{API_HQ}Reception/", None)
    assert (device["transportProtocol"], device.get("description", "")) == ("TLS", "")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose at least one field to set or clear."),
        ({"description_do": "toggle"}, "Choose Keep, Set or Clear."),
        ({"protocol_do": "clear"}, "Choose Keep or Set."),
        ({"description_do": "set", "description": " "}, "Enter a value, or choose Clear."),
        ({"description_do": "set", "description": "x" * 85}, "5 characters too many."),
        ({"transport_protocol_do": "set", "transport_protocol": "SCTP"}, "Not a valid choice."),
        ({"mac_address_do": "set", "mac_address": "001565A12B3C"}, "cannot be given one value of MAC address."),
        ({"colour_do": "set"}, "cannot be given one value of “colour”."),
    ],
)
def test_unusable_plan_is_refused(owner: Browser, fields: dict[str, str], words: str) -> None:
    url = create(owner, "edit", *of_headquarters("Reception"))
    refused = owner.post(f"{url}plan", None, physical_location="Floor 3", **fields)
    assert (refused.status, state_on(refused)) == (422, "draft")
    assert words in refused.words
    assert refused.form(f"{url}plan").fields["physical_location"] == "Floor 3"
    assert state_on(owner.get(url)) == "draft"


def test_planned_secret_is_shown_nowhere(world: World, owner: Browser) -> None:
    url = create(owner, "edit", *of_headquarters("Softphone", "Fax"))
    chosen = {"use_custom_user_name_password_do": "set", "user_name_do": "set", "password_do": "set"}
    typed = {"use_custom_user_name_password": "true", "user_name": "soft.phone", "password": SECRET}
    owner.submit(owner.get(url), f"{url}plan", **chosen, **typed)
    work(world)
    pages = [owner.get(url), owner.get(f"{url}plan")]
    owner.submit(pages[0], f"{url}start")
    work(world)
    pages += [owner.get(url), owner.get(f"{HQ}Softphone/history/")]
    assert items(world)[0] == ("Softphone", ItemState.DONE, None)
    assert not any(SECRET in page.text for page in pages)
    assert SECRET.encode() not in world.database_bytes()


def test_checked_draft_is_planned_again(world: World, owner: Browser) -> None:
    url = create(owner, "edit", *of_headquarters("Reception"))
    owner.submit(owner.get(url), f"{url}plan", physical_location_do="set", physical_location="Floor 3")
    work(world)
    again = owner.get(f"{url}plan")
    assert again.form(f"{url}plan").fields["physical_location"] == "Floor 3"
    owner.submit(again, f"{url}plan", physical_location_do="keep", description_do="set", description="By the door")
    assert state_on(owner.get(url)) == "checking"
    work(world)
    assert [(item.state, item.reason) for item in item_details(world)] == [UNCHANGED]
    assert owner.get(url).h1 == "Set Description to By the door: 1 device"


def test_deletion_needs_the_number_and_spares_who_came(world: World, owner: Browser) -> None:
    url = create(owner, "delete", *of_headquarters("Reception", "lobby", "Lobby", "Fax"))
    for typed, status in [("", 422), ("3", 422), ("four", 422), ("4", 303)]:
        assert owner.post(f"{url}plan", confirm=typed).status == status
    work(world)
    assert [item.people for item in item_details(world)] == [2, 0, 0, 0]
    assign(world, "lobby")
    world.tell_api("DELETE", f"{API_HQ}Lobby/", None)
    world.tell_api("POST", API_HQ, {"deviceName": "Lobby", "deviceType": "Generic SIP Phone"})
    owner.submit(owner.get(url), f"{url}start")
    work(world)
    reception, *others = items(world)
    assert reception[:2] == ("Reception", ItemState.REFUSED)  # by the platform, as it is in use
    assert others == [("lobby", *CHANGED_MEANWHILE), ("Lobby", *CHANGED_MEANWHILE), ("Fax", ItemState.DONE, None)]
    create(owner, "delete", *of_headquarters("Reception"))
    owner.post("/jobs/2/plan", confirm="1")
    work(world)
    assert items(world)[-1] == ("Reception", ItemState.REFUSED, ItemReason.UNSUPPORTED)
