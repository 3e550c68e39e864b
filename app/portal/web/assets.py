"""Static files under URLs that change with their content, so that browsers may keep them for good."""

import hashlib
from pathlib import Path

from flask import Flask, Response, request

_FOR_GOOD = "public, max-age=31536000, immutable"
_VERSIONED = "vendor/"  # there the version is in the path, by which style sheets import them


def init_app(app: Flask) -> None:
    """Give templates `asset(path)`, which raises KeyError for what is not there."""
    folder = Path(app.static_folder or "")
    versions = {file.relative_to(folder).as_posix(): _version(file) for file in folder.rglob("*") if file.is_file()}
    urls = {
        path: f"{app.static_url_path}/{path}" + ("" if path.startswith(_VERSIONED) else f"?v={version}")
        for path, version in versions.items()
    }
    app.jinja_env.globals["asset"] = urls.__getitem__

    @app.after_request
    def cache_for_good(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            response.direct_passthrough = False
            response.make_sequence()  # Flask-Compress would leave an open file behind
            path, version = (request.view_args or {})["filename"], request.args.get("v")
            # Another version's URL must not keep this content, or a browser has it for a year.
            if path.startswith(_VERSIONED) or version == versions.get(path):
                response.headers["Cache-Control"] = _FOR_GOOD
        return response


def _version(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
