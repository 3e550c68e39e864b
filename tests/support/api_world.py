"""The reference API under test, and a client that takes raw names."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from app.database import writing
from app.password_hashing import LimitedHasher
from app.reference_api import ReferenceSettings, create_reference_api
from app.reference_api.context import EXTENSION
from app.reference_api.tables import AccessDevice, Group, Line, Tag, Tenant, UserAccount
from tests.support.kept import keep_statements

PASSWORD = "correct horse"
HEADQUARTERS = ("tenants", "acme", "groups", "headquarters", "access_devices")
AMSTERDAM = ("tenants", "globex", "groups", "amsterdam", "access_devices")
ACCOUNTS = {  # level, tenant, group
    "owner": (8, "acme", "headquarters"),
    "neighbour": (8, "acme", "warehouse"),
    "colleague": (12, "acme", None),
    "stranger": (8, "globex", "amsterdam"),
    "admin": (16, None, None),
    "department": (4, "acme", "headquarters"),
    "user": (0, "acme", "headquarters"),
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class CountingHasher(LimitedHasher):
    """Cheap, and counts verifications."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)


def address(*parts: str) -> str:
    return "/api/v1/" + "".join(f"{quote(part, safe='')}/" for part in parts)


@dataclass(frozen=True)
class Api:
    client: FlaskClient

    def get(self, *parts: str, **query: str) -> TestResponse:
        return self.client.get(address(*parts), query_string=query)

    def post(self, *parts: str, body: object = None) -> TestResponse:
        return self.client.post(address(*parts), data=json.dumps(body))

    def put(self, *parts: str, body: object = None) -> TestResponse:
        return self.client.put(address(*parts), data=json.dumps(body))

    def delete(self, *parts: str) -> TestResponse:
        return self.client.delete(address(*parts))


def problems(answer: TestResponse) -> list[tuple[int, str]]:
    assert set(answer.get_json()) == {"errors"}
    return [(error["code"], error["details"]) for error in answer.get_json()["errors"]]


@dataclass(frozen=True)
class World:
    app: Flask
    clock: Clock
    hasher: CountingHasher

    @property
    def engine(self) -> Engine:
        engine: Engine = self.app.extensions[EXTENSION].engine
        return engine

    def anonymous(self) -> Api:
        return Api(self.app.test_client())

    def signed_in(self, username: str) -> Api:
        api = self.anonymous()
        answer = api.post("login", body={"username": username, "password": PASSWORD})
        assert answer.status_code == 200
        return api

    def add_accounts_and_groups(self) -> None:
        password_hash = self.hasher.hash(PASSWORD)
        groups = (("acme", "headquarters"), ("acme", "warehouse"), ("globex", "amsterdam"))
        with writing(self.engine) as session:
            session.add_all(Tenant(tenant_id=tenant, name=tenant.title()) for tenant in ("acme", "globex"))
            session.flush()
            session.add_all(
                Group(tenant_id=tenant, group_id=group, group_name=group.title()) for tenant, group in groups
            )
            session.add_all(
                UserAccount(username=name, password_hash=password_hash, level=level, tenant_id=tenant, group_id=group)
                for name, (level, tenant, group) in ACCOUNTS.items()
            )

    def group(self, tenant: str, group: str) -> None:
        with writing(self.engine) as session:
            session.add(Tenant(tenant_id=tenant, name=tenant.title()))
            session.flush()
            session.add(Group(tenant_id=tenant, group_id=group, group_name=group.title()))

    def device(
        self,
        name: str = "desk",
        device_type: str = "Yealink-T46G",
        *,
        group: str = "headquarters",
        lines: Sequence[int] = (),
        **columns: Any,
    ) -> int:
        """Add a device with lines named `<name>-<order>@acme.example`, and return its key."""
        with writing(self.engine) as session:
            group_key = session.scalars(select(Group.id).where(Group.group_id == group)).one()
            device = AccessDevice(group_key=group_key, device_name=name, device_type=device_type, **columns)
            session.add(device)
            session.flush()
            session.add_all(_line(device.id, name, order) for order in lines)
            return device.id

    def tag(self, level: str, name: str, value: str, **owner: Any) -> None:
        with writing(self.engine) as session:
            session.add(Tag(level=level, name=name, value=value, **owner))


def open_world(url: str) -> World:
    clock, hasher = Clock(), CountingHasher()
    world = World(create_reference_api(ReferenceSettings(database_url=url, clock=clock), hasher), clock, hasher)
    keep_statements(world.engine)
    return world


def _line(device_key: int, device: str, order: int) -> Line:
    return Line(
        device_key=device_key,
        line_port=f"{device}-{order}@acme.example",
        order=order,
        primary=order == 1,
        user_id=f"user{order}@acme.example",
        last_name=f"Last{order}",
        first_name=f"First{order}",
        extension=f"200{order}",
        department_name="Payroll" if order == 1 else None,
        department_path="Finance \\ Payroll" if order == 1 else None,
    )
