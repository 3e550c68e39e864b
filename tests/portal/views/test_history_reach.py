"""Whom the platform lets in no more, the history does not let in either."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.portal.domain.refs import GroupRef
from app.reference_api.tables import UserAccount
from tests.support.history import ACME_URL, GROUP_URL, record_change
from tests.support.population import HQ
from tests.support.world import OWNER, SUPPORT, SYSTEM_ADMIN, TENANT_ADMIN, Member, World

OWN = ("/history/", f"{ACME_URL}history/", f"{GROUP_URL}history/", f"{HQ}Fax/history/", f"{HQ}Gone/history/")


@pytest.mark.parametrize("url", [each + more for each in OWN for more in ("", "export.csv")])
def test_whom_the_platform_signed_out_reads_no_more(world: World, url: str) -> None:
    record_change(world)
    record_change(world, device="Gone")
    owner = world.browser(OWNER)
    assert owner.get(url).status == 200
    world.end_backend_sessions()
    assert (owner.get(url).location or "").startswith("/login?next=")


@pytest.mark.parametrize(
    ("now", "status"),
    [({"level": 0}, 403), ({"tenant_id": "globex", "group_id": "amsterdam"}, 404), ({"group_id": "warehouse"}, 404)],
    ids=["demoted", "elsewhere", "in another group"],
)
def test_lost_scope_closes_the_history(world: World, now: dict[str, Any], status: int) -> None:
    record_change(world)
    record_change(world, device="Gone")
    owner = world.browser(OWNER)
    with Session(world.api_engine) as db, db.begin():
        db.execute(update(UserAccount).where(UserAccount.username == OWNER.username).values(now))
    for url in OWN:
        for each in (url, f"{url}export.csv"):
            assert owner.get(each).status == status, each


@pytest.mark.parametrize("member", [SUPPORT, SYSTEM_ADMIN], ids=["support", "system admin"])
def test_withdrawn_system_right_closes_the_history(world: World, member: Member) -> None:
    """Who became the admin of one group could still list its tenant, and read the history of what is gone."""
    record_change(world)
    record_change(world, place=GroupRef("initech", "basement"))
    browser = world.browser(member)
    urls = (
        "/history/",
        "/tenants/initech/history/",
        "/tenants/initech/groups/basement/history/",
        f"{ACME_URL}history/",
    )
    assert [browser.get(url).status for url in urls] == [200] * 4
    with Session(world.api_engine) as db, db.begin():
        now = {"level": 8, "tenant_id": "acme", "group_id": "warehouse"}
        db.execute(update(UserAccount).where(UserAccount.username == member.username).values(now))
    for url in (*urls, f"{GROUP_URL}history/"):
        for each in (url, f"{url}export.csv"):
            assert browser.get(each).status == 403, each


def test_deleted_group_keeps_history_for_wider_scope(world: World) -> None:
    record_change(world, place=GroupRef("initech", "basement"))
    record_change(world, place=GroupRef("acme", "attic"))
    for url in ("/tenants/initech/history/", "/tenants/initech/groups/basement/history/"):
        assert "Device edited" in world.browser(SUPPORT).get(url).words
    for member in (SUPPORT, TENANT_ADMIN):
        assert "Device edited" in world.browser(member).get(f"{ACME_URL}groups/attic/history/").words
