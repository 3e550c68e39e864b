"""An adapter for which "total" means total.

urllib3 bounds each single read, so a server that lets a byte through now and then has as long as it likes:
for its status line, its headers, the length of a chunk, the body. These sockets look at the time left
before they wait. Not bounded is what waits elsewhere: the look-up of a host name (the resolver's own
timeout), and `connect` counts for each address of a host anew.
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

# When the call under way must be over, on the monotonic clock; None where nobody said.
_end: ContextVar[float | None] = ContextVar("end", default=None)


class _TimelySocket(socket.socket):
    """Waits for the peer no longer than its own timeout, and never past the end of the call."""

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        usual = self.gettimeout()
        self._wait_at_most(usual)
        try:
            return super().recv_into(*args, **kwargs)
        finally:
            self.settimeout(usual)

    # While sending, the timeout in force is still that of connecting, too short for a long body.

    def send(self, *args: Any, **kwargs: Any) -> int:
        self._wait_at_most(None)
        return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self._wait_at_most(None)
        super().sendall(*args, **kwargs)

    def _wait_at_most(self, usual: float | None) -> None:
        end = _end.get()
        if end is None:
            return
        left = end - monotonic()
        if left <= 0:
            raise TimeoutError("the call is over")
        self.settimeout(left if usual is None else min(left, usual))


class _TimelySSLSocket(_TimelySocket, ssl.SSLSocket): ...


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _TimelySocket(fileno=super()._new_conn().detach())


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class DeadlineAdapter(HTTPAdapter):
    """Takes a urllib3 Timeout whose `total` covers everything from connecting to the body's last byte.

    A call's body is to be read by the thread that sent it, before that thread sends another. Certificates
    are checked against those of `requests` and of the system (SSL_CERT_FILE adds one's own).
    """

    def __init__(self, connections: int = 32) -> None:
        super().__init__(pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = create_urllib3_context()
        context.load_default_certs()
        context.sslsocket_class = _TimelySSLSocket
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
        _end.set(monotonic() + total if isinstance(total, int | float) else None)
        return super().send(request, stream, timeout, verify, cert, proxies)
