"""Asking to sign in, and coming back to where one was, with what one had typed."""

from flask import Response, current_app, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as WerkzeugResponse

from app.portal import access, htmx
from app.portal.addresses import here
from app.portal.context import portal
from app.portal.identity import person

_NEVER_KEPT = {"csrf_token", "password"}


def asked_aside() -> bool:
    """Whether a page asks beside its reader's own doing, of which nothing may be taken."""
    mark = access.mark_of(current_app, request.endpoint or "")
    return bool(mark and mark.aside and htmx.wants_fragment())


def to_sign_in() -> WerkzeugResponse:
    """Ask to sign in and come back; a form that was being sent is kept for its typist, unsent."""
    if asked_aside():
        return Response(status=204)
    return htmx.go(url_for("sign_in.login", next=_way_back()))


def ended_by_backend() -> WerkzeugResponse:
    """The backend knows this session no more: end ours too, and ask for a fresh sign-in."""
    me = person()
    if me is not None:
        portal().sessions.end(me.username, portal().now(), only=me.row.id)
    return to_sign_in()


def had_session() -> bool:
    """Whether this browser holds a session that is over."""
    return "_user_id" in session and person() is None


def kept_fields() -> MultiDict[str, str] | None:
    """The form this person typed on this page before the session ended, if the address names one."""
    me, kept_id = person(), request.args.get("kept")
    if me is None or kept_id is None:
        return None
    fields = portal().kept_forms.find(kept_id, me.username, request.path, portal().now())
    return MultiDict(fields) if fields else None


def keep_typed(username: str) -> str:
    """Keep the form of this request; returns the address that shows it again."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _NEVER_KEPT]
    kept_id = portal().kept_forms.keep(username, request.path, fields, portal().now())
    return f"{here()}{'&' if request.args else '?'}kept={kept_id}"


def _way_back() -> str:
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return url_for("directory.index")
    row = portal().sessions.find(session.get("_user_id", "")) if request.form else None
    return keep_typed(row.username) if row else here()
