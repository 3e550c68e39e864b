"""The configuration files that a device downloads. Their URLs lose every secret on the way in."""

import re

from msgspec import field
from msgspec.structs import force_setattr

from app.portal.domain import names
from app.portal.models.base import ListItem, Model

_MASK = "•••"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|//")


def mask_url(url: str) -> str:
    """The URL without credentials and without what its query or fragment says.

    Whatever stands before the last @ counts as credentials: passwords with a "/" or an "@" in them are no rarity.
    Where a ? or # stands before it too, nobody can tell a password from a query, and nothing is shown.
    """
    found = _SCHEME.match(url)
    scheme = found[0] if found else ""
    credentials, at, address = url.removeprefix(scheme).rpartition("@")
    if "?" in credentials or "#" in credentials:
        return f"{scheme}{_MASK}"
    mark = re.search(r"[?#](?=.)", address, re.DOTALL)
    shown = f"{address[: mark.end()]}{_MASK}" if mark else address
    return f"{scheme}{_MASK if credentials else ''}{at}{shown}"


class _Urls(ListItem, frozen=True, kw_only=True):
    access_url: str = ""
    repository_url: str = ""
    template_url: str = ""

    def __post_init__(self) -> None:
        for name in ("access_url", "repository_url", "template_url"):
            force_setattr(self, name, mask_url(getattr(self, name)))


class ConfigFileRow(_Urls, frozen=True, kw_only=True):
    file_format: str
    is_authenticated: bool = False

    @property
    def unlinkable_reason(self) -> str | None:
        """Why no address leads to this file, in words; None if one does."""
        problem = self.problems.get("") or self.problems.get("file_format")
        return problem or names.unaddressable_reason(self.file_format)


class ConfigFileList(Model, frozen=True, kw_only=True):
    """The documented key is the one of the device list."""

    config_files: tuple[ConfigFileRow, ...] = field(name="access_devices")


class ConfigFile(_Urls, frozen=True, kw_only=True):
    file_source: str
    configuration_file_name: str = ""
    extended_capture_enabled: bool = False


class ConfigFileContent(Model, frozen=True, kw_only=True):
    """Exactly the bytes; base64 on the wire."""

    file_content: bytes
