"""One check before every view: session (401), then level (403), then scope (404)."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.database import reading
from app.reference_api.auth import Caller, Level
from app.reference_api.context import Reach, api
from app.reference_api.errors import Forbidden, NotFound
from app.reference_api.tables import AccessDevice, Group, Tenant

_GROUP = select(Group.id).where(Group.tenant_id == bindparam("tenant"), Group.group_id == bindparam("group"))
COOKIE = "sessionid"

View = TypeVar("View", bound=Callable[..., object])
T = TypeVar("T")


def requires(level: Level | None) -> Callable[[View], View]:
    """Marks a view that asks for another level than group admin; None needs no session at all."""

    def mark(view: View) -> View:
        view.required_level = level  # type: ignore[attr-defined]  # functions carry their marks
        return view

    return mark


def required_level(view: Callable[..., object]) -> Level | None:
    """None: no session is needed."""
    level: Level | None = getattr(view, "required_level", Level.GROUP_ADMIN)
    return level


def gate() -> None:
    """Raises NoSession, Forbidden or NotFound; else notes the caller's reach for the view."""
    if request.endpoint is None:
        return
    level = required_level(current_app.view_functions[request.endpoint])
    if level is None:
        return
    with reading(api().engine) as session:
        caller = api().door.caller(session, request.cookies.get(COOKIE, ""))
        if caller.level < level:
            raise Forbidden
        if not _can_name_something(request.environ["PATH_INFO"], _as_sent()):
            raise NotFound
        g.reach = _reach(session, caller, **(request.view_args or {}))


def _as_sent() -> str:
    """The path before it was decoded, where the server hands that on, as gunicorn does."""
    target: str = request.environ.get("RAW_URI", "")
    return target.partition("?")[0]


def _can_name_something(path: str, as_sent: str) -> bool:
    """Not if PostgreSQL would choke on it (NUL), Flask has put U+FFFD for what is not UTF-8, or a name holds a
    slash: decoded, `desk%2Freboot_phone` would reboot the desk."""
    if "%2f" in as_sent.lower():
        return False
    try:
        return "\0" not in path.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False


def _reach(
    session: Session,
    caller: Caller,
    tenant: str | None = None,
    group: str | None = None,
    device: str | None = None,
    **_others: str,
) -> Reach:
    if tenant is None:
        return Reach(caller)
    if not caller.reaches(tenant, group):
        raise NotFound
    if group is None:
        _existing(session.scalar(select(Tenant.tenant_id).where(Tenant.tenant_id == tenant)))
        return Reach(caller)
    group_key = _existing(session.scalar(_GROUP, {"tenant": tenant, "group": group}))
    if device is None:
        return Reach(caller, group_key)
    named = (AccessDevice.group_key == group_key, AccessDevice.device_name == device)
    return Reach(caller, group_key, _existing(session.scalar(select(AccessDevice.id).where(*named))))


def _existing(found: T | None) -> T:
    if found is None:
        raise NotFound
    return found
