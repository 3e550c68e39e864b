"""Tables of the index. All of it can be thrown away: it is filled again by the next readings.

Times are seconds since 1970 by the database's clock; those of readings are None before the first. A row is written only
when something in it changed: a device was last seen with the list of its group, if not by itself later. `search_text`
holds the folded texts that a search looks into, each between newlines. Keys are folded too, that of a phone number has
its last digits: an entry of a pasted list equals them, and the best hits of a search begin with its text.
"""

from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.portal.store.tables import Base, LongText, PlainText, SortKey


class IndexedGroup(Base):
    """A group of a tenant, and how far it was read. `name` and `tenant_name` are "" until a directory shows them.

    `revision` rises with every change of what is known of the group's devices and people.
    """

    __tablename__ = "portal_index_groups"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    tenant_name: Mapped[str] = mapped_column(LongText)
    name: Mapped[str] = mapped_column(LongText)
    search_text: Mapped[str] = mapped_column(LongText)
    devices: Mapped[int | None]  # of the last list
    problems: Mapped[int | None]  # devices of that list which are not online
    older: Mapped[int | None]  # which have an older firmware than others of their type in that list
    devices_seen_at: Mapped[float | None]
    devices_digest: Mapped[str | None] = mapped_column(PlainText(64))  # of that list: an equal one changes nothing
    people_seen_at: Mapped[float | None]
    people_digest: Mapped[str | None] = mapped_column(PlainText(64))
    revision: Mapped[int]


class IndexedDevice(Base):
    """A device. What only its own page shows is None until `detail_seen_at`.

    `mac` has upper-case hex digits; what is no MAC stays as it came. `custom_files` is None until `files_seen_at`.
    """

    __tablename__ = "portal_index_devices"
    __table_args__ = (
        Index("ix_portal_index_devices_name", "tenant_id", "group_id", "device_name", unique=True),
        Index("ix_portal_index_devices_mac", "mac"),
        Index("ix_portal_index_devices_detail", "tenant_id", "group_id", "detail_seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    device_type: Mapped[str] = mapped_column(LongText)
    mac: Mapped[str] = mapped_column(SortKey)
    net_address: Mapped[str] = mapped_column(LongText)
    status: Mapped[str] = mapped_column(LongText)
    version: Mapped[str] = mapped_column(LongText)
    free_ports: Mapped[int | None]
    status_since: Mapped[float]  # when a reading first showed this status, and each since then
    serial_number: Mapped[str | None] = mapped_column(LongText)
    description: Mapped[str | None] = mapped_column(LongText)
    physical_location: Mapped[str | None] = mapped_column(LongText)
    number_of_ports: Mapped[int | None]
    number_of_assigned_ports: Mapped[int | None]
    custom_files: Mapped[int | None]
    seen_at: Mapped[float]  # of the reading that wrote the row last
    detail_seen_at: Mapped[float | None]
    people_seen_at: Mapped[float | None]
    files_seen_at: Mapped[float | None]
    tags_seen_at: Mapped[float | None]
    search_text: Mapped[str] = mapped_column(LongText)
    name_key: Mapped[str] = mapped_column(SortKey, index=True)
    serial_key: Mapped[str] = mapped_column(SortKey, index=True)


class IndexedPerson(Base):
    """A person, or what else is on a line of a device. `port` is None where the platform sends none."""

    __tablename__ = "portal_index_people"
    __table_args__ = (Index("ix_portal_index_people_device", "tenant_id", "group_id", "device_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    port: Mapped[int | None]
    line_port: Mapped[str] = mapped_column(LongText)
    user_id: Mapped[str] = mapped_column(LongText)
    first_name: Mapped[str] = mapped_column(LongText)
    last_name: Mapped[str] = mapped_column(LongText)
    phone_number: Mapped[str] = mapped_column(LongText)
    extension: Mapped[str] = mapped_column(SortKey, index=True)
    search_text: Mapped[str] = mapped_column(LongText)
    name_key: Mapped[str] = mapped_column(SortKey, index=True)
    user_key: Mapped[str] = mapped_column(SortKey, index=True)
    line_key: Mapped[str] = mapped_column(SortKey, index=True)
    phone_key: Mapped[str] = mapped_column(SortKey, index=True)


class IndexedFile(Base):
    """A config file of a device. `sha256` is None where its content was not read."""

    __tablename__ = "portal_index_files"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    file_format: Mapped[str] = mapped_column(LongText, primary_key=True)
    device_name: Mapped[str] = mapped_column(LongText, primary_key=True)
    is_custom: Mapped[bool]
    sha256: Mapped[str | None] = mapped_column(PlainText(64))
    size: Mapped[int | None]  # bytes


class IndexedTag(Base):
    """A tag that a device gives a value of its own. The value is not kept: it may be a password."""

    __tablename__ = "portal_index_tags"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    tag_name: Mapped[str] = mapped_column(LongText, primary_key=True)
    device_name: Mapped[str] = mapped_column(LongText, primary_key=True)


class IndexedCount(Base):
    """Devices of the last list of a group that have the same type, firmware and status, counted."""

    __tablename__ = "portal_index_counts"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    device_type: Mapped[str] = mapped_column(LongText, primary_key=True)
    version: Mapped[str] = mapped_column(LongText, primary_key=True)
    status: Mapped[str] = mapped_column(LongText, primary_key=True)
    devices: Mapped[int]


class StatusChange(Base):
    """A change of a device's status: it was `from_status` at `last_seen_at`, and `to_status` at `first_seen_at`.

    Both are None/"" for the first status that was seen of a device.
    """

    __tablename__ = "portal_status_changes"
    __table_args__ = (
        Index("ix_portal_status_changes_device", "tenant_id", "group_id", "device_name", "id"),
        Index("ix_portal_status_changes_first_seen_at", "first_seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    from_status: Mapped[str] = mapped_column(LongText)
    to_status: Mapped[str] = mapped_column(LongText)
    last_seen_at: Mapped[float | None]
    first_seen_at: Mapped[float]


class IndexState(Base):
    """Facts about the rounds over all groups, by name."""

    __tablename__ = "portal_index_states"

    name: Mapped[str] = mapped_column(PlainText(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)


class IndexCheck(Base):
    """The last check that read the files or the tags of those devices of a group that had not been read.

    `token` is of the process that runs it, `error` why it stopped.
    """

    __tablename__ = "portal_index_checks"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    part: Mapped[str] = mapped_column(PlainText(10), primary_key=True)
    token: Mapped[str] = mapped_column(PlainText(32))
    total: Mapped[int]
    done: Mapped[int]
    seen_at: Mapped[float]  # when it last told how far it is
    is_running: Mapped[bool]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
