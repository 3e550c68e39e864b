"""The portal's tables. Nothing of the backend is kept here but what the portal did to it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from app.database import NAMING
from app.portal.domain.natural_order import natural_key
from app.portal.domain.refs import GroupRef
from app.portal.domain.search_words import fold
from app.portal.store.encryption import EncryptedJson


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment; SQLite keeps no zone, so UTC goes in and UTC comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """A text as every database can hold it: NUL becomes U+FFFD, and what is too long is cut."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        length = cast(String, self.impl_instance).length
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")[:length] if value else value


class LongText(PlainText):
    impl = Text
    cache_ok = True


class SortKey(LongText):
    """A text that every database compares by code point."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text(collation="C") if dialect.name == "postgresql" else Text())


def derive(column: str, make: Callable[[str], str]) -> Callable[[DefaultExecutionContext], str]:
    """Return the default of a column that follows from another one of a new row."""
    return lambda context: make(context.get_current_parameters()[column])  # type: ignore[no-untyped-call]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads it so


class SessionRow(Base):
    """One sign-in. The cookie holds the token; the row, only its SHA-256."""

    __tablename__ = "portal_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(PlainText(64), unique=True)
    username: Mapped[str] = mapped_column(PlainText(161), index=True)
    level: Mapped[int]
    tenant_id: Mapped[str | None] = mapped_column(LongText)
    group_id: Mapped[str | None] = mapped_column(LongText)
    must_change_password: Mapped[bool]
    # Decrypted only where it is asked for: lists of sessions do without.
    backend_cookies: Mapped[dict[str, str] | None] = mapped_column(EncryptedJson, nullable=False, deferred=True)
    address: Mapped[str] = mapped_column(PlainText(64))
    browser: Mapped[str] = mapped_column(PlainText(200))
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # The platform and the account on it, by which its second factor is found. None: signed in by an earlier release.
    account: Mapped[str | None] = mapped_column(LongText)
    confirmed_at: Mapped[datetime | None]  # when a code of the second factor was last entered

    @property
    def group(self) -> GroupRef:
        """Return the group that the account belongs to; "" for what it stands above."""
        return GroupRef(self.tenant_id or "", self.group_id or "")


class LoginAttempt(Base):
    """One attempt that was not (yet) right; kept while it counts."""

    __tablename__ = "portal_sign_in_tries"

    id: Mapped[int] = mapped_column(primary_key=True)
    username_hash: Mapped[str] = mapped_column(PlainText(64), index=True)
    address: Mapped[str] = mapped_column(PlainText(64), index=True)
    at: Mapped[datetime]


class SupportAccount(Base):
    """A system admin's account that is support in the portal."""

    __tablename__ = "portal_support_names"

    username: Mapped[str] = mapped_column(PlainText(161), primary_key=True)
    named_at: Mapped[datetime]
    named_by: Mapped[str] = mapped_column(PlainText(161))


class SavedDraft(Base):
    """A form that was typed when the session ended; only its user gets it back."""

    __tablename__ = "portal_kept_forms"

    id: Mapped[str] = mapped_column(PlainText(43), primary_key=True)
    username: Mapped[str] = mapped_column(PlainText(161))
    path: Mapped[str] = mapped_column(LongText)
    fields: Mapped[list[tuple[str, str]] | None] = mapped_column(EncryptedJson, nullable=False)
    kept_at: Mapped[datetime] = mapped_column(index=True)


class CacheGeneration(Base):
    """Raised before and after each write to a group, so that no worker shows an older list."""

    __tablename__ = "portal_list_versions"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    version: Mapped[int]


class PlatformLimit(Base):
    """An operation that the platform refuses for all devices of a type; of every type where that is ""."""

    __tablename__ = "portal_platform_limits"

    operation: Mapped[str] = mapped_column(PlainText(30), primary_key=True)
    device_type: Mapped[str] = mapped_column(LongText, primary_key=True)
    learned_at: Mapped[datetime]


class Change(Base):
    """One entry of the history; of a write the intent, committed before the backend is called. Never updated.

    What concerns no device, group or tenant has "" for it.
    """

    __tablename__ = "portal_changes"
    __table_args__ = (
        Index("ix_portal_changes_place", "tenant_id", "group_id", "device_name", "id"),
        Index("ix_portal_changes_group", "tenant_id", "group_id", "id"),
        Index("ix_portal_changes_tenant", "tenant_id", "id"),
        Index("ix_portal_changes_username", "username", "id"),
        Index("ix_portal_changes_action", "action", "tenant_id", "group_id", "id"),
        Index("ix_portal_changes_at", "at"),
        Index(
            "ix_portal_changes_needs_reboot",
            "tenant_id",
            "group_id",
            "device_name",
            "id",
            sqlite_where=text("needs_reboot = 1"),
            postgresql_where=text("needs_reboot"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    request_id: Mapped[str] = mapped_column(PlainText(64))
    username: Mapped[str] = mapped_column(PlainText(161))
    role: Mapped[str] = mapped_column(PlainText(20))
    by_service_account: Mapped[bool] = mapped_column(default=False)  # in the name of this user
    address: Mapped[str] = mapped_column(PlainText(64))
    action: Mapped[str] = mapped_column(PlainText(30))
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    before: Mapped[dict[str, Any]] = mapped_column("before_json", JSON)
    after: Mapped[dict[str, Any]] = mapped_column("after_json", JSON)
    needs_reboot: Mapped[bool]  # a phone has it only once it has read its files anew
    # A hash of the form that made it, the same for a form that is sent twice; NULL where there was no form.
    submission: Mapped[str | None] = mapped_column(PlainText(64), index=True)
    note: Mapped[str | None] = mapped_column(LongText)  # why, in the words of its user
    # As people search and sort: without case and accents, and numbers by their value.
    username_folded: Mapped[str] = mapped_column(SortKey, default=derive("username", fold))
    device_folded: Mapped[str] = mapped_column(SortKey, default=derive("device_name", fold))
    device_order: Mapped[str] = mapped_column(SortKey, default=derive("device_name", natural_key))


class Outcome(Base):
    """The outcome of a change. None is ever updated: what was left open, one later row settles."""

    __tablename__ = "portal_outcomes"
    __table_args__ = (
        # Of many readers who see at once what became of it, one notes it.
        Index(
            "ix_portal_outcomes_settles",
            "change_id",
            unique=True,
            sqlite_where=text("settles = 1"),
            postgresql_where=text("settles"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("portal_changes.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(PlainText(20))
    reason: Mapped[str | None] = mapped_column(PlainText(30))
    params: Mapped[dict[str, Any]] = mapped_column("params_json", JSON)  # of the reason
    settles: Mapped[bool]  # noted by somebody who read the device later, and the last word
