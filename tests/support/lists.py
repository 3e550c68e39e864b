"""What the portal keeps of device lists, thrown away or grown old."""

from sqlalchemy import delete

from app.database import writing
from app.portal.store.list_tables import CachedList, Confirmation
from app.portal.web.context import Portal


def forget_lists(portal: Portal) -> None:
    """Make the next page ask the platform for its list."""
    with writing(portal.engine) as db:
        db.execute(delete(CachedList))
        db.execute(delete(Confirmation))
