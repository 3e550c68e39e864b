"""Asking to sign in, and coming back to the same page with what was typed there."""

from flask import Response, current_app, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from app.portal.services.changes.executor import log_database_errors
from app.portal.services.masking import SECRETS
from app.portal.web import access, htmx
from app.portal.web.context import portal
from app.portal.web.session import current_user_or_none
from app.portal.web.submissions import FORM_TOKEN
from app.portal.web.urls import current_url

_NEVER_KEPT = {"csrf_token", FORM_TOKEN, *SECRETS}


def is_background_request() -> bool:
    """Return True for what a page with an unsent form requests by itself; see `requires`."""
    mark = access.access_of(current_app, request.endpoint or "")
    return bool(mark and mark.background and htmx.wants_fragment())


def redirect_to_sign_in() -> WerkzeugResponse:
    """Ask to sign in and come back. A form that was being sent is kept for its user, unsent."""
    if is_background_request():
        return Response(status=204)
    return htmx.go(url_for("sign_in.login", next=_return_url()))


def redirect_after_backend_sign_out() -> WerkzeugResponse:
    """End the session that the backend has ended, and ask to sign in again."""
    user = current_user_or_none()
    if user is not None:
        portal().sessions.end(user.username, portal().now(), only=user.row.id)
    return redirect_to_sign_in()


def has_ended_session() -> bool:
    """Return True if this browser holds a session that is over."""
    return "_user_id" in session and current_user_or_none() is None


def draft_fields() -> MultiDict[str, str] | None:
    """Return the form that this user typed on this page before the session ended, if the URL names one."""
    user, draft_id = current_user_or_none(), request.args.get("draft")
    if user is None or draft_id is None:
        return None
    fields = portal().saved_drafts.find(draft_id, user.username, request.path, portal().now())
    return MultiDict(fields) if fields else None


def save_draft(username: str) -> str:
    """Keep the form of this request. Return the URL that shows it again."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    draft_id = portal().saved_drafts.keep(username, request.path, fields, portal().now())
    return f"{current_url()}{'&' if request.args else '?'}draft={draft_id}"


def keep_typed() -> str | None:
    """Keep what was typed into the form of this request. Return the URL that shows it again; None if there is none."""
    user = current_user_or_none()
    if user is None or not _has_page() or not request.form.keys() - _NEVER_KEPT:
        return None
    with log_database_errors("what was typed"):
        return save_draft(user.username)
    return None


def _has_page() -> bool:
    """Return True if what this request posts to shows a form itself, for those who are signed in."""
    mark = access.access_of(current_app, request.endpoint or "")
    is_public = mark is None or mark.permission is None
    return not is_public and request.url_rule is not None and "GET" in (request.url_rule.methods or ())


def _return_url() -> str:
    if not _has_page():
        return url_for("directory.index")
    row = portal().sessions.find(session.get("_user_id", "")) if request.form else None
    return save_draft(row.username) if row else current_url()
