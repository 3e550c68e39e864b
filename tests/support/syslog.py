"""A syslog receiver on a socket, which can break a connection off."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from struct import pack
from threading import Thread


class SyslogReceiver:
    """`broken` connections are reset after their first bytes were read; what came whole is in `messages`."""

    def __init__(self, broken: int = 0) -> None:
        self.messages: list[str] = []
        self._broken = broken
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"syslog://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self._read(connection)

    def _read(self, connection: socket.socket) -> None:
        if self._broken:
            self._broken -= 1
            connection.recv(10)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, pack("ii", 1, 0))
            return
        received = b""
        while data := connection.recv(1 << 16):
            received += data
        while received:
            length = re.match(rb"\d+ ", received)
            assert length
            end = length.end() + int(length[0])
            self.messages.append(received[length.end() : end].decode())
            received = received[end:]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def syslog_receiver(broken: int = 0) -> Iterator[SyslogReceiver]:
    receiver = SyslogReceiver(broken)
    thread = Thread(target=receiver.serve, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.close()
        thread.join()
