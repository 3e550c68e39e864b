"""The reference API, reached by the portal's own client and services."""

from dataclasses import dataclass

from requests.adapters import BaseAdapter

from app.portal.api.client import ApiClient, Limits
from app.portal.domain.audit import Actor
from app.portal.domain.refs import GroupRef
from app.portal.domain.roles import Role
from app.portal.domain.users import User
from app.portal.services.sign_in import sign_in_to
from app.portal.web.user_services import Services
from tests.support.world import PASSWORD, Member, World

LIMITS = Limits(connect=5, read_total=20, write_total=20, max_bytes=1 << 25)


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
        user = User(username=member.username, role=Role.SYSTEM_ADMIN, group=GroupRef("", ""), session_id=0)
        actor = Actor(username=member.username, role="", address="", request_id="")
        return Services(self.world.held_by(), self.client(member), user, actor)
