"""The line board as a form: the lines as they were opened travel with it encrypted, the pending order in the open."""

import base64
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from app.portal.models.connected_user import ConnectedUserList

PORT_FIELD = "port:"  # before the linePort, in the name of the field of its port
_MAX_PORT = 10**9  # no device has as many ports, and no number is read that is longer


class OpenedLines(Struct, frozen=True):
    """The lines as they were when the board was opened. `ports` is None where there is no limit.

    `can_be_rebooted`: devices of this type can, as far as is known.
    """

    at: datetime
    path: str
    ports: int | None
    users: ConnectedUserList
    can_be_rebooted: bool = True


@dataclass(frozen=True)
class BoardAction:
    """A button of the board, and the line that it is at, if any."""

    name: str
    line: str = ""


@dataclass(frozen=True)
class BoardSubmission:
    """`displayed_order` is what the page showed, `typed` what stands otherwise in the fields."""

    opened: OpenedLines
    displayed_order: dict[str, int]
    typed: dict[str, str]
    action: BoardAction
    sort: str
    q: str
    then_reboot: bool

    @property
    def typed_ports(self) -> Mapping[str, int | None]:
        """Return the typed texts as ports; None for what is no whole number."""
        return {line: _parse_port(text) for line, text in self.typed.items()}


def encrypt_board_state(opened: OpenedLines, encrypt: Callable[[Any], bytes]) -> str:
    return encrypt(base64.b85encode(zlib.compress(msgspec.json.encode(opened))).decode()).decode()


def read_submission(form: MultiDict[str, str], path: str, decrypt: Callable[[bytes], Any]) -> BoardSubmission:
    """Raise ValueError for what no board of this device can have sent."""
    opened = _decrypt_board_state(form.get("opened", ""), decrypt)
    if opened.path != path:
        raise ValueError("the board of another device")
    displayed = _read_order(form.get("shown", ""), opened)
    typed = {line: form[PORT_FIELD + line].strip() for line in displayed if PORT_FIELD + line in form}
    return BoardSubmission(
        opened=opened,
        displayed_order=displayed,
        typed={line: text for line, text in typed.items() if text != str(displayed[line])},
        action=_read_action(form),
        sort=form.get("sort") or form.get("sorted", ""),  # pressed now, or else before
        q=form.get("q", ""),
        then_reboot=form.get("then") == "reboot",
    )


def _parse_port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _decrypt_board_state(encrypted: str, decrypt: Callable[[bytes], Any]) -> OpenedLines:
    packed = decrypt(encrypted.encode())
    if not isinstance(packed, str):
        raise ValueError("not encrypted by this portal")
    try:
        state = zlib.decompress(base64.b85decode(packed))
    except zlib.error as error:
        raise ValueError("no board") from error
    return msgspec.json.decode(state, type=OpenedLines)


def _read_order(text: str, opened: OpenedLines) -> dict[str, int]:
    order = msgspec.json.decode(text, type=dict[str, int])
    if order.keys() != {user.line_port for user in opened.users.users}:
        raise ValueError("not an order of these lines")
    if not all(1 <= port < _MAX_PORT for port in order.values()) or len(set(order.values())) < len(order):
        raise ValueError("not an order of ports")
    return order


def _read_action(form: MultiDict[str, str]) -> BoardAction:
    for name in ("up", "down", "undo"):
        if name in form:
            return BoardAction(name, form[name])
    return BoardAction(form.get("do", "show"))
