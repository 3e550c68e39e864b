"""The portal, and the reference API where no other backend is named; the only place that knows both."""

from flask import Flask

from app import portal
from app.config import Settings, load
from app.portal.api.deadline import DeadlineAdapter


def prepare(settings: Settings) -> None:
    """Make or upgrade every table and, in the demo, its world; to be done before workers start."""
    if settings.embedded:
        from app import demo

        demo.prepare(settings)
    else:
        portal.prepare(settings)


def create_app(settings: Settings | None = None) -> Flask:
    """The portal as it is to be served: over a backend elsewhere, or over the reference API in this process."""
    settings = settings or load()
    if settings.embedded:
        from app import demo

        return demo.create_app(settings)
    return portal.create_portal(settings, DeadlineAdapter(), settings.backend_url)
