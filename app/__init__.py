"""The portal, and the reference API where no other backend is configured.

Each is imported only where it is needed.
"""

from typing import TYPE_CHECKING

from flask import Flask

from app.config import Settings, load

if TYPE_CHECKING:
    from app.portal.web.context import Portal


def prepare(settings: Settings) -> None:
    """Create or upgrade every table, and the demo data, before workers start."""
    if settings.is_embedded:
        from app import demo

        demo.prepare(settings)
    else:
        from app import portal

        portal.prepare(settings)


def create_app(settings: Settings | None = None) -> Flask:
    """Create the portal over the configured backend, or over the reference API in this process."""
    settings = settings or load()
    if settings.is_embedded:
        from app import demo

        return demo.create_app(settings)
    from app import portal
    from app.portal.api.deadline import DeadlineAdapter

    return portal.create_portal(settings, DeadlineAdapter(settings.backend_calls), settings.backend_url)


def build_portal(settings: Settings) -> "Portal":
    """Build what the portal works with, over the same backend, without its pages."""
    if settings.is_embedded:
        from app import demo

        return demo.build_portal(settings)
    from app import portal
    from app.portal.api.deadline import DeadlineAdapter

    return portal.build_portal(settings, DeadlineAdapter(settings.backend_calls), settings.backend_url)
