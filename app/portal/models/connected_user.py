"""The users on a device's lines."""

from msgspec import field

from app.portal.models.base import ListItem, Model


class Department(Model, frozen=True, kw_only=True):
    department_name: str = ""
    full_path_name: str = ""


class ConnectedUser(ListItem, frozen=True, kw_only=True):
    """`order` is the port, from 1; None only where `problems` says why. `primary` differs from `endpoint_type`."""

    line_port: str
    order: int | None
    user_id: str = ""
    last_name: str = ""
    first_name: str = ""
    phone_number: str = ""
    extension: str = ""
    user_type: str = ""
    endpoint_type: str = ""
    primary: bool = False
    department: Department | None = None

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.user_id or self.line_port

    @property
    def kind(self) -> str:
        """Return the user's type, such as "Hunt Group", or the appearance of a normal user's line."""
        return self.endpoint_type if self.user_type in {"", "Normal"} else self.user_type

    @property
    def department_name(self) -> str:
        return self.department.full_path_name or self.department.department_name if self.department else ""


class ConnectedUserList(ListItem, frozen=True, kw_only=True):
    """`no_line_reordering`: the order is fixed. `static_line_reordering`: ports may be empty. None: not known."""

    connected_users: tuple[ConnectedUser, ...] = field(name="connected_users")
    no_line_reordering: bool | None = field(name="noLineReOrdering", default=None)
    static_line_reordering: bool | None = field(name="staticLineReOrdering", default=None)

    @property
    def users(self) -> tuple[ConnectedUser, ...]:
        return self.connected_users
