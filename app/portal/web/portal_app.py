"""The Flask application of the portal."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from flask import Flask, has_request_context, request

from app.portal.web.list_context import LIST_ARG

_MOST_KEPT = 1024


class PortalApp(Flask):
    """Flask without what it would do anew for each page, which has twenty URLs: those that were built last are kept."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # 1 and True are not the same in a URL.
        self._keep_url = lru_cache(maxsize=_MOST_KEPT, typed=True)(self._build_url)

    def url_for(
        self, /, endpoint: str, *, _scheme: str | None = None, _external: bool | None = None, **values: Any
    ) -> str:
        # With the parameter `list`, the URLs of devices depend on the request: see `list_context`.
        # The request itself: its proxy would look for it each time.
        page = cast(Any, request)._get_current_object() if has_request_context() else None
        if page is None or _scheme or _external or LIST_ARG in page.args:
            return super().url_for(endpoint, _scheme=_scheme, _external=_external, **values)
        if endpoint.startswith("."):
            endpoint = f"{page.blueprint}{endpoint}"
        return self._keep_url(page.root_path, endpoint, **values)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or hook as it is: none is a coroutine, which Flask would look for at each call."""
        return func

    def _build_url(self, root_path: str, endpoint: str, /, **values: Any) -> str:
        """Return a URL of which `root_path` is a part."""
        return super().url_for(endpoint, **values)
