"""The first application that a request meets: it checks the host, believes proxies or not, and completes headers."""

import logging
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import WSGIApplication

from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.edge.addresses import clean_address
from app.edge.headers import HeaderList, complete_headers
from app.edge.hosts import find_trusted_hosts
from app.edge.refusals import UNKNOWN_HOST

log = logging.getLogger(__name__)

Environ = dict[str, Any]


class Edge:
    """Passes requests on to `application`, and those below a mounted prefix to another one."""

    def __init__(self, application: WSGIApplication, settings: Settings) -> None:
        self._application = application
        self._mounted: dict[str, WSGIApplication] = {}
        self._https = settings.is_https
        self._hosts = find_trusted_hosts(
            settings.public_url, settings.trusted_hosts, settings.host, is_demo=settings.is_embedded
        )
        hops = settings.proxies
        self._checked: WSGIApplication = ProxyFix(self._check, x_for=hops, x_proto=hops, x_host=hops)

    def mount(self, prefix: str, application: WSGIApplication) -> None:
        self._mounted[prefix] = application

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: HeaderList, *exc_info: Any) -> Callable[[bytes], object]:
            write: Callable[[bytes], object] = start_response(
                status, complete_headers(headers, https=self._https), *exc_info
            )
            return write

        environ["edge.peer"] = environ.get("REMOTE_ADDR", "")
        return self._checked(environ, start)

    def _check(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer what is not for this server; by now the headers of trusted proxies have been followed."""
        address = environ.get("REMOTE_ADDR", "")
        environ["REMOTE_ADDR"] = clean_address(address) or environ["edge.peer"]
        path = environ.get("PATH_INFO", "")
        if not self._hosts.trusts(environ.get("HTTP_HOST"), path):
            log.warning("refused a request for another host than this: %.200r", environ.get("HTTP_HOST"))
            headers, body = UNKNOWN_HOST.render(https=self._https)
            start_response(UNKNOWN_HOST.status_line, headers)
            return [body]
        return self._find(path)(environ, start_response)

    def _find(self, path: str) -> WSGIApplication:
        mounted = [application for prefix, application in self._mounted.items() if path.startswith(prefix)]
        return mounted[0] if mounted else self._application
