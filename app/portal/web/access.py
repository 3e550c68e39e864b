"""The access check: what each view requires, checked before every request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from app.edge.origins import SAFE_METHODS, is_cross_site
from app.portal.domain.audit import Reason
from app.portal.domain.roles import Permission
from app.portal.domain.step_up import StepUp
from app.portal.domain.users import User
from app.portal.web.session import current_user_or_none


@dataclass(frozen=True)
class Access:
    """The requirements of a view; see `requires`. `permission` is None for a public view."""

    permission: Permission | None
    extends_session: bool = True
    background: bool = False
    is_download: bool = False
    form_bytes: int | None = None
    form_fields: int | None = None
    step_up: StepUp | None = None


class CrossSiteWrite(Forbidden):
    """A write that a page of another site made the browser send."""


View = TypeVar("View", bound=Callable[..., Any])


def requires(
    permission: Permission,
    *,
    extends_session: bool = True,
    background: bool = False,
    is_download: bool = False,
    form_bytes: int | None = None,
    form_fields: int | None = None,
    step_up: StepUp | None = None,
) -> Callable[[View], View]:
    """Let only users with this permission reach the view.

    `extends_session=False`: a request does not extend the session, because pages send it by themselves.
    `background=True`: the same page has a form that must not be lost. Where the session has ended or the backend
    fails, the answer is 204 without a redirect or an error page.
    `is_download=True`: the browser stays on the page that links to it, so it waits for the platform as long as needed.
    `form_bytes`: the largest form that the view accepts, where that is more than usual.
    `step_up`: the act before which whoever has a second factor has to enter a code again, if the settings say so.
    `form_fields`: how many fields such a form has at most, so that nobody makes the server take millions of them apart.
    """
    return _mark(Access(permission, extends_session, background, is_download, form_bytes, form_fields, step_up))


def public(view: View) -> View:
    """Let everybody reach the view, signed in or not."""
    return _mark(Access(None))(view)


def _mark(access: Access) -> Callable[[View], View]:
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
    count_request: Callable[[Access], None],
    ask_for_code: Callable[[StepUp | None], ResponseReturnValue | None],
) -> None:
    """Check every request before its view; a view that is not marked is forbidden.

    `count_request` raises what is answered to one too many. `record_refusal` is called with each write of a signed-in
    user that is refused, and the reason. `ask_for_code` leads to the page that asks for a code where the act of the
    view needs one.
    """

    @app.before_request
    def check_access() -> ResponseReturnValue | None:
        if _is_write() and is_cross_site(request.environ):
            raise CrossSiteWrite
        if request.endpoint is None:
            return None  # Flask answers 404, 405 or a redirect by itself
        access = access_of(current_app, request.endpoint)
        if access is None:
            abort(403)
        if access.form_bytes is not None:  # before the form is read, which whoever keeps what was typed does
            request.max_content_length = request.max_form_memory_size = access.form_bytes
        count_request(access)
        if access.permission is None:
            return None
        user = current_user_or_none()
        if user is None:
            return redirect_to_sign_in()
        _check_permission(user, access.permission, record_refusal)
        if access.form_fields is not None:
            request.max_form_parts = access.form_fields
        if access.extends_session:
            extend_session()
        return ask_for_code(access.step_up)


def _check_permission(user: User, permission: Permission, record_refusal: Callable[[Permission, Reason], None]) -> None:
    if not user.may(permission):
        status, reason = 403, Reason.NOT_ALLOWED
    elif not _is_in_scope(user, request.view_args or {}):
        status, reason = 404, Reason.OUT_OF_REACH
    else:
        return
    if _is_write():
        record_refusal(permission, reason)
    abort(status)


def _is_write() -> bool:
    return request.method not in SAFE_METHODS


def _is_in_scope(user: User, view_args: dict[str, Any]) -> bool:
    """Return True if the user may see the tenant or group that the URL names, if it names one."""
    tenant_id = view_args.get("tenant")
    return tenant_id is None or user.reaches(tenant_id, view_args.get("group"))
