"""Acts on one device, and the reasons why one is not done."""

from collections.abc import Mapping
from typing import Protocol

from app.portal.api.errors import ApiError, ApiForbidden, ApiNotFound, ApiUnsupported
from app.portal.domain.jobs import ItemReason
from app.portal.services.changes.executor import ChangeNotSent
from app.portal.store.jobs.outcomes import Preview
from app.portal.store.jobs.tables import JobItem


class ItemAct(Protocol):
    """Both raise ApiError where the platform does not answer or refuses."""

    def preview(self, item: JobItem) -> Preview:
        """Return the effect that the act would have now; nothing is sent."""

    def carry_out(self, item: JobItem) -> bool:
        """Do it, through the one executor of changes. Return False where the device is so already.

        Raise ItemChanged or EditConflict where the device is no longer as it was when the preview saw it.
        """


class ItemChanged(ChangeNotSent):
    """The device is no longer as the preview saw it. `by` and `moment` are "" where the portal does not know them."""

    def __init__(self, by: str = "", moment: str = "") -> None:
        super().__init__("The device was changed since the preview. Nothing was sent.")
        self.by = by
        self.moment = moment


def reason_of(error: ApiError) -> tuple[ItemReason, Mapping[str, str]]:
    """Return why the platform refused, and the platform's words where they say more."""
    match error:
        case ApiNotFound():
            return ItemReason.NOT_FOUND, {}
        case ApiUnsupported():
            return ItemReason.UNSUPPORTED, {"words": str(error)}
        case ApiForbidden():
            return ItemReason.NO_RIGHT, {"words": str(error)}
        case _:
            return ItemReason.NOT_SENT, {"words": str(error)}
