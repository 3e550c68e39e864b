"""Asking to sign in, and coming back to the same page with what was typed there."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Response, current_app, flash, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from app.portal.services.changes.executor import log_database_errors
from app.portal.services.masking import SECRETS
from app.portal.web import access, htmx
from app.portal.web.context import portal
from app.portal.web.session import current_user_or_none
from app.portal.web.submissions import FORM_TOKEN
from app.portal.web.urls import current_url, nearest_page, safe_redirect_target

DOWNLOAD = "download"  # a category of messages: the URL of a download that the next page starts
_NEVER_KEPT = {"csrf_token", FORM_TOKEN, "code", *SECRETS}  # a code of the second factor
_CARRIED = ("download", "unsent")  # besides `next`, through the sign-in page
WRONG_CODE = (
    "Wrong code, or the account is locked for 5 minutes. Five wrong codes lock it. Each code works once: "
    "if you used this one before, wait for the next."
)
_UNSENT_CODE = "Nothing was changed yet: a code was needed first. Check, then try again."
_UNSENT_CAUSES = {"session": "your session had ended", "code": "a code was needed"}
_UNSENT = "Nothing was changed: your session had ended. Check, then try again."


def is_background_request() -> bool:
    """Return True for what a page with an unsent form requests by itself; see `requires`."""
    mark = access.access_of(current_app, request.endpoint or "")
    return bool(mark and mark.background and htmx.wants_fragment())


def redirect_to_sign_in() -> WerkzeugResponse:
    """Ask to sign in and come back. A form that was being sent is kept for its user, unsent."""
    if is_background_request():
        return Response(status=204)
    return htmx.go(url_for("sign_in.login", **_way_back("session")))


def redirect_to_confirm() -> WerkzeugResponse:
    """Ask for a code of the second factor and come back, as after a session that ended."""
    if is_background_request():
        return Response(status=204)
    return htmx.go(url_for("second_factor.confirm", **_way_back("code")))


def next_arg() -> str | None:
    return request.args.get("next")


def go_on_after_code() -> WerkzeugResponse:
    """Go on to where a code was needed, and say there what was not done."""
    if "unsent" in request.args:
        flash(_UNSENT_CODE, "warn")
    return htmx.go(safe_redirect_target(next_arg()) or url_for("account.show"))


def carried_args() -> Mapping[str, Any]:
    """Return what the sign-in page hands on to itself, besides `next`."""
    return {name: request.args[name] for name in _CARRIED if name in request.args}


def way_on(next_url: str | None) -> Mapping[str, Any]:
    """Return what leads on after the sign-in, as arguments of a URL."""
    return {**carried_args(), "next": safe_redirect_target(next_url)}


def go_on(next_url: str | None) -> WerkzeugResponse:
    """Go on to where the sign-in interrupted somebody, and say there what was not done."""
    download = safe_redirect_target(request.args.get("download"))
    if download and _is_download(download):
        flash(download, DOWNLOAD)
    if "unsent" in request.args:
        flash(_UNSENT, "warn")
    return htmx.go(safe_redirect_target(next_url) or url_for("directory.index"))


def repeat_sign_in() -> WerkzeugResponse:
    """Answer a sign-in form that is older than this browser's session: somebody signed in, or out, in another tab."""
    user, username = current_user_or_none(), request.form.get("username", "").strip()
    is_another = user is not None and username.casefold() != user.username.casefold()
    args = dict(carried_args(), next=request.form.get("next") or None)
    if is_another or user is None:
        args["another" if user else "stale"] = 1
    return htmx.go(url_for("sign_in.login", **args))


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
    """Return the form that this user sent from this page after the session ended, if the URL names one.

    It is empty where there was nothing to type.
    """
    user, draft_id = current_user_or_none(), request.args.get("draft")
    if user is None or draft_id is None:
        return None
    fields = portal().saved_drafts.find(draft_id, user.username, request.path, portal().now())
    return None if fields is None else MultiDict(fields)


def was_unsent() -> bool:
    """Return True if this page shows a form again that was not sent: `unsent_cause` says why."""
    return request.method == "GET" and draft_fields() is not None


def unsent_cause() -> str:
    """Return why the form of a draft was not sent, after a colon; "" where its URL does not tell."""
    words = _UNSENT_CAUSES.get(request.args.get("cause", ""))
    return f": {words}" if words else ""


def save_draft(username: str, cause: str = "") -> str:
    """Keep the form of this request. Return the URL that shows it again, with a key of `_UNSENT_CAUSES`."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    draft_id = portal().saved_drafts.keep(username, request.path, fields, portal().now())
    told = f"&cause={cause}" if cause else ""
    return f"{current_url()}{'&' if request.args else '?'}draft={draft_id}{told}"


def keep_typed() -> str | None:
    """Keep what was typed into the form of this request. Return the URL that shows it again; None if there is none."""
    user = current_user_or_none()
    is_typed = request.method == "POST"  # the body of a GET may be too long to be read
    if user is None or not is_typed or not has_page() or not _read_form().keys() - _NEVER_KEPT:
        return None
    with log_database_errors("what was typed"):
        return save_draft(user.username)
    return None


def _read_form() -> MultiDict[str, str]:
    """Return the form of this request; an empty one where it is too long, or ends too early."""
    try:
        return request.form
    except HTTPException:
        return MultiDict()


def _is_download(url: str) -> bool:
    try:
        endpoint, _ = current_app.url_map.bind("").match(unquote(urlsplit(url).path), "GET")
    except HTTPException:
        return False
    mark = access.access_of(current_app, endpoint)
    return mark is not None and mark.is_download


def has_page() -> bool:
    """Return True if what this request posts to shows a form itself, for those who are signed in.

    A form of thousands of fields is not kept: the page that sent it has them all.
    """
    mark = access.access_of(current_app, request.endpoint or "")
    if mark is None or mark.permission is None or mark.form_fields is not None:
        return False
    return request.url_rule is not None and "GET" in (request.url_rule.methods or ())


def _way_back(cause: str) -> Mapping[str, Any]:
    """Return the arguments of the sign-in page that lead back; `cause` is that of `save_draft`."""
    mark = access.access_of(current_app, request.endpoint or "")
    if mark and mark.is_download:  # which leaves the browser where it is: it starts from its page
        query = current_url().partition("?")[2]
        return {"next": f"{nearest_page()}?{query}" if query else nearest_page(), "download": current_url()}
    if mark is None or mark.permission is None:
        return {}  # to sign out, which is done
    if not has_page():
        return {"next": nearest_page(), "unsent": "1"}
    row = portal().sessions.find(session.get("_user_id", "")) if request.form else None
    return {"next": save_draft(row.username, cause) if row else current_url()}
