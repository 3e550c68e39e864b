"""The configuration files that a device downloads. Secrets in their URLs are masked when they are read."""

import re

from msgspec import field
from msgspec.structs import force_setattr

from app.masking import MASK
from app.portal.domain import names
from app.portal.models.base import ListItem, Model

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|//")


def mask_url(url: str) -> str:
    """Mask the credentials, query and fragment of a URL.

    Everything before the last @ counts as credentials: passwords with "/" or "@" are common. With a ? or # before
    it, a password cannot be told from a query, and the whole URL is masked.
    """
    match = _SCHEME.match(url)
    scheme = match[0] if match else ""
    credentials, at_sign, address = url.removeprefix(scheme).rpartition("@")
    if "?" in credentials or "#" in credentials:
        return f"{scheme}{MASK}"
    query = re.search(r"[?#](?=.)", address, re.DOTALL)
    address = f"{address[: query.end()]}{MASK}" if query else address
    return f"{scheme}{MASK if credentials else ''}{at_sign}{address}"


class _FileUrls(ListItem, frozen=True, kw_only=True):
    access_url: str = ""
    repository_url: str = ""
    template_url: str = ""

    def __post_init__(self) -> None:
        for name in ("access_url", "repository_url", "template_url"):
            force_setattr(self, name, mask_url(getattr(self, name)))


class ConfigFileRow(_FileUrls, frozen=True, kw_only=True):
    file_format: str
    is_authenticated: bool | None = None

    @property
    def unlinkable_reason(self) -> str | None:
        """Return in words why no URL can name this file; None if one can."""
        problem = self.problems.get("") or self.problems.get("file_format")
        return problem or names.unaddressable_reason(self.file_format)


class ConfigFileList(Model, frozen=True, kw_only=True):
    """The documented key is that of the device list."""

    config_files: tuple[ConfigFileRow, ...] = field(name="access_devices")


class ConfigFile(_FileUrls, frozen=True, kw_only=True):
    file_source: str
    configuration_file_name: str = ""
    extended_capture_enabled: bool | None = None

    @property
    def known_source(self) -> str:
        """Return the source; "" where the backend sent none, or no text."""
        return "" if "file_source" in self.problems else self.file_source


class ConfigFileContent(Model, frozen=True, kw_only=True):
    """base64 in JSON."""

    file_content: bytes
