"""Receivers of exported lines: each returns when the lines are safe there, and raises OSError if they may not be."""

import os
import socket
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

Receiver = Callable[[Sequence[str]], None]

_TIMEOUT = 5.0  # seconds for each step of a connection
_PRIORITY = 13 * 8 + 6  # facility "log audit", severity "informational"


def build_receiver(target: str) -> Receiver:
    """`target` is a path, or the address of a syslog receiver like syslog://host:601."""
    if target.startswith("/"):
        return lambda lines: append_lines(Path(target), lines)
    parts = urlsplit(target)
    return lambda lines: send_syslog(parts.hostname or "", parts.port or 0, lines)


def append_lines(path: Path, lines: Sequence[str]) -> None:
    """Append to the file of this name, which is opened each time: whoever rotates it needs to tell nobody.

    A line that a killed process left unfinished stays, with an end. What could not be written as a whole is taken back.
    """
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(file).st_size
        is_torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        content = ("\n" * is_torn + "".join(f"{line}\n" for line in lines)).encode()
        try:
            while content:
                content = content[os.write(file, content) :]
            os.fsync(file)
        except OSError:
            os.ftruncate(file, size)
            raise
    finally:
        os.close(file)


def send_syslog(host: str, port: int, lines: Sequence[str]) -> None:
    """Send messages of RFC 5424, each after its length as in RFC 6587, over a TCP connection of their own.

    The receiver closes it after it has read everything; if it is gone before that, the connection breaks instead.
    """
    with socket.create_connection((host, port), timeout=_TIMEOUT) as connection:
        connection.sendall(b"".join(_frame(line) for line in lines))
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(4096):
            pass


def _frame(line: str) -> bytes:
    name = "".join(character for character in socket.gethostname() if "!" <= character <= "~") or "-"
    sent_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    message = f"<{_PRIORITY}>1 {sent_at} {name} access-device-portal - audit - {line}".encode()
    return b"%d %s" % (len(message), message)
