"""Error handlers: each shows in a page or a fragment what went wrong and what to do next."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app import metrics
from app.database import UNAVAILABLE
from app.portal.api.errors import (
    ApiBusy,
    ApiError,
    ApiFailed,
    ApiForbidden,
    ApiMisaddressed,
    ApiNotFound,
    ApiPageAnswer,
    ApiRefused,
    ApiSuspended,
    ApiTooLarge,
    ApiTurnedOff,
    ApiUnauthenticated,
)
from app.portal.domain.roles import Role
from app.portal.domain.text import as_sentence
from app.portal.services.changes.executor import AuditUnavailable, ChangeInProgress, ChangeNotSent, OutcomeUnknown
from app.portal.web import htmx, polling, request_log, session, sign_in_redirect
from app.portal.web.access import CrossSiteWrite, access_of
from app.portal.web.device_frame import kept_frame
from app.portal.web.error_pages import (
    ANOTHER_SITE,
    DATABASE_BUSY,
    FORBIDDEN,
    NO_ACCESS,
    NOT_FOUND,
    STALE_FORM,
    TOO_LARGE,
    UNEXPECTED,
    UNREADABLE,
    WRONG_METHOD,
    ErrorPage,
)
from app.portal.web.known_place import find_known_place
from app.portal.web.missing_device import render_missing
from app.portal.web.polling import PollPage
from app.portal.web.urls import current_url

log = logging.getLogger(__name__)

E = TypeVar("E", bound=Exception)

_PARTS = {"lines": "lines", "files": "config files", "tags": "tags"}
_PAGE_ANSWER = "The platform sent a page instead of an answer; your platform session may have ended."


def init_app(app: Flask) -> None:
    def register(error_type: type[E], handle: Callable[[E], ResponseReturnValue]) -> None:
        app.register_error_handler(error_type, _unless_database_fails(handle))

    register(ApiError, _handle_api_error)
    register(OutcomeUnknown, _show_outcome_unknown)
    register(ChangeNotSent, _show_change_not_sent)
    register(AuditUnavailable, _show_database_error)
    register(CSRFError, _handle_csrf_error)
    register(CrossSiteWrite, lambda _error: render_page(ANOTHER_SITE))
    register(HTTPException, _handle_http_error)
    for error_type in UNAVAILABLE:
        register(error_type, _show_database_error)
    register(Exception, _show_unexpected_error)


def _unless_database_fails(handle: Callable[[E], ResponseReturnValue]) -> Callable[[E], ResponseReturnValue]:
    """Show the page of the database where a handler, which may ask who the user is, fails for it in turn."""

    @wraps(handle)
    def handle_or_tell(error: E) -> ResponseReturnValue:
        cause: Any = getattr(error, "original_exception", None)  # what failed outside of views and checks
        try:
            return _show_database_error(cause) if isinstance(cause, UNAVAILABLE) else handle(error)
        except UNAVAILABLE as failure:
            return _show_database_error(failure)

    return handle_or_tell


def render_page(page: ErrorPage, draft_url: str | None = None, poll: PollPage | None = None) -> Response:
    """Render the page, in the frame of the device that the request is about if that could be read.

    `draft_url` leads back to what was typed. `poll`: when the page asks again by itself.
    """
    is_read = request.method == "GET"
    return_url = draft_url or (current_url() if is_read else url_for("directory.index"))
    frame = kept_frame() if is_read else {}  # the page of a write is about the write, and tabs would hide that
    return htmx.render(
        "errors/in_device.html" if frame else "errors/page.html",
        "errors/_fragment.html",
        **(frame or {"device": None}),
        status=page.status,
        failure=page,
        draft_url=draft_url,
        poll=poll,
        sign_in_url=url_for("sign_in.login", again=1, next=return_url) if page.sign_in else None,
        retry_url=current_url() if page.retry and is_read else None,
        request_id=request_log.request_id(),
        place=None if frame else find_known_place(),
    )


def describe(error: ApiError) -> ErrorPage:
    """Return the page that tells of an error of the backend."""
    said = f"Platform message: {as_sentence(str(error))}" if error.messages else ""
    unchanged = "" if request.method == "GET" else "Nothing was changed. "
    match error:
        case ApiNotFound() | ApiMisaddressed():
            return NOT_FOUND  # the same for what is absent and for what is out of reach, whatever the backend says
        case ApiTooLarge():
            return replace(TOO_LARGE, platform_words=said)
        case ApiForbidden():
            words = f"{unchanged}It may not allow this for your account, or not for this device."
            return ErrorPage(403, "The telephony platform refused the request", words, said)
        case ApiRefused():
            is_off = isinstance(error, ApiTurnedOff)
            title = f"The telephony platform {'has turned this off' if is_off else 'rejected the request'}"
            return ErrorPage(422, title, f"{unchanged}Reason: {error.cause}.", said)
        case ApiPageAnswer():
            words = f"{_PAGE_ANSWER} Sign in again, or try again later if the platform is under maintenance."
            return ErrorPage(503, "No answer from the telephony platform", words, retry=True, sign_in=True)
        case _:
            busy = isinstance(error, ApiBusy)
            title = "The telephony platform is busy" if busy else "The telephony platform is not responding"
            words = f"Reason: {error.cause}. Try again in a moment."
            return ErrorPage(503, title, words, said, retry=True)


def describe_part(error: ApiError) -> str:
    """Return in words why a part of a page could not be read, with the backend's own."""
    said = f"Platform message: {as_sentence(str(error))}" if error.messages else f"Reason: {error.cause}."
    match error:
        case ApiPageAnswer():
            return _PAGE_ANSWER
        case ApiTurnedOff():
            return f"The telephony platform has turned this off. {said}"
        case ApiRefused():
            return f"The telephony platform refused the request. {said}"
        case _:
            page = describe(error)
            return f"{page.title}. {page.words} {page.platform_words}".strip()


def _handle_api_error(error: ApiError) -> ResponseReturnValue:
    if isinstance(error, ApiUnauthenticated):
        return sign_in_redirect.redirect_after_backend_sign_out()
    if isinstance(error, ApiNotFound) and (missing := render_missing()):
        return missing
    page = describe(error)
    if page.status == 503:
        log.warning("the backend failed %s %s: %s", request.method, request.path, error)
    if sign_in_redirect.is_background_request():
        return Response(status=204)  # an error page would replace the form that the user is filling in
    if kept_frame() and request.method == "GET":  # the device is there: only a part of it could not be read
        part = _PARTS.get(request.blueprint or "", "page")
        page = replace(page, title=f"The {part} could not be read", words=describe_part(error), platform_words="")
    return _show_retry(page, error) if _asks_again(page) else render_page(page, sign_in_redirect.keep_typed())


def _asks_again(page: ErrorPage) -> bool:
    """Return True for a page as a whole that may be there in a moment."""
    access = access_of(current_app, request.endpoint or "")
    if not page.retry or request.method != "GET" or (access and access.is_download):
        return False
    return polling.current_poll().is_retry if polling.is_poll() else not htmx.wants_fragment()


def _show_retry(page: ErrorPage, error: ApiError) -> Response:
    wait = error.retry_after if isinstance(error, ApiBusy | ApiFailed) else None
    poll = polling.next_poll(is_retry=True, least=error.retry_in if isinstance(error, ApiSuspended) else wait or 0)
    if polling.is_poll() and htmx.is_htmx():
        response = make_response(render_template("errors/_retry.html", poll=poll), page.status)
    else:
        response = render_page(page, poll=poll)
    polling.set_refresh(response, poll)
    return response


def _show_outcome_unknown(error: OutcomeUnknown) -> Response:
    cause = error.cause
    seen = " The device shows no change so far, but it may still come." if error.looks_undone else ""
    words = f"The platform did not confirm the change: {cause.cause}.{seen} Check the device before trying again."
    said = f"Platform message: {as_sentence(str(cause))}" if cause.messages else ""
    page = ErrorPage(503, "Status unknown", words, said, sign_in=isinstance(cause, ApiPageAnswer))
    return render_page(page, sign_in_redirect.keep_typed())


def _show_change_not_sent(error: ChangeNotSent) -> Response:
    is_rivalry = isinstance(error, ChangeInProgress)
    page = ErrorPage(409, "Another change is in progress" if is_rivalry else "Nothing was sent", str(error))
    return render_page(page, sign_in_redirect.keep_typed())


def _handle_csrf_error(_error: CSRFError) -> ResponseReturnValue:
    if request.endpoint == "sign_in.login":
        return sign_in_redirect.repeat_sign_in()
    user = session.current_user_or_none()
    if user is None:
        return sign_in_redirect.redirect_to_sign_in()
    if sign_in_redirect.has_page() and request.form:
        # Signed in again in another tab: the same user gets the typed form back, to check and send.
        return redirect(sign_in_redirect.save_draft(user.username, "session"), 303)
    return render_page(STALE_FORM)


def _handle_http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, RequestRedirect):
        return error
    match error.code:
        case 403:
            user = session.current_user_or_none()
            return render_page(NO_ACCESS if user and user.role is Role.NO_ACCESS else FORBIDDEN)
        case 404:
            return render_page(NOT_FOUND)
        case 405:
            return _with_headers(render_page(WRONG_METHOD), error)
        case 413:
            return render_page(TOO_LARGE)
        case code if code and code < 500:
            return render_page(UNREADABLE)
        case _:
            return render_page(UNEXPECTED)


def _show_database_error(error: Exception) -> Response:
    """Tell of the database without asking it anything more: each question may take seconds."""
    metrics.database_errors.labels(type(error).__name__).inc()
    log.error("the portal's database failed %s %s: %s", request.method, request.path, error)
    session.give_up_database()
    if sign_in_redirect.is_background_request():
        return Response(status=204)  # as above
    return render_page(DATABASE_BUSY)


def _show_unexpected_error(error: Exception) -> Response:
    log.exception("unexpected, at %s %s", request.method, request.path, exc_info=error)
    return render_page(UNEXPECTED)


def _with_headers(response: Response, error: HTTPException) -> Response:
    allow = dict(error.get_headers()).get("Allow")
    if allow:
        response.headers["Allow"] = allow
    return response
