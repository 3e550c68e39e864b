"""The demo data: the same every time, inserted into an empty database."""

from dataclasses import dataclass
from random import Random

from argon2.exceptions import VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.password_hashing import LimitedHasher
from app.reference_api.auth import UserLevel
from app.reference_api.demo.devices import DeviceFactory, DeviceWithLines
from app.reference_api.demo.macs import MacFactory
from app.reference_api.demo.people import PersonFactory
from app.reference_api.demo.sites import SITES, TENANTS
from app.reference_api.demo.tags import device_tags, group_tags, system_tags
from app.reference_api.tables import Group, Tenant, UserAccount

SEED = 4711


@dataclass(frozen=True)
class DemoAccount:
    username: str
    description: str
    level: UserLevel
    tenant_id: str | None = None
    group_id: str | None = None


_ADMIN, _TENANT, _GROUP = UserLevel.SYSTEM_ADMIN, UserLevel.TENANT_ADMIN, UserLevel.GROUP_ADMIN
_HQ = ("acme", "headquarters")
ACCOUNTS = (
    DemoAccount("admin@provider.example", "System admin: all tenants", _ADMIN),
    DemoAccount("support@provider.example", "Support: all tenants, no adding or deleting", _ADMIN),
    DemoAccount("tenant@acme.example", "Tenant admin of acme", _TENANT, "acme"),
    DemoAccount("group@acme.example", "Group admin of acme / headquarters", _GROUP, *_HQ),
    DemoAccount("department@acme.example", "Department admin: no access", UserLevel.DEPARTMENT_ADMIN, *_HQ),
    DemoAccount("user@acme.example", "End user: no access", UserLevel.END_USER, *_HQ),
    DemoAccount("tenant@globex.example", "Tenant admin of globex", _TENANT, "globex"),
    DemoAccount("group@globex.example", "Group admin of globex / amsterdam", _GROUP, "globex", "amsterdam"),
)

# For the portal itself, with a password of its own.
SERVICE_ACCOUNT = DemoAccount("service@provider.example", "The portal's own account", _ADMIN)


def is_empty(session: Session) -> bool:
    return session.scalar(select(Tenant.tenant_id).limit(1)) is None


def fill(session: Session, password_hash: str) -> None:
    """Insert everything in the caller's transaction; all accounts share one password."""
    session.add_all(Tenant(tenant_id=key, name=name) for key, name in TENANTS.items())
    session.flush()
    groups = [Group(tenant_id=site.tenant_id, group_id=site.group_id, group_name=site.name) for site in SITES]
    session.add_all(groups)
    session.add_all(_account(account, password_hash) for account in ACCOUNTS)
    session.add_all(system_tags())
    session.flush()
    random = Random(SEED)  # noqa: S311  # reproducible on purpose
    factory = DeviceFactory(random, PersonFactory(random), MacFactory(random), password_hash)
    for site, group in zip(SITES, groups, strict=True):
        devices = factory.make_devices(site, group.id)
        _insert(session, devices)
        session.add_all(group_tags(site.group_id, group.id))
        session.add_all(device_tags(site.group_id, [item.device for item in devices]))
        session.flush()


def has_all_accounts(session: Session) -> bool:
    """Return True for a database that holds the demo, and not only devices of somebody else."""
    names = [account.username for account in ACCOUNTS]
    stored = session.scalar(select(func.count()).select_from(UserAccount).where(UserAccount.username.in_(names)))
    return stored == len(names)


def write_account(session: Session, account: DemoAccount, password_hash: str) -> None:
    """Add the account, or give the one of this name another password."""
    session.merge(_account(account, password_hash))


def has_password(
    session: Session, hasher: LimitedHasher, password: str, demo_account: DemoAccount = ACCOUNTS[0]
) -> bool:
    """Check the password against a demo account, by default the first of those that share one."""
    account = session.get(UserAccount, demo_account.username)
    try:
        return account is not None and hasher.verify(account.password_hash, password)
    except VerifyMismatchError:
        return False


def _account(account: DemoAccount, password_hash: str) -> UserAccount:
    return UserAccount(
        username=account.username,
        password_hash=password_hash,
        level=account.level,
        tenant_id=account.tenant_id,
        group_id=account.group_id,
        user_id=account.username if account.level is UserLevel.END_USER else None,
    )


def _insert(session: Session, devices: list[DeviceWithLines]) -> None:
    session.add_all(item.device for item in devices)
    session.flush()
    for item in devices:
        for line in item.lines:
            line.device_key = item.device.id
            session.add(line)
