"""Take the portal's tables to one revision."""

from collections.abc import Callable

from alembic.config import Config
from sqlalchemy import Engine

from app.database import writing
from app.portal.store.schema import MIGRATIONS


def migrate(engine: Engine, step: Callable[[Config, str], None], revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as db:
        config.attributes.update(connection=db.connection(), version_table="portal_alembic")
        step(config, revision)
