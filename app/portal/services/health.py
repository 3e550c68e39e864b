"""Readiness: the portal's database and the backend each answer in time, or not."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.models.directory import TenantList
from app.portal.services.directory import TENANTS_PATH
from app.sqlite import FileReplaced

PROBE_SECONDS = 1.5

_T = TypeVar("_T")


@dataclass(frozen=True)
class Health:
    """`problem` says why the database cannot be used; it is empty where it can."""

    problem: str
    is_backend_up: bool


def check_health(engine: Engine, api: ApiClient) -> Health:
    """Ask the database and the backend for PROBE_SECONDS. `api` is a client in which nobody is signed in."""
    problem, backend = _begin(lambda: _find_problem(engine)), _begin(lambda: _backend_answers(api))
    checks: list[Future[Any]] = [problem, backend]
    wait(checks, PROBE_SECONDS)
    return Health(
        problem.result() if problem.done() else f"The database is not responding within {PROBE_SECONDS} seconds.",
        backend.done() and backend.result(),
    )


def _begin(check: Callable[[], _T]) -> Future[_T]:
    result: Future[_T] = Future()

    def run() -> None:
        try:
            result.set_result(check())
        except BaseException as error:
            result.set_exception(error)

    Thread(target=run, daemon=True).start()
    return result


def _find_problem(engine: Engine) -> str:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT version_num FROM portal_alembic"))  # an empty database has none
    except FileReplaced as error:
        return str(error)
    except SQLAlchemyError:
        return "The database is not responding."
    return ""


def _backend_answers(api: ApiClient) -> bool:
    try:
        ask_backend(api)
    except ApiError:
        return False
    return True


def ask_backend(api: ApiClient) -> None:
    """Make a call that needs a session; raises ApiError unless it is answered as it is right without one."""
    try:
        api.get(TENANTS_PATH, TenantList)
    except ApiError as error:
        if error.status != 401:
            raise
