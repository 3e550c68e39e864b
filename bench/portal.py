"""A portal over the reference API in this process, with a given number of devices in one group."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from requests import Response
from sqlalchemy import delete, insert

from app.config import load
from app.database import connect, upgrade, writing
from app.database_time import utc_now
from app.embedded import WsgiAdapter
from app.password_hashing import LimitedHasher
from app.portal import create_portal
from app.portal import prepare as prepare_portal
from app.portal.domain.refs import GroupRef
from app.portal.models.access_device import AccessDeviceRow
from app.portal.services.devices.list_copies import ListCopies
from app.portal.store.database_clock import DatabaseClock
from app.portal.store.device_lists import DeviceListStore
from app.portal.store.list_tables import CachedList
from app.portal.web.context import Portal
from app.reference_api import MIGRATIONS, VERSION_TABLE, ReferenceSettings, create_reference_api
from app.reference_api.tables import AccessDevice, Group, Tenant, UserAccount

GROUP = GroupRef("acme", "campus")
LIST = "/tenants/acme/groups/campus/devices/"
_PASSWORD = "of no use anywhere else"
_HASHER = LimitedHasher(time_cost=1, memory_cost=8)
_TYPES = ("Yealink-T46G", "Yealink-T42G", "Cisco-ATA191", "Generic SIP Phone")
_STATUSES = ("Online", "Online", "Online", "Offline", "Unavailable", "Unknown")


class _TimedAdapter(WsgiAdapter):
    """Measures the processor time of the application."""

    seconds = 0.0

    def send(self, *args: Any, **kwargs: Any) -> Response:
        started = process_time()
        answer = super().send(*args, **kwargs)
        self.seconds += process_time() - started
        return answer


class BenchPortal:
    def __init__(self, folder: Path, devices: int) -> None:
        reference = f"sqlite:///{folder}/reference_api.db"
        _populate(reference, devices)
        settings = load(
            {
                "PORTAL_DATABASE_URL": f"sqlite:///{folder}/portal.db",
                "REFERENCE_DATABASE_URL": reference,
                "PORTAL_SNAPSHOT_SECONDS": "900",  # a cached list stays cached
                "PORTAL_PAGE_SECONDS": "60",  # a cold page has its list
            },
            folder,
        )
        prepare_portal(settings)
        self._api = create_reference_api(ReferenceSettings(database_url=reference), _HASHER)
        self._adapter = _TimedAdapter(self._api)
        self.app = create_portal(settings, self._adapter, "http://reference-api.invalid")
        self.browser = _sign_in(self.app)

    @property
    def portal(self) -> Portal:
        portal: Portal = self.app.extensions["portal"]
        return portal

    @property
    def api_seconds(self) -> float:
        """Return the processor time of the reference API since the list was thrown away."""
        return self._adapter.seconds

    def first_rows(self) -> Sequence[AccessDeviceRow]:
        return self.rows()[:50]

    def rows(self) -> Sequence[AccessDeviceRow]:
        self.browser.get(LIST)
        self.portal.index.feed.flush()  # takes processor time beside the pages, once for an equal list
        store = DeviceListStore(self.portal.engine, DatabaseClock(self.portal.engine, utc_now))
        copy = ListCopies(store, self.portal.audit_log, self.portal.platform_limits, max_bytes=1).get(
            store.head(GROUP, "admin", 1)
        )
        assert copy, "the list was read a moment ago"
        return copy.table.rows

    def another_person(self) -> FlaskClient:
        """Return a browser with a session of its own."""
        return _sign_in(self.app)

    @property
    def copies(self) -> int:
        return len(self.portal.device_lists.copies)

    @property
    def copy_bytes(self) -> int:
        return self.portal.device_lists.copies.size

    def close(self) -> None:
        self.portal.index.feed.flush()
        self.portal.engine.dispose()
        self._api.extensions["reference_api"].engine.dispose()

    def expire_list(self) -> None:
        self._adapter.seconds = 0.0
        with writing(self.portal.engine) as db:
            db.execute(delete(CachedList))


@contextmanager
def bench_portal(devices: int) -> Iterator[BenchPortal]:
    with TemporaryDirectory() as folder:
        bench = BenchPortal(Path(folder), devices)
        yield bench
        bench.close()


def _populate(url: str, devices: int) -> None:
    engine = connect(url)
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    with writing(engine) as db:
        db.add(Tenant(tenant_id=GROUP.tenant_id, name="Acme"))
        db.flush()
        db.add(Group(id=1, tenant_id=GROUP.tenant_id, group_id=GROUP.group_id, group_name="Campus"))
        db.add(
            UserAccount(
                username="admin", password_hash=_HASHER.hash(_PASSWORD), level=8, tenant_id="acme", group_id="campus"
            )
        )
        db.flush()
        db.execute(insert(AccessDevice), [_device(n) for n in range(devices)])
    engine.dispose()


def _device(n: int) -> dict[str, Any]:
    shuffled = n * 7919 % 1_000_003
    return {
        "group_key": 1,
        "device_name": f"Building {shuffled % 40:02} Floor {shuffled % 7} Desk {n:06}",
        "device_type": _TYPES[shuffled % len(_TYPES)],
        "mac_address": f"{0x001565000000 + shuffled * 16 + n % 16:012X}",
        "net_address": f"10.{shuffled >> 16 & 255}.{shuffled >> 8 & 255}.{shuffled & 255}",
        "status": _STATUSES[shuffled % len(_STATUSES)],
        "version": f"Yealink SIP-T46G 28.{80 + shuffled % 5}.0.{n % 13 * 10}",
    }


def _sign_in(app: Flask) -> FlaskClient:
    browser = app.test_client()
    send_form(browser, "/login", "/login", username="admin", password=_PASSWORD)
    return browser


def send_form(browser: FlaskClient, page: str, url: str, **fields: Any) -> str:
    """Send a form with the token of a page, and return where it leads."""
    text = browser.get(page).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', text)
    assert token, text
    answer = browser.post(url, data={"csrf_token": token[1], **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.location)
