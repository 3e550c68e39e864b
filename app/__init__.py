"""The portal, and the reference API where no other backend is named.

Both are loaded only where they are needed: a portal over another backend contains nothing of the reference API,
and the reference API alone nothing of the portal.
"""

from flask import Flask

from app.config import Settings, load


def prepare(settings: Settings) -> None:
    """Make or upgrade every table and, in the demo, its world; to be done before workers start."""
    if settings.embedded:
        from app import demo

        demo.prepare(settings)
    else:
        from app import portal

        portal.prepare(settings)


def create_app(settings: Settings | None = None) -> Flask:
    """The portal as it is to be served: over a backend elsewhere, or over the reference API in this process."""
    settings = settings or load()
    if settings.embedded:
        from app import demo

        return demo.create_app(settings)
    from app import portal
    from app.portal.api.deadline import DeadlineAdapter

    return portal.create_portal(settings, DeadlineAdapter(), settings.backend_url)
