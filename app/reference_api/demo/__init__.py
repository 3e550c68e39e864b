"""The demo world: made once, the same every time, by bulk inserts into an empty database."""

from dataclasses import dataclass
from random import Random

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reference_api.auth import Level
from app.reference_api.demo.hardware import Macs
from app.reference_api.demo.installation import Fitter, Installed
from app.reference_api.demo.people import People
from app.reference_api.demo.sites import SITES, TENANTS
from app.reference_api.demo.tags import device_tags, group_tags, system_tags
from app.reference_api.tables import Account, Group, Tenant

SEED = 4711


@dataclass(frozen=True)
class DemoAccount:
    username: str
    words: str
    level: Level
    tenant_id: str | None = None
    group_id: str | None = None


ACCOUNTS = (
    DemoAccount("admin@provider.example", "system admin: everything", Level.SYSTEM_ADMIN),
    DemoAccount("support@provider.example", "support: sees everything, changes some", Level.SYSTEM_ADMIN),
    DemoAccount("tenant@acme.example", "tenant admin of acme", Level.TENANT_ADMIN, "acme"),
    DemoAccount("group@acme.example", "group admin of acme / headquarters", Level.GROUP_ADMIN, "acme", "headquarters"),
    DemoAccount(
        "department@acme.example", "department admin: no access", Level.DEPARTMENT_ADMIN, "acme", "headquarters"
    ),
    DemoAccount("user@acme.example", "end user: no access", Level.END_USER, "acme", "headquarters"),
    DemoAccount("tenant@globex.example", "tenant admin of globex", Level.TENANT_ADMIN, "globex"),
    DemoAccount("group@globex.example", "group admin of globex / amsterdam", Level.GROUP_ADMIN, "globex", "amsterdam"),
)


def is_empty(session: Session) -> bool:
    return session.scalar(select(Tenant.tenant_id).limit(1)) is None


def fill(session: Session, password_hash: str) -> None:
    """Everything in the caller's transaction; all accounts share the one password."""
    session.add_all(Tenant(tenant_id=key, name=name) for key, name in TENANTS.items())
    session.flush()
    groups = [Group(tenant_id=site.tenant_id, group_id=site.group_id, group_name=site.name) for site in SITES]
    session.add_all(groups)
    session.add_all(_account(account, password_hash) for account in ACCOUNTS)
    session.add_all(system_tags())
    session.flush()
    random = Random(SEED)  # noqa: S311  # the same world every time is the point
    fitter = Fitter(random, People(random), Macs(random), password_hash)
    for site, group in zip(SITES, groups, strict=True):
        installed = fitter.equip(site, group.id)
        _insert(session, installed)
        session.add_all(group_tags(site.group_id, group.id))
        session.add_all(device_tags(site.group_id, [item.device for item in installed]))
        session.flush()


def has_password(session: Session, hasher: PasswordHasher, password: str) -> bool:
    """Whether it is the one that the accounts were made with, told by the first of them."""
    account = session.get(Account, ACCOUNTS[0].username)
    try:
        return account is not None and hasher.verify(account.password_hash, password)
    except VerifyMismatchError:
        return False


def _account(account: DemoAccount, password_hash: str) -> Account:
    return Account(
        username=account.username,
        password_hash=password_hash,
        level=account.level,
        tenant_id=account.tenant_id,
        group_id=account.group_id,
        user_id=account.username if account.level is Level.END_USER else None,
    )


def _insert(session: Session, installed: list[Installed]) -> None:
    session.add_all(item.device for item in installed)
    session.flush()
    for item in installed:
        for line in item.lines:
            line.device_key = item.device.id
            session.add(line)
