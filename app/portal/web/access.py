"""The access check: what each view requires, and the check before every request."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from app.portal.domain.audit import Reason
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Permission


class Access:
    """The mark of a view: what it needs, whether asking it counts as being active, and whether it is an aside.

    `form_bytes` is how much its form may hold, where that is more than usual.
    """

    def __init__(
        self,
        permission: Permission | None,
        *,
        extends_session: bool = True,
        background: bool = False,
        form_bytes: int | None = None,
    ) -> None:
        self.permission = permission
        self.extends_session = extends_session
        self.background = background
        self.form_bytes = form_bytes


class CrossSiteWrite(Forbidden):
    """A write that another site's page made the browser send."""


View = TypeVar("View", bound=Callable[..., Any])


def requires(
    permission: Permission, *, extends_session: bool = True, background: bool = False, form_bytes: int | None = None
) -> Callable[[View], View]:
    """Mark a view with the permission it needs.

    `renews=False` for what a page asks by itself. `aside=True` for what it asks beside the reader's own doing: in a
    session that is over, or where the backend fails, it leads nowhere, lest it overtake the form that is being sent.
    `form_bytes` for what takes larger forms than others.
    """
    return _marked(Access(permission, extends_session=extends_session, background=background, form_bytes=form_bytes))


def public(view: View) -> View:
    """Mark a view that nobody needs to sign in for."""
    return _marked(Access(None))(view)


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__dict__["access"] = access
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions.get(endpoint), "access", None)


def install_access_check(
    app: Flask,
    redirect_to_sign_in: Callable[[], ResponseReturnValue],
    extend_session: Callable[[], None],
    record_refusal: Callable[[Permission, Reason], None],
) -> None:
    """Let every request pass one gate before its view: what is not marked is refused.

    `note_refusal` hears of each write that somebody signed in was not let in with, and why.
    """

    @app.before_request
    def gate() -> ResponseReturnValue | None:
        if _writes() and _from_another_site():
            raise CrossSiteWrite
        if request.endpoint is None:
            return None  # Flask answers 404, 405 or a redirect by itself
        access = access_of(current_app, request.endpoint)
        if access is None:
            abort(403)
        if access.permission is None:
            return None
        if access.form_bytes is not None:  # before anybody reads the form, be it to keep it for a fresh sign-in
            request.max_content_length = request.max_form_memory_size = access.form_bytes
        if not current_user.is_authenticated:
            return redirect_to_sign_in()
        _let_in(access.permission, record_refusal)
        if access.extends_session:
            extend_session()
        return None


def _let_in(permission: Permission, record_refusal: Callable[[Permission, Reason], None]) -> None:
    if not current_user.may(permission):
        status, reason = 403, Reason.NOT_ALLOWED
    elif not _enter_scope(request.view_args or {}):
        status, reason = 404, Reason.OUT_OF_REACH
    else:
        return
    if _writes():
        record_refusal(permission, reason)
    abort(status)


def _writes() -> bool:
    return request.method not in {"GET", "HEAD", "OPTIONS"}


def _from_another_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def _enter_scope(view_args: dict[str, Any]) -> bool:
    """Whether the place that the address names, if any, is within reach."""
    tenant_id, group_id = view_args.get("tenant"), view_args.get("group")
    if tenant_id is None:
        return True
    if not current_user.reaches(tenant_id, group_id):
        return False
    if group_id is not None:
        g.group_ref = GroupRef(tenant_id, group_id)
    return True
