"""The reference API, reached by the portal's own client and services."""

from dataclasses import dataclass

from requests.adapters import BaseAdapter

from app.portal.api.client import ApiClient, Limits
from app.portal.domain.audit import Actor
from app.portal.services.changes.executor import ChangeExecutor
from app.portal.services.changes.reconciler import Reconciler
from app.portal.services.devices.mac_lookup import MacLookup
from app.portal.services.devices.phone_types import PhoneTypes
from app.portal.services.devices.service import Devices
from app.portal.services.directory import Directory
from app.portal.services.files.changes import FileChanges
from app.portal.services.files.service import ConfigFiles
from app.portal.services.lines.service import Lines
from app.portal.services.sign_in import sign_in_to
from app.portal.services.tags.service import Tags
from app.portal.web.services import Services
from tests.support.world import PASSWORD, Member, World

LIMITS = Limits(connect=5, first_byte=10, read_total=20, write_total=20, max_bytes=1 << 25)


@dataclass
class Backend:
    """The reference API behind one adapter."""

    world: World
    adapter: BaseAdapter
    url: str

    def nobody(self) -> ApiClient:
        return ApiClient(self.url, self.adapter, LIMITS)

    def client(self, member: Member) -> ApiClient:
        """A client in which the member has signed in."""
        client = self.nobody()
        sign_in_to(client, member.username, PASSWORD)
        return client

    def services(self, member: Member) -> Services:
        actor = Actor(username=member.username, role="", address="", request_id="")
        client, held = self.client(member), self.world.held_by()
        executor = ChangeExecutor(held.audit_log, held.cache_generations, actor, held.settings.longest_write, held.now)
        reconciler = Reconciler(
            held.audit_log, held.cache_generations, held.file_versions, held.settings.longest_write, held.now
        )
        directory, files = Directory(client), ConfigFiles(client)
        devices = Devices(client, executor, reconciler, held.audit_log, held.device_lists, member.username)
        return Services(
            directory=directory,
            devices=devices,
            lines=Lines(client, executor, reconciler),
            mac_lookup=MacLookup(client, directory, devices, lambda *_: True, held.now),
            phone_types=PhoneTypes(client),
            tags=Tags(client, files, held.file_versions, held.resolutions, held.tag_tables, member.username),
            config_files=files,
            file_changes=FileChanges(
                client, executor, reconciler, files, held.file_versions, held.pending_uploads, member.username, held.now
            ),
        )
