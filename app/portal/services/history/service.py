"""The history as one user may read it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice

from app.portal.api.errors import ApiNotFound, ApiUnavailable
from app.portal.domain.audit import Action
from app.portal.domain.refs import Scope
from app.portal.domain.roles import Role
from app.portal.domain.users import User
from app.portal.services.accounts import Accounts
from app.portal.services.directory import Directory
from app.portal.services.history.entries import Entry, csv_row, describe_entry
from app.portal.services.history.page import HistoryPage
from app.portal.store.audit_queries import AuditQueries, AuditQuery, ChangeWithOutcome
from app.portal.store.refusals import Refusals

_AT_A_TIME = 500  # entries of an export


class History:
    def __init__(
        self,
        queries: AuditQueries,
        refusals: Refusals,
        accounts: Accounts,
        directory: Directory,
        user: User,
        longest_write: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._queries = queries
        self._refusals = refusals
        self._accounts = accounts
        self._directory = directory
        self._user = user
        self._longest_write = longest_write
        self._now = now

    def scope(self, tenant_id: str | None = None) -> Scope:
        """Return as much of a tenant, or of everything, as the user may see."""
        user = self._user
        if user.reaches_every_tenant:
            return Scope(tenant_id)
        return Scope(user.group.tenant_id, user.group.group_id if user.role is Role.GROUP_ADMIN else None)

    def require_access(self, scope: Scope) -> Scope:
        """Return the scope if the platform lets the user see it still: the audit log would not tell.

        What is gone there and known here stays readable for users whose role it does not bound; so does everything
        while the platform does not answer. Raises ApiUnauthenticated, ApiForbidden, ApiNotFound.
        """
        user = self._user
        if user.reaches_every_tenant and scope.tenant_id is not None:
            self._accounts.begin_system_admin_check()
            self._directory.begin_groups(scope.tenant_id)
        if user.reaches_every_tenant and not self._accounts.require_system_admin():
            return scope
        if scope.tenant_id is None:
            return scope
        with suppress(ApiUnavailable):
            try:
                group_ids = {group.group_id for group in self._directory.groups(scope.tenant_id)}
            except ApiNotFound:
                if not (user.reaches_every_tenant and self.has_entries(scope)):
                    raise
                return scope
            is_gone = scope.group_id is not None and scope.group_id not in group_ids
            if is_gone and (user.role is Role.GROUP_ADMIN or not self.has_entries(scope)):
                raise ApiNotFound("the group does not exist")
        return scope

    def has_entries(self, scope: Scope) -> bool:
        return self._queries.has_entries(scope)

    def usernames(self, scope: Scope) -> Sequence[str]:
        """Return who did something in this scope lately."""
        return self._queries.list_people(scope)

    def page(self, scope: Scope, path: str, args: Mapping[str, str]) -> HistoryPage:
        return HistoryPage(self._queries, scope, path, args, self._now())

    def entries(self, page: HistoryPage) -> Sequence[Entry]:
        return list(self._describe(page.rows))

    def recent(self, scope: Scope, count: int) -> Sequence[Entry]:
        """Return the newest changes of devices, the last one first."""
        rows = self._queries.list_page(AuditQuery(scope=scope, only_writes=True), start=0, size=count)
        return [describe_entry(row, self._now(), self._longest_write) for row in rows]

    def export(self, page: HistoryPage) -> Iterator[Sequence[str | datetime]]:
        """Yield all that the page is one part of, as rows under CSV_HEAD."""
        rows = self._queries.iterate(page.question)
        while part := list(islice(rows, _AT_A_TIME)):
            yield from map(csv_row, self._describe(part))

    def _describe(self, rows: Sequence[ChangeWithOutcome]) -> Iterator[Entry]:
        now = self._now()
        repetitions = self._refusals.find([change.id for change, _ in rows if change.action == Action.REFUSAL])
        for row in rows:
            yield describe_entry(row, now, self._longest_write, repetitions.get(row[0].id))
