"""Headers of the portal's own answers, besides those that `app.edge.headers` gives to all."""

from urllib.parse import urlsplit

from flask import Flask, Response, request


def init_app(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        if response.status_code == 308 and response.location:  # the router's own; all others are relative already
            response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response
