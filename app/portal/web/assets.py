"""Static files under URLs that change with their content, so that browsers may keep them for good."""

import hashlib
import mimetypes
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import brotli
from flask import Flask, Response, request

# The style sheets of every page travel as one file, and so do its scripts. The order counts: portal.css sets that of
# the cascade layers, and all scripts use what htmx.min.js and portal.js define. Some pages have sheets or
# scripts of their own.
BUNDLES = {
    "site.css": (
        "bootstrap.css",
        "portal.css",
        "components.css",
        "tables.css",
        "messages.css",
        "device.css",
        "finder.css",
    ),
    "site.js": (
        "vendor/htmx-4.0.1/htmx.min.js",
        "portal.js",
        "keys.js",
        "finder.js",
        "times.js",
        "messages.js",
        "forms.js",
        "swaps.js",
    ),
    "overviews.css": ("charts.css", "overview.css"),
    "searches.css": ("selection.css", "search.css"),
    "jobs.css": ("charts.css", "selection.css", "stages.css", "job.css", "job_plan.css"),
    "imports.css": ("stages.css", "import.css"),
    "jobs.js": ("waiting.js", "job.js"),
    "devices.js": ("waiting.js", "selection.js"),
}

_CSS_COMMENT = re.compile(rb"/\*(?!!).*?\*/", re.DOTALL)
_FOR_GOOD = "public, max-age=31536000, immutable"
_PACKED_TYPES = {"text/css", "text/javascript", "image/svg+xml"}
_QUALITY = 9  # of Brotli; 11 makes files 6 % smaller, in four times the time
_VERSIONED = "vendor/"  # there the version is in the path, by which style sheets import them


def init_app(app: Flask, bundles: Mapping[str, tuple[str, ...]] = BUNDLES) -> None:
    """Give templates `asset(path)`, which raises KeyError for what is not there."""
    folder = Path(app.static_folder or "")
    files = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    contents = {name: _bundle([files[part].read_bytes() for part in parts], name) for name, parts in bundles.items()}
    versions = {path: _version(file.read_bytes()) for path, file in files.items()}
    versions |= {name: _version(content) for name, content in contents.items()}
    urls = {
        path: f"{app.static_url_path}/{path}" + ("" if path.startswith(_VERSIONED) else f"?v={version}")
        for path, version in versions.items()
    }
    app.jinja_env.globals["asset"] = urls.__getitem__

    def serve(filename: str) -> Response:
        if filename not in contents:
            return app.send_static_file(filename)
        mimetype, _ = mimetypes.guess_type(filename)
        response = Response(contents[filename], mimetype=mimetype, headers={"Cache-Control": "no-cache"})
        response.set_etag(versions[filename])
        response.make_conditional(request)
        return response

    app.view_functions["static"] = serve
    packed = _PackedTexts()

    @app.after_request
    def cache_for_good(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 206, 304}:
            response.direct_passthrough = False
            response.make_sequence()  # Flask-Compress would leave an open file behind
            path, version = (request.view_args or {})["filename"], request.args.get("v")
            # Another version's URL must not keep this content, or a browser has it for a year.
            if path.startswith(_VERSIONED) or version == versions.get(path):
                response.headers["Cache-Control"] = _FOR_GOOD
            if response.status_code == 200:
                packed.use(response, path)
        return response


class _PackedTexts:
    """Texts as browsers get them that take Brotli: packed once, smaller than it would be worth for pages."""

    def __init__(self) -> None:
        self._packed: dict[str, bytes] = {}

    def use(self, response: Response, path: str) -> None:
        if response.mimetype not in _PACKED_TYPES or request.accept_encodings["br"] <= 0:
            return
        if path not in self._packed:
            self._packed[path] = brotli.compress(response.get_data(), quality=_QUALITY)
        response.set_data(self._packed[path])
        response.content_encoding = "br"
        response.vary.add("Accept-Encoding")
        response.set_etag(response.get_etag()[0] or "", weak=True)


def _bundle(parts: Sequence[bytes], name: str) -> bytes:
    """Leave comments out of style sheets, but for licences: they are a sixth of what travels."""
    content = b"\n".join(parts)
    return _CSS_COMMENT.sub(b"", content) if name.endswith(".css") else content


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
