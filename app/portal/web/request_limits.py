"""The limits of requests in a minute: which kind a request is, and the answer to one too many."""

import logging

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from app.edge.origins import SAFE_METHODS
from app.portal.domain.audit import Reason
from app.portal.domain.roles import Permission
from app.portal.services.request_limits import LimitExcess, LimitKind
from app.portal.web import htmx, session, sign_in_redirect
from app.portal.web.access import Access
from app.portal.web.context import portal
from app.portal.web.error_pages import ErrorPage
from app.portal.web.errors import render_page

log = logging.getLogger(__name__)

_SEARCHES = {Permission.INDEX_SEARCH, Permission.DEVICE_SEARCH}
_DRAFTS_IN_A_MINUTE = 20  # of those who are refused: each is written to the database


class RequestLimitExceeded(TooManyRequests):
    def __init__(self, excess: LimitExcess) -> None:
        super().__init__()
        self.excess = excess

    @property
    def words(self) -> str:
        source = "this network address" if self.excess.is_address else "your account"
        wait = f"{self.excess.retry_after} second{'s' if self.excess.retry_after != 1 else ''}"
        happened = f"There were too many {self.excess.kind} from {source} within a minute."
        return f"{happened} Nothing was changed. Try again in {wait}."

    @property
    def keeps_draft(self) -> bool:
        return self.excess.number <= _DRAFTS_IN_A_MINUTE


def init_app(app: Flask) -> None:
    app.register_error_handler(RequestLimitExceeded, _show_limit)


def count_request(access: Access) -> None:
    """Raises RequestLimitExceeded, before anything else of the request is looked at."""
    kind = _kind_of(access)
    if kind is None:
        return
    # What is open to all counts for the address only: whoever was too busy can still sign out.
    user = session.current_user_or_none() if access.permission else None
    excess = portal().request_limits.count(kind, user.username if user else "", session.client_address())
    if excess is None:
        return
    if excess.unrecorded:
        log.warning("refused %d requests that were too many %s", excess.unrecorded, kind)
        if user and access.permission and request.method not in SAFE_METHODS:
            session.record_refusal(access.permission, Reason.TOO_MANY, excess.unrecorded)
    raise RequestLimitExceeded(excess)


def _kind_of(access: Access) -> LimitKind | None:
    if access.permission in _SEARCHES:
        return LimitKind.SEARCHES
    if access.is_download:
        return LimitKind.EXPORTS
    if request.method in SAFE_METHODS:
        return None
    if request.mimetype == "multipart/form-data":
        return LimitKind.UPLOADS
    return LimitKind.JOBS if access.permission is Permission.JOBS_RUN else LimitKind.WRITES


def _show_limit(error: RequestLimitExceeded) -> ResponseReturnValue:
    """Keep what was typed. The script of a page shows the words for htmx beside the page, which stays as it is."""
    if htmx.wants_fragment():
        response = Response(error.words, error.code, mimetype="text/plain")
    else:
        page = ErrorPage(429, "Too many requests", error.words, retry=True)
        draft_url = sign_in_redirect.keep_typed() if request.method != "GET" and error.keeps_draft else None
        response = render_page(page, draft_url)
    response.headers["Retry-After"] = str(error.excess.retry_after)
    return response
