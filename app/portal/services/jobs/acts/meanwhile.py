"""Changes of a device since the preview."""

from datetime import datetime

from app.portal.domain.audit import Action
from app.portal.services.devices.history import DeviceHistory
from app.portal.services.jobs.acts.act import ItemChanged
from app.portal.store.jobs.tables import JobItem


def explain_change(history: DeviceHistory, item: JobItem, action: Action) -> ItemChanged:
    """Return who changed the device since its preview and when, where that was done through the portal."""
    seen_at = datetime.fromisoformat(item.seen["at"])
    saved = history.last_saved_since(seen_at, item.group, item.device_name, action)
    return ItemChanged(saved.username, saved.at.isoformat()) if saved else ItemChanged()
