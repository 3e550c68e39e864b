"""The sign in the top bar while jobs of the signed-in user run, or wait for him."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.portal.domain.text import plural
from app.portal.web.context import portal
from app.portal.web.session import current_user_or_none


@dataclass(frozen=True)
class JobSign:
    words: str
    is_waiting: bool


def init_app(app: Flask) -> None:
    app.jinja_env.globals["job_sign"] = job_sign


def job_sign() -> JobSign | None:
    """Return the sign; None where there is nothing to say, also where the database cannot tell."""
    user = current_user_or_none()
    if user is None:
        return None
    try:
        waiting, running = portal().jobs.listing.count_own(user.username)
    except SQLAlchemyError:
        return None
    if waiting:
        return JobSign(f"{plural(waiting, 'job')} {'waits' if waiting == 1 else 'wait'} for you", is_waiting=True)
    return JobSign(f"{plural(running, 'job')} running", is_waiting=False) if running else None
