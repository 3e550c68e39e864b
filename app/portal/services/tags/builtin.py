"""Names of the tags that the platform fills in by itself. The API does not list them; public templates use these."""

import re

_OF_DEVICE = frozenset({
    "%BWMACADDRESS%", "%BWDEVICEID%", "%BWTIMESTAMP%", "%BWDEVICEACCESSFQDN%", "%BWDEVICEACCESSPORT%",
    "%BWDEVICEACCESSURI%", "%BWDMSCONTEXT%",
})  # fmt: skip
_OF_LINE = frozenset({
    "BWLINEPORT", "BWAUTHUSER", "BWAUTHPASSWORD", "BWFIRSTNAME", "BWLASTNAME", "BWEXTENSION", "BWHOST",
    "BWSHAREDLINE", "BWSCA-BRIDGING-BINARY", "BWVOICE-PORTAL-NUMBER", "BWLOGIN-ID", "BWSECCLASS-BINARY",
    "BWCALLRECORDING-BINARY", "BWTIMEZONE", "BWLANGUAGE", "BWBLF-URI", "BWHOTELINGMODE", "BWHOTELINGLINE",
    "BWFAC-CALL-PARK-RETRIEVE", "BWNETWORK-CONFERENCE-SIPURI", "BW_IMP_SERVICE_NET_ADDRESS", "BW_USER_IMP_ID",
    "BW_USER_IMP_PWD", "BWFLEXIBLESEATINGUNLOCKPIN",
})  # fmt: skip
_SECRETS = ("bwauthpassword", "bw_user_imp_pwd", "bwflexibleseatingunlockpin")
_OF_LINE_NAME = re.compile(r"%([A-Z_-]+)-([1-9][0-9]{0,3})%")


def is_built_in(name: str) -> bool:
    return name.startswith("%BW") and (name in _OF_DEVICE or line_of(name) is not None)


def line_of(name: str) -> int | None:
    """Return the line, counted from 1, that a built-in tag belongs to; None for one of the device, or another name."""
    match = _OF_LINE_NAME.fullmatch(name)
    return int(match[2]) if match and match[1] in _OF_LINE else None


def is_secret(name: str) -> bool:
    """However it is spelt: what is set under such a name is never shown either."""
    folded = name.casefold()
    return any(secret in folded for secret in _SECRETS)
