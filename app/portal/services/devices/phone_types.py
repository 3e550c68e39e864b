"""The types that a device can have."""

from collections.abc import Mapping

from app.portal.api.client import ApiClient
from app.portal.models.phone_type import PhoneType, PhoneTypeList


class PhoneTypes:
    def __init__(self, api: ApiClient) -> None:
        self._api = api

    def by_name(self) -> Mapping[str, PhoneType]:
        """Return all types by their technical names, sorted by these without case.

        Their capabilities are only sent where they are asked for.
        """
        query = {"addCapabilities": "true"}
        types = self._api.get(("configs", "phone_types"), PhoneTypeList, query).phone_types
        return {phone_type.technical_name: phone_type for phone_type in sorted(types, key=_sort_key)}


def _sort_key(phone_type: PhoneType) -> tuple[str, str]:
    return phone_type.technical_name.casefold(), phone_type.technical_name
