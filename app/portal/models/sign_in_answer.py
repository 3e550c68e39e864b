"""Who has signed in, and what the backend lets that account reach."""

from msgspec import Struct

from app.portal.domain.roles import UserLevel


class Ids(Struct, frozen=True, kw_only=True):
    """None for what the account stands above."""

    tenant_id: str | None = None
    group_id: str | None = None
    user_id: str | None = None


class Profile(Struct, frozen=True, kw_only=True):
    """`is_first_login`: the password must be changed."""

    user_level: int
    is_first_login: bool = False


class SignInAnswer(Struct, frozen=True, kw_only=True):
    """The answer to a sign-in; the one answer whose keys are snake_case throughout."""

    ids: Ids = Ids()
    profile: Profile

    @property
    def level(self) -> UserLevel:
        """An unknown level counts as the next lower known one."""
        return max((level for level in UserLevel if level <= self.profile.user_level), default=UserLevel.END_USER)
