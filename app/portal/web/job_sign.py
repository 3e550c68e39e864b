"""The sign in the top bar while jobs of the signed-in user run, or wait for him."""

from dataclasses import dataclass
from time import monotonic

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from app.portal.domain.text import plural
from app.portal.web.context import portal
from app.portal.web.session import current_user_or_none, has_given_up_database

_KEPT = 3.0  # seconds, so that quick clicks ask the database once; a write of the user ends it
_MOST_KEPT = 1000  # users


@dataclass(frozen=True)
class JobSign:
    words: str
    is_waiting: bool


def init_app(app: Flask) -> None:
    app.jinja_env.globals["job_sign"] = job_sign
    app.extensions["job_signs"] = {}
    app.after_request(_forget)


def job_sign(is_new: bool = False) -> JobSign | None:
    """Return the sign; None where there is nothing to say, also where the database cannot tell.

    `is_new` asks the database also where the sign was read a moment ago.
    """
    user = current_user_or_none()
    if user is None or has_given_up_database():
        return None
    signs: dict[str, tuple[float, JobSign | None]] = current_app.extensions["job_signs"]
    read_at, sign = signs.get(user.username, (0.0, None))
    if not is_new and monotonic() - read_at < _KEPT:
        return sign
    if len(signs) >= _MOST_KEPT:
        signs.clear()
    sign = _read(user.username)
    signs[user.username] = monotonic(), sign
    return sign


def _read(username: str) -> JobSign | None:
    try:
        waiting, running = portal().jobs.listing.count_own(username)
    except SQLAlchemyError:
        return None
    if waiting:
        return JobSign(f"{plural(waiting, 'job')} {'waits' if waiting == 1 else 'wait'} for you", is_waiting=True)
    return JobSign(f"{plural(running, 'job')} running", is_waiting=False) if running else None


def _forget(response: Response) -> Response:
    if request.method == "POST":
        user = current_user_or_none()
        current_app.extensions["job_signs"].pop(user.username if user else "", None)
    return response
