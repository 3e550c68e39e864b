"""MAC addresses in the notations that people use."""

import re
import unicodedata

_BARE = re.compile("[0-9A-F]{12}")

# Groups of equal length with one separator between them, or six groups whose leading zeros were dropped.
_WHOLE = re.compile(
    r"[0-9A-F]{2}(?P<pair>[:. -])(?:[0-9A-F]{2}(?P=pair)){4}[0-9A-F]{2}"
    r"|[0-9A-F]{3}(?P<three>[:. -])(?:[0-9A-F]{3}(?P=three)){2}[0-9A-F]{3}"
    r"|[0-9A-F]{4}(?P<four>[:. -])[0-9A-F]{4}(?P=four)[0-9A-F]{4}"
    r"|[0-9A-F]{6}[:. -][0-9A-F]{6}"
    r"|[0-9A-F]{1,2}(?P<short>[:. -])(?:[0-9A-F]{1,2}(?P=short)){4}[0-9A-F]{1,2}"
)

# A part as it is typed: whole groups, of which the last may be incomplete; with colons, which little else has, also
# the first.
_PART = re.compile(
    r"(?=.*[0-9A-F])[0-9A-F]{0,2}:(?:[0-9A-F]{1,2}:){0,4}[0-9A-F]{0,2}"
    r"|(?=.{3})[0-9A-F]{2}-(?:[0-9A-F]{2}-){0,4}[0-9A-F]{0,2}"
    r"|(?:[0-9A-F]{4}\.){1,2}[0-9A-F]{0,4}"
    r"|[0-9A-F]{1,12}"
)

_ALL_BUT_LAST_DIGIT = re.compile("(?:[0-9A-F]{2}[:. -]){5}[0-9A-F]")
_SPACES_AROUND_SEPARATOR = re.compile(r"\s*([:.-])\s*|\s+")
_DASHES = dict.fromkeys([ord("\N{MINUS SIGN}"), *range(0x2010, 0x2016)], "-")  # of word processors
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])  # joiners and marks pasted along
_AROUND = "\"'`,;()[]<>{}\u2018\u2019\u201c\u201d \t\r\n"
_LABEL = re.compile(
    r"(?:[A-Z0-9-]+[ /])?(?:MAC|HW(?=-?ADDR)|ETHER(?:NET)?|PHYSICAL|HARDWARE|W?LAN|WI-?FI)(?:[ -]?(?:ADDRESS|ADDR|ID))?"
    r"[ .]*[:=#]?\s*|0X(?=[0-9A-F]{12}$)"
)


def parse(text: str) -> str | None:
    """Return twelve upper-case hex digits; None for what is not a whole MAC.

    Read are groups of two, three, four or six digits, leading zeros of six groups dropped or not, a label before them.
    """
    typed = text.upper()
    return typed if _BARE.fullmatch(typed) else _parse_whole(_unify(typed)) if typed else None


def with_colons(mac: str) -> str:
    """Return `AA:BB:…` for a MAC in any notation, and any other text as it is."""
    digits = parse(mac)
    return mac if digits is None else bytes.fromhex(digits).hex(":").upper()


def parse_part(text: str) -> str | None:
    """Return the upper-case hex digits of a MAC or a part of one; else None. Spaces may separate two digits or more."""
    typed = _unify(text.upper())
    if (digits := _parse_whole(typed)) and not _ALL_BUT_LAST_DIGIT.fullmatch(typed):
        return digits
    words = typed.split(" ")
    if not all(_PART.fullmatch(word) for word in words) or any(len(word) < 2 for word in words[:-1]):
        return None
    digits = "".join(map(_join_groups, words))
    return digits if len(digits) <= 12 else None


def describe_unusual(digits: str) -> str | None:
    """Return why no phone can have this MAC, of twelve hex digits; None for a usual one and for none."""
    if digits == "F" * 12:
        return "This is the broadcast address. A phone cannot have it."
    if digits == "0" * 12:
        return "This MAC address is all zeros. A phone cannot have it."
    if digits and int(digits[1], 16) & 1:  # the lowest bit of the first byte
        return "This is a multicast address. A phone cannot have it."
    return None


def _unify(typed: str) -> str:
    """Put a hyphen for each dash and a space for each space, and leave out a label and what stands around."""
    if not typed.isascii():
        typed = unicodedata.normalize("NFKC", typed).translate(_INVISIBLE).translate(_DASHES)
    typed = typed.replace("_", "-").strip(_AROUND)
    label = _LABEL.match(typed)
    return _SPACES_AROUND_SEPARATOR.sub(lambda match: match[1] or " ", typed[label.end() :] if label else typed)


def _join_groups(part: str) -> str:
    """Return the digits of a part, with the leading zeros of the groups that are whole."""
    first, *groups = re.split("[:.-]", part)
    return first + "".join(group.zfill(2) for group in groups[:-1]) + "".join(groups[-1:])


def _parse_whole(typed: str) -> str | None:
    if _BARE.fullmatch(typed):
        return typed
    if not _WHOLE.fullmatch(typed):
        return None
    groups = re.split("[:. -]", typed)
    return "".join(group.zfill(2) for group in groups) if len(groups) == 6 else "".join(groups)
