"""`python -m app`: make the databases ready, say where to go and as whom, and serve."""

from flask import Flask

from app import create_app, logs, prepare, serving
from app.config import load


def main() -> None:
    settings = serving.made_ready(prepare, port=8000)
    print(f"Access Device Portal: {settings.public_url or serving.address(settings)}")
    if settings.embedded:
        from app import demo

        serving.show_accounts(demo.accounts(), demo.password(settings))
    else:
        print(f"Backend: {settings.backend_url}")
    serving.become_server("app.__main__:serve()", settings)


def serve() -> Flask:
    """What each worker of the server runs."""
    settings = load()
    logs.configure(settings.log_level)
    return create_app(settings)


if __name__ == "__main__":
    main()
