"""What one portal holds, made once at the start and handed to its requests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from argon2 import PasswordHasher
from flask import current_app
from requests.adapters import BaseAdapter
from sqlalchemy import Engine

from app.config import Settings
from app.portal.api.client import ApiClient, Limits
from app.portal.services.device_table import DeviceTable
from app.portal.services.history.logbook import Logbook
from app.portal.services.snapshots import Snapshots
from app.portal.services.tags.resolver import Resolution
from app.portal.services.tags.table import TagTable
from app.portal.store.file_versions import FileVersions
from app.portal.store.history import History
from app.portal.store.kept_forms import KeptForms
from app.portal.store.ledger import Ledger
from app.portal.store.list_versions import ListVersions
from app.portal.store.sessions import Sessions
from app.portal.store.support import Support
from app.portal.store.tries import Tries
from app.portal.store.uploads import Uploads
from app.portal.store.vault import Vault

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Portal:
    settings: Settings
    adapter: BaseAdapter
    backend_url: str
    engine: Engine
    vault: Vault
    sessions: Sessions
    tries: Tries
    support: Support
    kept_forms: KeptForms
    ledger: Ledger
    file_versions: FileVersions
    uploads: Uploads
    history: History
    logbook: Logbook
    list_versions: ListVersions
    snapshots: Snapshots[DeviceTable]
    resolutions: Snapshots[Resolution]
    tag_tables: Snapshots[TagTable]
    hasher: PasswordHasher
    now: Clock
    demo_accounts: Sequence[tuple[str, str]]

    def client(self, cookies: Mapping[str, str], request_id: str) -> ApiClient:
        """A client for one person and one request, over the adapter all share."""
        limits = Limits(
            connect=self.settings.connect_timeout,
            first_byte=self.settings.first_byte_timeout,
            read_total=self.settings.read_timeout,
            write_total=self.settings.write_timeout,
            max_bytes=self.settings.max_answer_bytes,
        )
        return ApiClient(self.backend_url, self.adapter, limits, cookies=cookies, request_id=request_id)


def portal() -> Portal:
    return cast(Portal, current_app.extensions["portal"])
