"""The types a device can have, and what each of them needs."""

from collections.abc import Sequence

from app.portal.api.client import ApiClient
from app.portal.models.phone_type import PhoneType, PhoneTypeList


class PhoneTypes:
    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def all(self) -> Sequence[PhoneType]:
        """By name, without case."""
        types = self._api.get(("configs", "phone_types"), PhoneTypeList).phone_types
        return sorted(types, key=lambda each: (each.technical_name.casefold(), each.technical_name))
