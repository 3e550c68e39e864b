"""Parsers of settings that are addresses, folders or names. Each raises ValueError with what is valid."""

import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.edge.hosts import is_host_name


def parse_http_url(text: str) -> str:
    parts = urlsplit(text)
    if text and not (parts.scheme in {"http", "https"} and parts.hostname and not parts.query):
        raise ValueError("it must be an address like https://portal.example")
    return text.rstrip("/")


def parse_dsn(text: str) -> str:
    parts = urlsplit(text)
    project = parts.path.rpartition("/")[2]
    if text and not (parts.scheme in {"http", "https"} and parts.username and parts.hostname and project):
        raise ValueError("it must be the address that Sentry names, like https://key@sentry.example/1")
    return text


def parse_host_names(text: str) -> tuple[str, ...]:
    names = tuple(text.split())
    if not all(map(is_host_name, names)):
        raise ValueError("it must be host names without a port, separated by spaces")
    return names


def parse_path_prefix(text: str) -> str:
    names = text.strip("/").split("/")
    is_plain = all(re.fullmatch(r"[\w.~-]*[\w~-][\w.~-]*", name, re.ASCII) for name in names)  # and not just dots
    if not (text.startswith("/") and is_plain):
        raise ValueError("it must be a path like /api/v1/")
    return f"{text.rstrip('/')}/"


def parse_database_url(text: str) -> str:
    try:
        backend = make_url(text).get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in {"sqlite", "postgresql"}:
        raise ValueError("it must be like sqlite:////var/lib/portal.db or postgresql://user@host/name")
    if backend == "postgresql" and find_spec("psycopg") is None:
        raise ValueError("PostgreSQL needs psycopg: pip install 'access-device-portal[postgres]'")
    return text


def parse_folder(text: str) -> Path:
    if re.search(r"[?#%\0]", text):  # it becomes a part of URLs
        raise ValueError("it must be a folder whose path has no ?, # or %")
    return Path(text).absolute()


def parse_audit_log(text: str) -> str:
    parts = urlsplit(text)
    is_syslog = parts.scheme == "syslog" and parts.hostname and parts.port and text == f"syslog://{parts.netloc}"
    if text and not is_syslog and (not text.startswith("/") or text.endswith("/") or "\0" in text):
        raise ValueError("it must be a path like /var/log/portal/audit.log, or an address like syslog://127.0.0.1:601")
    return text


def parse_contact(text: str) -> str:
    """Return a URI: RFC 9116 wants one for a mail address, too."""
    if re.fullmatch(r"[^@\s:]+@[^@\s:]+", text):
        return f"mailto:{text}"
    if text and not re.fullmatch(r"(https|mailto|tel):[!-~]+", text):
        raise ValueError("it must be a mail address, or begin with https:, mailto: or tel:")
    return text


def choose_names(*valid: str) -> Callable[[str], frozenset[str]]:
    """Parse names with commas between; `none` is none of them."""

    def parse(text: str) -> frozenset[str]:
        names = {name.strip() for name in text.split(",")}
        if not names <= set(valid) and text not in {"", "none"}:
            raise ValueError(f"it must be none, or some of {', '.join(valid)} with commas between")
        return frozenset(names & set(valid))

    return parse
