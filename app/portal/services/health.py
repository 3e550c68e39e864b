"""Readiness: the portal's database and the backend each answer in time, or not."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from threading import Thread

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.models.directory import TenantList
from app.portal.services.directory import TENANTS_PATH

PROBE_SECONDS = 1.5


def check_health(engine: Engine, api: ApiClient) -> Mapping[str, bool]:
    """Return by name what answers within PROBE_SECONDS. `api` is a client in which nobody is signed in."""
    checks = {"database": lambda: _database_answers(engine), "backend": lambda: _backend_answers(api)}
    results = {name: _begin(check) for name, check in checks.items()}
    wait(results.values(), PROBE_SECONDS)
    return {name: result.done() and result.result() for name, result in results.items()}


def _begin(check: Callable[[], bool]) -> Future[bool]:
    result: Future[bool] = Future()

    def run() -> None:
        try:
            result.set_result(check())
        except BaseException as error:
            result.set_exception(error)

    Thread(target=run, daemon=True).start()
    return result


def _database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


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
