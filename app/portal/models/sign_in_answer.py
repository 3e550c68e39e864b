"""The answer to a sign-in: the account and its level."""

from typing import Any

from msgspec import Struct

from app.portal.domain.roles import UserLevel


class AccountIds(Struct, frozen=True, kw_only=True):
    """None where the account is not limited to one."""

    tenant_id: str | None = None
    group_id: str | None = None
    user_id: str | None = None


class AccountProfile(Struct, frozen=True, kw_only=True):
    """`is_first_login`: the password must be changed. Whatever else comes there keeps nobody from signing in."""

    user_level: int
    is_first_login: Any = False

    @property
    def must_change_password(self) -> bool:
        return str(self.is_first_login).lower() == "true"


class SignInAnswer(Struct, frozen=True, kw_only=True):
    """The only answer whose keys are all snake_case."""

    ids: AccountIds = AccountIds()
    profile: AccountProfile

    @property
    def level(self) -> UserLevel:
        """Return the level; an unknown one counts as the next lower known one."""
        return max((level for level in UserLevel if level <= self.profile.user_level), default=UserLevel.END_USER)
