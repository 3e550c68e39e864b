"""Config files of the vendors whose phones are common: how theirs begin, and what a value may look like."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class ConfigDialect:
    """The config files of a vendor.

    `types`: how names of its device types begin, in lower case. `sign`: what the beginning of its files has, and that
    of no other vendor's. `values`: what its phones take for a value although it looks like a tag.
    """

    vendor: str
    types: tuple[str, ...]
    sign: re.Pattern[str]
    values: frozenset[str] = frozenset()


YEALINK = ConfigDialect(
    "Yealink", ("yealink",), re.compile(r"\A#!version:\d"), frozenset({"%NULL%", "%EMPTY%", "%null%", "%empty%"})
)
DIALECTS: Sequence[ConfigDialect] = (
    YEALINK,
    ConfigDialect(
        "Polycom",
        ("polycom", "poly-", "poly "),
        re.compile(r"<(?:phoneConfig|systemConfig|polycomConfig|PHONE_CONFIG)\b|<APPLICATION\s[^>]*APP_FILE_PATH"),
    ),
    ConfigDialect(
        "Cisco", ("cisco", "linksys"), re.compile(r"<flat-profile\b|<device>\s*<(?:deviceProtocol|fullConfig)")
    ),
    ConfigDialect("Gigaset", ("gigaset", "siemens"), re.compile(r"<ProviderFrame\b")),
    ConfigDialect(
        "Snom", ("snom",), re.compile(r"<(?:settings|phone-settings)\b[^>]*>\s*<(?:phone-settings|setting|\w+ perm=)")
    ),
    ConfigDialect("Grandstream", ("grandstream",), re.compile(r"<gs_provision\b|^P\d{1,5}\s*=", re.MULTILINE)),
    ConfigDialect("Fanvil", ("fanvil",), re.compile(r"\A<<VOIP CONFIG FILE>>|<sysConf\b")),
    ConfigDialect("Panasonic", ("panasonic", "kx-"), re.compile(r"\A# Panasonic SIP Phone Standard Format File")),
    ConfigDialect("Htek", ("htek",), re.compile(r"<hl_provision\b")),
)


def dialect_of_type(device_type: str) -> ConfigDialect | None:
    """Return None for a type of another vendor, or whose name tells none."""
    name = device_type.casefold()
    return next((dialect for dialect in DIALECTS if name.startswith(dialect.types)), None)


def dialect_of_text(text: str) -> ConfigDialect | None:
    """Return the vendor's whose sign is in the beginning of a text; None if none is."""
    beginning = text[:4_096]
    return next((dialect for dialect in DIALECTS if dialect.sign.search(beginning)), None)


def values_like_tags(device_type: str) -> Container[str]:
    dialect = dialect_of_type(device_type)
    return dialect.values if dialect else frozenset()
