"""Addresses of clients, as a proxy passes them on."""

import ipaddress
import re

_WITH_PORT = re.compile(r"\[([0-9a-f:.]+)\](?::[0-9]+)?|([0-9.]+):[0-9]+", re.ASCII | re.IGNORECASE)


def clean_address(text: str) -> str | None:
    """Return an IP address without its port, and IPv4 as such where it is written as IPv6; None for anything else."""
    match = _WITH_PORT.fullmatch(text)
    bare, _, _ = ((match[1] or match[2]) if match else text).partition("%")  # what follows is an interface of a node
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return str(getattr(address, "ipv4_mapped", None) or address)


def network_of(address: str) -> str:
    """Return what limits count: an IPv4 address, or the 64 bits of an IPv6 address that a customer has at least."""
    cleaned = clean_address(address)
    if cleaned is None or ":" not in cleaned:
        return cleaned or address
    return str(ipaddress.ip_network((cleaned, 64), strict=False))
