"""Readiness: the portal's database and the backend each answer, or not."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError
from app.portal.services.directory import Directory


class Health:
    """`api` is a client in which nobody is signed in."""

    def __init__(self, engine: Engine, api: ApiClient) -> None:
        self._engine = engine
        self._api = api

    def checks(self) -> dict[str, bool]:
        return {"database": self._database_answers(), "backend": self._backend_answers()}

    def _database_answers(self) -> bool:
        try:
            with self._engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def _backend_answers(self) -> bool:
        try:
            Directory(self._api).tenants()
        except ApiError as error:
            return error.status == 401  # the right answer to nobody
        return True
