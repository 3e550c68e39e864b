"""URLs of the portal's own pages: those that were built last are kept, for a page has twenty of them."""

from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

from app.portal.web.list_context import LIST_ARG

_MOST_KEPT = 1024


class PortalApp(Flask):
    """Flask, but for URLs: it would put the same ones together again for each page."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # 1 and True are not the same in a URL.
        self._keep_url = lru_cache(maxsize=_MOST_KEPT, typed=True)(self._build_url)

    def url_for(
        self, /, endpoint: str, *, _scheme: str | None = None, _external: bool | None = None, **values: Any
    ) -> str:
        # With the parameter `list`, the URLs of devices depend on the request: see `list_context`.
        if _scheme or _external or not has_request_context() or LIST_ARG in request.args:
            return super().url_for(endpoint, _scheme=_scheme, _external=_external, **values)
        if endpoint.startswith("."):
            endpoint = f"{request.blueprint}{endpoint}"
        return self._keep_url(request.root_path, endpoint, **values)

    def _build_url(self, root_path: str, endpoint: str, /, **values: Any) -> str:
        """Return a URL of which `root_path` is a part."""
        return super().url_for(endpoint, **values)
