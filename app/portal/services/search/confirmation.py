"""Asking the platform whether a session may still see what the index would show it."""

from datetime import timedelta

from app.portal.api.client import ApiClient
from app.portal.api.errors import ApiError, ApiUnauthenticated
from app.portal.api.stored_errors import to_json
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Role
from app.portal.domain.users import User
from app.portal.models.access_device import AccessDeviceList
from app.portal.services.accounts import Accounts
from app.portal.services.devices.group_probe import find_probe
from app.portal.services.devices.list_reading import is_silence
from app.portal.services.directory import Directory
from app.portal.services.paths import devices_path
from app.portal.store.confirmations import Confirmations


class ScopeConfirmation:
    """Asks the platform by the cheapest call that it answers for the whole scope of a user, once in `recheck`."""

    def __init__(
        self,
        api: ApiClient,
        user: User,
        accounts: Accounts,
        directory: Directory,
        confirmations: Confirmations,
        recheck: timedelta,
    ) -> None:
        self._api = api
        self._user = user
        self._accounts = accounts
        self._directory = directory
        self._confirmations = confirmations
        self._recheck = recheck

    def require(self) -> None:
        """Raise what the platform answers to a session that it does not know, or not with this scope, any more.

        Where it gives no answer, what it confirmed before holds; raises ApiUnavailable where it never did.
        """
        session_id, scope = self._user.session_id, self._user.group
        age = self._confirmations.age(session_id, scope)
        if age is not None and age <= self._recheck.total_seconds():
            return
        try:
            self._ask()
        except ApiError as error:
            if is_silence(error) and age is not None:
                return
            if not is_silence(error) and not isinstance(error, ApiUnauthenticated):
                self._confirmations.refuse(session_id, scope, to_json(error))
            raise
        self._confirmations.confirm(session_id, scope)

    def _ask(self) -> None:
        group: GroupRef = self._user.group
        if self._user.reaches_every_tenant:
            if not self._accounts.require_system_admin():
                self._directory.tenants()
        elif self._user.role is Role.TENANT_ADMIN:
            self._directory.groups(group.tenant_id)
        elif find_probe(self._api, group, ()) is None:
            self._api.get(devices_path(group), AccessDeviceList)  # the list itself tells for certain
