"""The people on all devices of a group, as one call tells them."""

from msgspec import field

from app.portal.models.base import ListItem, Model


class EndPoint(ListItem, frozen=True, kw_only=True):
    """`order` is the port, from 1; None where the platform sends none."""

    device_name: str
    line_port: str
    order: int | None = None
    user_id: str = ""
    last_name: str = ""
    first_name: str = ""
    phone_number: str = ""
    extension: str = ""


class EndPointList(Model, frozen=True, kw_only=True):
    end_points: tuple[EndPoint, ...] = field(name="endPoints")
