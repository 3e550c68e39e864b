"""The phones that ask for a file, as far as its name tells."""

import re

_OWN = "File of this phone"
_OF_MODEL = "Shared file name (this phone’s copy)"
_PURPOSES = (
    (re.compile(r"%BW(MACADDRESS|DEVICEID)%"), _OWN),
    (re.compile(r"^y0{10}\d\d\.cfg$"), _OF_MODEL),  # Yealink
    (re.compile(r"^sys-\w+\.cfg$"), _OF_MODEL),  # Polycom
    (re.compile(r"^(ata|spa)\d+\.xml$"), _OF_MODEL),  # Cisco
)


def purpose(file_format: str) -> str:
    """Return "" where the name does not tell."""
    return next((text for pattern, text in _PURPOSES if pattern.search(file_format)), "")
