"""Groups of a test's own, written into the backend's database past every check, as another system would."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import delete, select, update

from app.database import reading, writing
from app.portal.store.platform_limits import Operation, PlatformLimits
from app.portal.store.tables import LoginAttempt, SessionRow
from app.reference_api.tables import AccessDevice, ConfigFile, Group, Line, Tag, Tenant
from tests.support.browser.product import Product

HEADQUARTERS = "/tenants/acme/groups/headquarters/devices/"
ANNEX = "/tenants/acme/groups/annex/devices/"
CAMPUS = "/tenants/initech/groups/campus/devices/"


def spare_mac() -> str:
    """Twelve hex digits that no device of the demo world has; a MAC is unique in all of it."""
    return f"0E{secrets.token_hex(5)}".upper()


class GroupRef:
    """A group; `url` is its list of devices."""

    def __init__(self, product: Product, key: int, tenant_id: str, group_id: str) -> None:
        self._engine = product.api_engine
        self.key = key
        self.tenant_id, self.group_id = tenant_id, group_id
        self.url = f"/tenants/{quote(tenant_id, safe='')}/groups/{quote(group_id, safe='')}/devices/"

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the portal's tables that name the group."""
        return {"tenant_id": self.tenant_id, "group_id": self.group_id}

    def device_url(self, name: str) -> str:
        return f"{self.url}{quote(name, safe='')}/"

    def add(
        self, name: str, people: Sequence[dict[str, Any]] = (), tags: Sequence[dict[str, Any]] = (), **columns: Any
    ) -> str:
        """One more device, with these people on its lines and these tags of its own; returns its address."""
        with writing(self._engine) as db:
            device = AccessDevice(
                group_key=self.key, device_name=name, **{"device_type": "Yealink-T46G", "mac_address": None} | columns
            )
            db.add(device)
            db.flush()
            for order, person in enumerate(people, 1):
                usual = _PERSON | {"line_port": secrets.token_hex(8), "order": order}
                db.add(Line(device_key=device.id, **usual | person))
            db.add_all(Tag(level="DeviceProfile", device_key=device.id, **tag) for tag in tags)
        return self.device_url(name)

    def change(self, name: str, **columns: Any) -> None:
        with writing(self._engine) as db:
            db.execute(update(AccessDevice).where(self._is(name)).values(**columns))

    def remove(self, name: str) -> None:
        """Delete a device that nobody is on."""
        with writing(self._engine) as db:
            db.execute(delete(AccessDevice).where(self._is(name)))

    def put_file(self, name: str, content: bytes, file_format: str = "%BWMACADDRESS%.cfg") -> str:
        """Give a device a file of its own; returns the address of its page."""
        with writing(self._engine) as db:
            key = db.scalars(select(AccessDevice.id).where(self._is(name))).one()
            db.add(ConfigFile(device_key=key, file_format=file_format, source="Custom", content=content))
        return f"{self.device_url(name)}files/{quote(file_format, safe='')}/"

    def read(self, name: str) -> AccessDevice | None:
        with reading(self._engine) as db:
            return db.scalar(select(AccessDevice).where(self._is(name)))

    def ports(self, name: str) -> dict[int, str]:
        """By port of a device, the first name of who is on it."""
        with reading(self._engine) as db:
            lines = db.scalars(
                select(Line).join(AccessDevice, AccessDevice.id == Line.device_key).where(self._is(name))
            )
            return {line.order: line.first_name for line in lines}

    def content(self, name: str, file_format: str) -> bytes | None:
        """What is stored of a file of a device; None where nothing is, or the default is in its place."""
        of_device = (ConfigFile.device_key == AccessDevice.id) & (ConfigFile.file_format == file_format)
        with reading(self._engine) as db:
            stored = select(ConfigFile.content).join(AccessDevice, of_device).where(self._is(name))
            return db.scalar(stored.where(ConfigFile.source == "Custom"))

    def put(self, name: str, file_format: str, content: bytes) -> None:
        with writing(self._engine) as db:
            key = db.scalars(select(AccessDevice.id).where(self._is(name))).one()
            db.execute(delete(ConfigFile).where(ConfigFile.device_key == key, ConfigFile.file_format == file_format))
            db.add(ConfigFile(device_key=key, file_format=file_format, source="Custom", content=content))

    def _is(self, name: str) -> Any:
        return (AccessDevice.group_key == self.key) & (AccessDevice.device_name == name)


class Places:
    def __init__(self, product: Product) -> None:
        self._product = product

    def new(self, group_id: str = "", tenant_id: str = "acme", **names: str) -> GroupRef:
        """A new, empty group; of a new tenant where there is none of this id. Refused deletions are forgotten."""
        PlatformLimits(self._product.portal_engine).forget(Operation.DELETE_IN_USE)
        group_id = group_id or f"test-{secrets.token_hex(3)}"
        with writing(self._product.api_engine) as db:
            if db.get(Tenant, tenant_id) is None:
                db.add(Tenant(tenant_id=tenant_id, name=names.get("tenant_name", tenant_id)))
                db.flush()
            group = Group(tenant_id=tenant_id, group_id=group_id, group_name=names.get("group_name", group_id))
            db.add(group)
            db.flush()
            return GroupRef(self._product, group.id, tenant_id, group_id)

    def let_sessions_lapse(self, username: str) -> None:
        """An hour passes in which this person does nothing."""
        an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
        with writing(self._product.portal_engine) as db:
            db.execute(update(SessionRow).where(SessionRow.username == username).values(seen_at=an_hour_ago))

    def rename_sessions(self, username: str, new: str) -> None:
        with writing(self._product.portal_engine) as db:
            db.execute(update(SessionRow).where(SessionRow.username == username).values(username=new))

    def forget_wrong_codes(self) -> None:
        """Let as many wrong passwords and codes be tried as at the start."""
        with writing(self._product.portal_engine) as db:
            db.execute(delete(LoginAttempt))

    def add_sessions(self, username: str, count: int, **columns: Any) -> None:
        """So many that nobody holds, of an account that the backend need not know."""
        now = datetime.now(UTC)
        usual = {"level": 8, "must_change_password": False, "backend_cookies": {}, "signed_in_at": now, "seen_at": now}
        with writing(self._product.portal_engine) as db:
            for _ in range(count):
                db.add(SessionRow(username=username, token_hash=secrets.token_hex(32), **usual | columns))


_PERSON: dict[str, Any] = {
    "user_id": "ada@acme.example",
    "first_name": "Ada",
    "last_name": "Example",
    "extension": "2001",
}
