"""The names under which the server is used. A request for another one is a trick or a mistake."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?", re.ASCII | re.IGNORECASE)
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked by address, by what knows no name
_ANY_ADDRESS = {"", "0.0.0.0", "::", "[::]"}  # noqa: S104 - what HOST may be, nothing is bound here


class TrustedHosts:
    """`names` have no port, since a proxy may leave it out."""

    def __init__(self, names: Iterable[str], *, loopback: bool) -> None:
        self._names = {_normalize(name) for name in names}
        self._loopback = loopback

    def trusts(self, host: str | None, path: str) -> bool:
        """Check the Host header of a request. A probe may leave it out, or name an address."""
        if not host:
            return path in _PROBES
        match = _HOST.fullmatch(host)
        if match is None or int(match[2] or 0) > 65_535:
            return False
        name = _normalize(match[1])
        is_local = name == "localhost" or _is_loopback(name)
        if name in self._names or (self._loopback and is_local):
            return True
        return path in _PROBES and (is_local or _address(name) is not None)


def find_trusted_hosts(public_url: str, trusted: Iterable[str], host: str, *, is_demo: bool) -> TrustedHosts:
    """Trust what the operator named; nobody having named anything, or in the demo, what this machine calls itself."""
    names = [*trusted, *([urlsplit(public_url).hostname or ""] if public_url else [])]
    if names and not is_demo:
        return TrustedHosts(names, loopback=False)
    return TrustedHosts([*names, *([] if host in _ANY_ADDRESS else [host])], loopback=True)


def is_host_name(text: str) -> bool:
    """Return True for a name or an address without a port; IPv6 stands in brackets or not."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return _address(bare) is not None or bool(re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", _normalize(text), re.ASCII))


def _normalize(name: str) -> str:
    """Write names in lower case and in ASCII, and addresses in their shortest form."""
    address = _address(name.strip("[]"))
    if address is not None:
        return str(address)
    try:
        return name.lower() if name.isascii() else name.encode("idna").decode().lower()
    except UnicodeError:
        return name.lower()


def _is_loopback(name: str) -> bool:
    address = _address(name)
    return address is not None and address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
