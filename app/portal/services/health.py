"""Readiness: the portal's database and the backend each answer, or not."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.services.directory import Directory


def database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def backend_answers(api: ApiClient) -> bool:
    """`api` is a client in which nobody is signed in."""
    try:
        Directory(api).tenants()
    except ApiError as error:
        return error.status == 401  # the right answer to nobody
    return True
