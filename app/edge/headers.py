"""Headers that every answer carries, whatever its status and whoever gives it."""

from collections.abc import Iterable
from urllib.parse import quote

CSP_REPORTS = "/csp-reports"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Bootstrap draws the marks of its form controls as data: images
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        f"report-uri {CSP_REPORTS}",  # for browsers that do not know the next one
        "report-to csp",
    )
)

_ONE_YEAR = 31_536_000
_HSTS = ("Strict-Transport-Security", f"max-age={_ONE_YEAR}; includeSubDomains")
_DEFAULTS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("Reporting-Endpoints", f'csp="{CSP_REPORTS}"'),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("Cache-Control", "no-store"),
)
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))

HeaderList = list[tuple[str, str]]


def complete_headers(headers: Iterable[tuple[str, str]], *, https: bool) -> HeaderList:
    """Add what the application did not set itself, and encode in URLs what no header can hold."""
    completed = [(name, value if value.isascii() else quote(value, safe=_PRINTABLE)) for name, value in headers]
    names = {name.lower() for name, _ in completed}
    completed += [default for default in _DEFAULTS if default[0].lower() not in names]
    if https:
        completed.append(_HSTS)
    return completed
