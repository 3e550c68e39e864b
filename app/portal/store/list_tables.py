"""Tables of the cached device lists. All of it can be thrown away: it is read from the platform again."""

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.portal.store.leases import Leasable
from app.portal.store.tables import Base, LongText, PlainText


class CachedList(Leasable, Base):
    """The device list of a group as the platform last sent it, and the lease of whoever is reading it anew.

    `username` is "" in the row that all share. Where no cheap call tells whether a person may see the group, that row
    has no content, and each person has a row. Times are seconds since 1970 by the database's clock.
    """

    __tablename__ = "portal_device_lists"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    username: Mapped[str] = mapped_column(PlainText(161), primary_key=True)
    revision: Mapped[int]  # raised with each content
    generation: Mapped[int]  # of the group when the reading of the content began
    as_of: Mapped[float | None]  # when the reading of the content began; None before the first
    took: Mapped[float | None]  # seconds
    devices: Mapped[int]  # number of rows
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    probe: Mapped[str | None] = mapped_column(LongText)  # the call that tells whether a person may see the group
    stale_generation: Mapped[int]  # a content of an older generation may lack a change
    failure: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # of the last reading
    failures: Mapped[int]  # in succession
    failed_at: Mapped[float | None]


class ListPatch(Base):
    """A row of a cached list as a change made through the portal left it; `fields` None: deleted."""

    __tablename__ = "portal_list_patches"

    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    device_name: Mapped[str] = mapped_column(LongText)
    fields: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Confirmation(Base):
    """The platform's last answer to a session about a group. Times are seconds by the database's clock."""

    __tablename__ = "portal_confirmations"

    session_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    group_id: Mapped[str] = mapped_column(LongText, primary_key=True)
    confirmed_at: Mapped[float | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # None: confirmed
    answered_at: Mapped[float] = mapped_column(index=True)
