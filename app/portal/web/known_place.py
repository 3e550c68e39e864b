"""The place that an error page may name: a group that the user has been shown, and a device in its list."""

from dataclasses import dataclass

from flask import request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from app.portal.domain.refs import GroupRef
from app.portal.services.index.last_known import LastKnownDevice
from app.portal.web.device_frame import kept_frame
from app.portal.web.services import services
from app.portal.web.session import current_user_or_none, has_given_up_database


@dataclass(frozen=True)
class KnownPlace:
    """`device_name` is "" where the address names none, and where neither the cached list nor a reading has it.

    `known`: what readings showed of the device last.
    """

    group: GroupRef
    device_name: str = ""
    known: LastKnownDevice | None = None


def find_known_place() -> KnownPlace | None:
    """Return None where the address names no group that this user has been shown. Ask the platform nothing."""
    url_args = request.view_args or {}
    if "group" not in url_args or has_given_up_database() or current_user_or_none() is None:
        return None
    group = GroupRef(url_args["tenant"], url_args["group"])
    if frame := kept_frame():
        return KnownPlace(group, frame["device"].device_name)
    try:
        devices = services().devices
        if not devices.has_seen(group):
            return None
        table, name = devices.peek_list(group), url_args.get("device", "")
        known = services().last_known.find(group, name) if name else None
    except (SQLAlchemyError, HTTPException):  # whatever else is wrong, such as a form that cannot be read, is the news
        return None
    is_listed = table is not None and table.find_index(name) is not None
    return KnownPlace(group, name if is_listed or known else "", known)
