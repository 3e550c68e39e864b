"""The types that a device can have."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiUnauthenticated
from app.portal.api.page_reads import StillAsking
from app.portal.domain.natural_order import exact_natural_key
from app.portal.models.phone_type import PhoneType, PhoneTypeList

_CALL = ("configs", "phone_types"), {"addCapabilities": "true"}  # which are only sent where they are asked for
_MAX_AGE = timedelta(minutes=5)

PhoneTypesByName = Mapping[str, PhoneType]


class _Reading(NamedTuple):
    types: PhoneTypesByName
    at: datetime


class PhoneTypeCache:
    """The types as they were last read, for all users of this process: a backend has the same for everybody."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._reading: _Reading | None = None

    def keep(self, types: PhoneTypesByName) -> None:
        self._reading = _Reading(types, self._now())

    def fresh(self) -> PhoneTypesByName | None:
        """Return what was read minutes ago at most."""
        return self._reading.types if self._reading and self._now() - self._reading.at < _MAX_AGE else None

    def last(self) -> PhoneTypesByName | None:
        return self._reading.types if self._reading else None


class PhoneTypes:
    def __init__(self, api: ApiClient, cache: PhoneTypeCache) -> None:
        self._api = api
        self._cache = cache

    def begin(self) -> None:
        """Begin to read the types, unless they are kept."""
        if self._cache.fresh() is None:
            self._api.begin(*_CALL)

    def by_name(self) -> PhoneTypesByName:
        """Return all types by their technical names, in natural order of these; maybe some minutes old.

        Where they cannot be read again, those that were read last.
        """
        if fresh := self._cache.fresh():
            return fresh
        path, query = _CALL
        try:
            types = self._api.get(path, PhoneTypeList, query).phone_types
        except ApiUnauthenticated:
            raise
        except (ApiError, StillAsking):
            if last := self._cache.last():
                return last
            raise
        by_name = {phone_type.technical_name: phone_type for phone_type in sorted(types, key=_sort_key)}
        self._cache.keep(by_name)
        return by_name


def _sort_key(phone_type: PhoneType) -> str:
    return exact_natural_key(phone_type.technical_name)
