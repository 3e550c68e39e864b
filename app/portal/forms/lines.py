"""The line board as a form: what was opened travels with it sealed, what is pending in the open."""

import base64
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from app.portal.models.connected_user import ConnectedUserList

TYPED = "port:"  # before the linePort, in the name of the field of its port
_HIGHEST = 10**9  # no device has as many ports, and no number is read that is longer


class Opened(Struct, frozen=True):
    """The lines as they were when the board was opened. `ports` is None where there is no limit."""

    at: datetime
    path: str
    ports: int | None
    users: ConnectedUserList


@dataclass(frozen=True)
class BoardAction:
    """What was pressed, and at which line if at one."""

    what: str
    line: str = ""


@dataclass(frozen=True)
class BoardSubmission:
    """`shown` is the order that the page showed, `typed` what stands otherwise in the fields."""

    opened: Opened
    shown: dict[str, int]
    typed: dict[str, str]
    press: BoardAction
    sort: str
    q: str
    then_reboot: bool


def sealed(opened: Opened, encrypt: Callable[[Any], bytes]) -> str:
    return encrypt(base64.b85encode(zlib.compress(msgspec.json.encode(opened))).decode()).decode()


def posted(form: MultiDict[str, str], path: str, decrypt: Callable[[bytes], Any]) -> BoardSubmission:
    """Raises ValueError for what no board of this device can have sent."""
    opened = _opened(form.get("opened", ""), decrypt)
    if opened.path != path:
        raise ValueError("the board of another device")
    shown = _shown(form.get("shown", ""), opened)
    typed = {line: form[TYPED + line].strip() for line in shown if TYPED + line in form}
    return BoardSubmission(
        opened=opened,
        shown=shown,
        typed={line: text for line, text in typed.items() if text != str(shown[line])},
        press=_press(form),
        sort=form.get("sort") or form.get("sorted", ""),  # a press, or else what was pressed before
        q=form.get("q", ""),
        then_reboot=form.get("then") == "reboot",
    )


def number(text: str) -> int | None:
    """A port as it was typed; None for what is no whole number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _opened(sealed_text: str, decrypt: Callable[[bytes], Any]) -> Opened:
    packed = decrypt(sealed_text.encode())
    if not isinstance(packed, str):
        raise ValueError("not sealed by this portal")
    return msgspec.json.decode(zlib.decompress(base64.b85decode(packed)), type=Opened)


def _shown(text: str, opened: Opened) -> dict[str, int]:
    shown = msgspec.json.decode(text, type=dict[str, int])
    if shown.keys() != {user.line_port for user in opened.users.users}:
        raise ValueError("not an order of these lines")
    if not all(1 <= port < _HIGHEST for port in shown.values()) or len(set(shown.values())) < len(shown):
        raise ValueError("not an order of ports")
    return shown


def _press(form: MultiDict[str, str]) -> BoardAction:
    for what in ("up", "down", "undo"):
        if what in form:
            return BoardAction(what, form[what])
    return BoardAction(form.get("do", "show"))
