"""Tables of config files: their versions, and contents that wait to be sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.portal.store.encryption import EncryptedBytes
from app.portal.store.tables import Base, LongText, PlainText


class StoredContent(Base):
    """The bytes of a file, kept once however many versions have them."""

    __tablename__ = "portal_file_contents"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(PlainText(64), unique=True)
    size: Mapped[int]
    content: Mapped[bytes | None] = mapped_column("sealed", EncryptedBytes, nullable=False)


_FILE = ("tenant_id", "group_id", "device_name", "file_format")


class FileVersionRow(Base):
    """A file of a device as the portal sent it, or found it before it sent another."""

    __tablename__ = "portal_file_versions"
    __table_args__ = (
        Index("ix_portal_file_versions_number", *_FILE, "number", unique=True),
        {"sqlite_autoincrement": True},  # the history names versions by their id, which must mean one for ever
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    file_format: Mapped[str] = mapped_column(LongText)
    number: Mapped[int]  # from 1 for each file
    at: Mapped[datetime] = mapped_column(index=True)
    username: Mapped[str] = mapped_column(PlainText(161))
    origin: Mapped[str] = mapped_column(PlainText(20))
    detail: Mapped[str] = mapped_column(PlainText(255))
    source: Mapped[str] = mapped_column(PlainText(20))
    content_id: Mapped[int | None] = mapped_column(ForeignKey("portal_file_contents.id"), index=True)
    # The change that sends it: its last outcome tells whether it was applied. None: the version is known to have been
    # at the platform; it was there before the portal sent something, or its entry was dropped.
    change_id: Mapped[int | None] = mapped_column(ForeignKey("portal_changes.id", ondelete="SET NULL"), index=True)
    lines_out: Mapped[int | None]  # of what it replaced; where both are texts and were seen
    lines_in: Mapped[int | None]


class PendingUploadRow(Base):
    """A content on its way through the check page; only its person sends it on, and only to the file it is for."""

    __tablename__ = "portal_uploads"

    id: Mapped[str] = mapped_column(PlainText(43), primary_key=True)
    username: Mapped[str] = mapped_column(PlainText(161), index=True)
    tenant_id: Mapped[str] = mapped_column(LongText)
    group_id: Mapped[str] = mapped_column(LongText)
    device_name: Mapped[str] = mapped_column(LongText)
    file_format: Mapped[str] = mapped_column(LongText)
    origin: Mapped[str] = mapped_column(PlainText(20))
    detail: Mapped[str] = mapped_column(PlainText(255))
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes)  # none for the way back to the default
    opened: Mapped[bytes | None] = mapped_column(EncryptedBytes)  # the file as its person saw it
    opened_state: Mapped[str] = mapped_column(PlainText(100))
    kept_at: Mapped[datetime] = mapped_column(index=True)
    # The change that sends it; free to be sent again if that is refused or not applied.
    change_id: Mapped[int | None] = mapped_column(ForeignKey("portal_changes.id", ondelete="CASCADE"), index=True)
