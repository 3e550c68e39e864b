"""Tables of jobs. Times of leases and pace are seconds since 1970 by the database's clock, the others are moments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.portal.domain.natural_order import natural_key
from app.portal.domain.refs import GroupRef
from app.portal.store.encryption import EncryptedBytes, EncryptedJson
from app.portal.store.tables import Base, LongText, PlainText, SortKey, derive


class Job(Base):
    """One act on many devices. `tenant_id` and `group_id` are the narrowest place that holds all of them, or "".

    `backend_cookies` are those of its owner at the platform; `plan` is what to do, and may hold a secret.
    """

    __tablename__ = "portal_jobs"
    __table_args__ = (
        Index("ix_portal_jobs_place", "tenant_id", "group_id", "id"),
        Index("ix_portal_jobs_state", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    username: Mapped[str] = mapped_column(PlainText(161), index=True)
    role: Mapped[str] = mapped_column(PlainText(20))
    address: Mapped[str] = mapped_column(PlainText(64))
    request_id: Mapped[str] = mapped_column(PlainText(64))
    session_id: Mapped[int]
    backend_cookies: Mapped[Mapping[str, str] | None] = mapped_column(EncryptedJson)
    action: Mapped[str] = mapped_column(PlainText(20))
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    title: Mapped[str] = mapped_column(LongText)
    plan: Mapped[Mapping[str, Any] | None] = mapped_column(EncryptedJson)
    note: Mapped[str] = mapped_column(LongText)
    state: Mapped[str] = mapped_column(PlainText(20))
    reason: Mapped[str | None] = mapped_column(PlainText(30))  # of the state
    params: Mapped[dict[str, Any]] = mapped_column("params_json", JSON)  # of the reason
    items: Mapped[int]
    canary: Mapped[int]  # devices to be done before it waits for a person; 0: none
    canary_number: Mapped[int]  # number of the last of them; 0: none, or they are done
    pace: Mapped[int]  # devices a minute
    pause_after: Mapped[int]  # failures; 0: never
    failures: Mapped[int]  # since it was last started or resumed
    next_at: Mapped[float]  # no item is claimed before
    tries: Mapped[int]  # in succession, of a platform that does not answer
    start_at: Mapped[str] = mapped_column(PlainText(16))  # YYYY-MM-DDTHH:MM in `zone`; "" is at once
    zone: Mapped[str] = mapped_column(PlainText(64))
    reboot_after: Mapped[bool]  # each device that was changed
    confirmed_at: Mapped[float]  # when the platform last confirmed its owner
    checked_at: Mapped[datetime | None]  # when the preview was complete
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class JobFile(Base):
    """The file that a job was made with: the config file to send, or the imported sheet."""

    __tablename__ = "portal_job_files"

    job_id: Mapped[int] = mapped_column(ForeignKey("portal_jobs.id", ondelete="CASCADE"), primary_key=True)
    filename: Mapped[str] = mapped_column(LongText)
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes)


_UNSEEN = text("verdict IS NULL")  # by a preview


class JobItem(Base):
    """A device of a job, or one of several acts on it. `verdict` is None until the preview looked at it.

    `subject` is what the act concerns beside the device, such as the format of a file; "" is the device alone.
    `plan` is what to do with this device only, and may hold a secret. `seen` holds `changes`, triples of words (label,
    before, after), `opened`, what the act is measured against, and `at`, when; secrets are masked. `difference` is the
    same for items whose previews show the same; None where nothing tells.
    """

    __tablename__ = "portal_job_items"
    __table_args__ = (
        Index("ix_portal_job_items_number", "job_id", "number", "part", unique=True),
        Index("ix_portal_job_items_state", "job_id", "state", "number", "part"),
        Index("ix_portal_job_items_unseen", "job_id", "number", "part", postgresql_where=_UNSEEN, sqlite_where=_UNSEEN),
        Index("ix_portal_job_items_device", "tenant_id", "group_id", "device_name", "state"),
        Index("ix_portal_job_items_lease", "state", "lease_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("portal_jobs.id", ondelete="CASCADE"))
    number: Mapped[int]  # of the device, from 1
    part: Mapped[int]  # from 0, of several acts on it
    action: Mapped[str] = mapped_column(PlainText(20))
    subject: Mapped[str] = mapped_column(LongText)
    row: Mapped[int | None]  # of the imported sheet
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    device_order: Mapped[str | None] = mapped_column(SortKey, default=derive("device_name", natural_key))
    verdict: Mapped[str | None] = mapped_column(PlainText(20))
    people: Mapped[int | None]  # who lose service
    plan: Mapped[Mapping[str, Any] | None] = mapped_column(EncryptedJson)
    seen: Mapped[dict[str, Any]] = mapped_column("seen_json", JSON)
    difference: Mapped[str | None] = mapped_column(PlainText(32))
    state: Mapped[str] = mapped_column(PlainText(20))
    reason: Mapped[str | None] = mapped_column(PlainText(30))
    params: Mapped[dict[str, Any]] = mapped_column("params_json", JSON)
    owner: Mapped[str | None] = mapped_column(PlainText(32))
    lease_until: Mapped[float]
    due_at: Mapped[float]  # it is not claimed before
    change_id: Mapped[int | None] = mapped_column(ForeignKey("portal_changes.id", ondelete="SET NULL"), index=True)
    ended_at: Mapped[datetime | None]

    @property
    def group(self) -> GroupRef:
        return GroupRef(self.tenant_id, self.group_id)


class RebootWatch(Base):
    """A device whose reboot was accepted, while it is followed. Times are by the database's clock."""

    __tablename__ = "portal_reboot_watches"

    item_id: Mapped[int] = mapped_column(ForeignKey("portal_job_items.id", ondelete="CASCADE"), primary_key=True)
    job_id: Mapped[int] = mapped_column(index=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    was_online: Mapped[bool]
    asked_at: Mapped[float]
    away_at: Mapped[float | None]  # when it was first seen not to be online
    due_at: Mapped[float] = mapped_column(index=True)  # it is not looked at before
