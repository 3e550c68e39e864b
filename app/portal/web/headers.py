"""Headers that every answer carries, whatever its status."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

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
    )
)

_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_ONE_YEAR = 31_536_000


def init_app(app: Flask, *, https: bool) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(_ALWAYS)
        if response.status_code == 308 and response.location:  # the router's own; all others are relative already
            response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={_ONE_YEAR}; includeSubDomains"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
