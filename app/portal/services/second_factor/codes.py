"""Codes by time, recovery codes, and the picture that an app scans."""

import base64
import hashlib
import secrets
import textwrap
from collections.abc import Sequence
from datetime import datetime

import pyotp
import segno

ISSUER = "Access Device Portal"
_SECONDS = 30  # of a step
_TOLERANCE = 1  # steps that the clock of a phone may be off
_DIGITS = 6
_CODES = 10
_GROUP = 4  # characters of a recovery code between hyphens


def make_secret() -> str:
    """Return 160 random bits in base32, as apps accept them."""
    return pyotp.random_base32()


def find_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step that the code is of, among the present one and its neighbours; None where it is wrong."""
    generator, present = pyotp.HOTP(secret), int(now.timestamp()) // _SECONDS
    steps = range(present - _TOLERANCE, present + _TOLERANCE + 1)
    matching = [step for step in steps if generator.verify(code, step)]  # all of them, so that it takes as long
    return matching[0] if matching else None


def is_time_code(text: str) -> bool:
    return len(text) == _DIGITS and text.isascii() and text.isdigit()


def tidy_code(text: str) -> str:
    """Remove what people type between the characters of a code."""
    return "".join(text.replace("-", "").split()).lower()


def make_recovery_codes() -> Sequence[str]:
    """Return codes of 80 random bits each, like abcd-efgh-ijkl-mnop."""
    texts = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(_CODES)]
    return ["-".join(textwrap.wrap(text, _GROUP)) for text in texts]


def hash_code(code: str) -> str:
    """Return a hash that needs no salt and no work: nobody can try 80 random bits."""
    return hashlib.sha256(tidy_code(code).encode()).hexdigest()


def draw_qr_code(secret: str, username: str) -> str:
    """Return SVG without styles; dark on light in every theme, as cameras expect it."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)
    return str(segno.make(uri, error="m").svg_inline(scale=4, light="#fff", svgclass=None, lineclass=None))
