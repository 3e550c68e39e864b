"""An HTTP adapter with a limit for the whole call.

urllib3 limits each single read, so a server that sends a byte now and then can take any time for its status line,
headers and body. These sockets check the time left before they wait. Not limited: the look-up of a host name
(the resolver has its own timeout), and `connect` applies to each address of a host.
"""

import socket
import ssl
from collections.abc import Mapping
from contextvars import ContextVar
from time import monotonic
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection
from urllib3.util import create_urllib3_context

# Of the current call, on the monotonic clock.
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class _DeadlineSocket(socket.socket):
    """Waits for the peer no longer than its own timeout, and never past the deadline of the call."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        own_timeout = self.gettimeout()
        self._limit_wait(own_timeout)
        try:
            return super().recv_into(*args, **kwargs)
        finally:
            self.settimeout(own_timeout)

    # While sending, the socket still has the timeout of connecting, too short for a long body.

    def send(self, *args: Any, **kwargs: Any) -> int:
        self._limit_wait(None)
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self._limit_wait(None)
        super().sendall(*args, **kwargs)

    def _limit_wait(self, own_timeout: float | None) -> None:
        deadline = _deadline.get()
        if deadline is None:
            return
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError("the call is over")
        self.settimeout(left if own_timeout is None else min(left, own_timeout))


class _DeadlineSSLSocket(_DeadlineSocket, ssl.SSLSocket): ...


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _DeadlineSocket(fileno=super()._new_conn().detach())


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class DeadlineAdapter(HTTPAdapter):
    """The `total` of a urllib3 Timeout covers everything from connecting to the body's last byte.

    The thread that sent a call must read its body before it sends another. Certificates are checked against those
    of `requests` and of the system (SSL_CERT_FILE adds others).
    """

    def __init__(self, connections: int = 32) -> None:
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = create_urllib3_context()
        context.load_default_certs()
        context.sslsocket_class = _DeadlineSSLSocket
        super().init_poolmanager(*args, **kwargs, ssl_context=context)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": HTTPSConnectionPool}

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        total = timeout.total if isinstance(timeout, Timeout) else None
        _deadline.set(monotonic() + total if isinstance(total, int | float) else None)
        return super().send(request, stream, timeout, verify, cert, proxies)
