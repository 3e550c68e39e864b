"""The reference API's tables. Times are UTC; texts sort by code point on both databases."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.database import NAMING


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime: SQLite keeps no time zone, so it is added when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


def text(length: int) -> String:
    """PostgreSQL would sort by the rules of a language; SQLite already compares bytes."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Tenant(Base):
    __tablename__ = "api_tenants"

    tenant_id: Mapped[str] = mapped_column(text(80), primary_key=True)
    name: Mapped[str] = mapped_column(text(80))


class Group(Base):
    __tablename__ = "api_groups"
    __table_args__ = (UniqueConstraint("tenant_id", "group_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey(Tenant.tenant_id))
    group_id: Mapped[str] = mapped_column(text(80))
    group_name: Mapped[str] = mapped_column(text(80))


class UserAccount(Base):
    __tablename__ = "api_accounts"

    username: Mapped[str] = mapped_column(text(161), primary_key=True)
    password_hash: Mapped[str] = mapped_column(text(255))
    level: Mapped[int]
    tenant_id: Mapped[str | None] = mapped_column(text(80))
    group_id: Mapped[str | None] = mapped_column(text(80))
    user_id: Mapped[str | None] = mapped_column(text(161))
    is_first_login: Mapped[bool] = mapped_column(default=False)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WrongPassword(Base):
    __tablename__ = "api_wrong_passwords"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey(UserAccount.username, ondelete="CASCADE"), index=True)
    given_at: Mapped[datetime] = mapped_column("at", UtcDateTime)


class AccountSession(Base):
    """Only a SHA-256 of the cookie is kept: a stolen database contains no session."""

    __tablename__ = "api_sessions"

    token_hash: Mapped[str] = mapped_column(text(64), primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey(UserAccount.username, ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AccessDevice(Base):
    """Absent texts are empty, an absent MAC is NULL so that many devices may have none."""

    __tablename__ = "api_access_devices"
    __table_args__ = (
        UniqueConstraint("group_key", "device_name"),
        # Covers the list of a group, so that no device row is read for it.
        Index(
            "ix_api_access_devices_list",
            *("group_key", "device_name", "device_type", "mac_address", "net_address", "status"),
            *("reboot_asked_at", "version"),
        ),
        {"sqlite_autoincrement": True},  # a key must never be used again for a newer device
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_key: Mapped[int] = mapped_column(ForeignKey(Group.id))
    device_name: Mapped[str] = mapped_column(text(40))
    device_type: Mapped[str] = mapped_column(text(40))
    protocol: Mapped[str] = mapped_column(text(20), default="SIP 2.0")
    mac_address: Mapped[str | None] = mapped_column(text(12), unique=True)
    net_address: Mapped[str] = mapped_column(text(80), default="")
    net_port: Mapped[int | None]
    outbound_proxy_server_net_address: Mapped[str] = mapped_column(text(80), default="")
    stun_server_net_address: Mapped[str] = mapped_column(text(80), default="")
    serial_number: Mapped[str] = mapped_column(text(80), default="")
    description: Mapped[str] = mapped_column(text(80), default="")
    physical_location: Mapped[str] = mapped_column(text(1024), default="")
    transport_protocol: Mapped[str] = mapped_column(text(11), default="Unspecified")
    use_custom_user_name_password: Mapped[bool] = mapped_column(default=False)
    user_name: Mapped[str] = mapped_column(text(161), default="")
    password_hash: Mapped[str | None] = mapped_column(text(255))
    version: Mapped[str] = mapped_column(text(255), default="")
    status: Mapped[str] = mapped_column(text(11), default="Online")
    reboot_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Line(Base):
    """A user's line on a device: the API's "connected user"."""

    __tablename__ = "api_lines"
    __table_args__ = (UniqueConstraint("device_key", "order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_key: Mapped[int] = mapped_column(ForeignKey(AccessDevice.id))
    line_port: Mapped[str] = mapped_column(text(161), unique=True)
    order: Mapped[int]
    primary: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[str] = mapped_column(text(161))
    last_name: Mapped[str] = mapped_column(text(80))
    first_name: Mapped[str] = mapped_column(text(80))
    phone_number: Mapped[str] = mapped_column(text(23), default="")
    extension: Mapped[str] = mapped_column(text(20), default="")
    email_address: Mapped[str] = mapped_column(text(80), default="")
    user_type: Mapped[str] = mapped_column(text(40), default="Normal")
    endpoint_type: Mapped[str] = mapped_column(text(40), default="Primary")
    department_name: Mapped[str | None] = mapped_column(text(255))
    department_path: Mapped[str | None] = mapped_column(text(1024))


class ConfigFile(Base):
    """A file that was changed for one device; one without a row is the type's template."""

    __tablename__ = "api_config_files"
    __table_args__ = (UniqueConstraint("device_key", "file_format"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_key: Mapped[int] = mapped_column(ForeignKey(AccessDevice.id, ondelete="CASCADE"))
    file_format: Mapped[str] = mapped_column(text(128))
    source: Mapped[str] = mapped_column(text(7), default="Default")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    extended_capture: Mapped[bool] = mapped_column(default=False)


class Tag(Base):
    """One definition of a tag. Which owner columns are set follows from the level:

    System_Default none · System_DeviceType `tag_set` · Group_DeviceType `group_key` and `device_type` ·
    DeviceProfile `device_key`.
    """

    __tablename__ = "api_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(text(20))
    name: Mapped[str] = mapped_column(text(64))
    value: Mapped[str] = mapped_column(text(256))
    tag_set: Mapped[str] = mapped_column(text(80), default="")
    region_name: Mapped[str] = mapped_column(text(80), default="")
    group_key: Mapped[int | None] = mapped_column(ForeignKey(Group.id), index=True)
    device_type: Mapped[str | None] = mapped_column(text(40))
    device_key: Mapped[int | None] = mapped_column(ForeignKey(AccessDevice.id, ondelete="CASCADE"), index=True)
