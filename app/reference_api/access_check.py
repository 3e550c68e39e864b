"""One check before every view: session (401), then level (403), then scope (404)."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.database import snapshot
from app.reference_api.auth import Caller, UserLevel
from app.reference_api.context import RequestScope, api
from app.reference_api.errors import Forbidden, NotFound, require
from app.reference_api.tables import AccessDevice, Group, Tenant

_GROUP = select(Group.id).where(Group.tenant_id == bindparam("tenant"), Group.group_id == bindparam("group"))
COOKIE = "sessionid"

View = TypeVar("View", bound=Callable[..., object])


def requires(level: UserLevel | None) -> Callable[[View], View]:
    """Require another level than group admin for a view; None needs no session at all."""

    def set_level(view: View) -> View:
        view.required_level = level  # type: ignore[attr-defined]  # functions take attributes
        return view

    return set_level


def required_level(view: Callable[..., object]) -> UserLevel | None:
    """None: no session is needed."""
    level: UserLevel | None = getattr(view, "required_level", UserLevel.GROUP_ADMIN)
    return level


def check_access() -> None:
    """Keep the request's scope in `g.scope`. Raises NoSession, Forbidden or NotFound."""
    if request.endpoint is None:
        return
    level = required_level(current_app.view_functions[request.endpoint])
    if level is None:
        return
    with snapshot(api().engine) as session:
        caller = api().authenticator.find_caller(session, request.cookies.get(COOKIE, ""))
        if caller.level < level:
            raise Forbidden
        if not _is_valid_path(request.environ["PATH_INFO"], _encoded_path()):
            raise NotFound
        g.scope = _scope(session, caller, **(request.view_args or {}))


def _encoded_path() -> str:
    """Return the path as it was sent, where the server hands that on, as gunicorn does."""
    target: str = request.environ.get("RAW_URI", "")
    return target.partition("?")[0]


def _is_valid_path(path: str, encoded: str) -> bool:
    """Return False for NUL, which PostgreSQL refuses, for text that is not UTF-8, where Flask has put U+FFFD, and
    for a slash within a name: decoded, `desk%2Freboot_phone` would reboot the desk."""
    if "%2f" in encoded.lower():
        return False
    try:
        return "\0" not in path.encode("latin-1").decode()
    except UnicodeDecodeError:
        return False


def _scope(
    session: Session,
    caller: Caller,
    tenant: str | None = None,
    group: str | None = None,
    device: str | None = None,
    **_others: str,
) -> RequestScope:
    if tenant is None:
        return RequestScope(caller)
    if not caller.can_reach(tenant, group):
        raise NotFound
    if group is None:
        require(session.scalar(select(Tenant.tenant_id).where(Tenant.tenant_id == tenant)))
        return RequestScope(caller)
    group_key = require(session.scalar(_GROUP, {"tenant": tenant, "group": group}))
    if device is None:
        return RequestScope(caller, group_key)
    named = (AccessDevice.group_key == group_key, AccessDevice.device_name == device)
    return RequestScope(caller, group_key, require(session.scalar(select(AccessDevice.id).where(*named))))
