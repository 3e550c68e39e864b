"""Folders: of the application's own files, and of databases and keys."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
IS_INSTALLED = (PACKAGE / "templates").is_dir()  # a wheel holds them inside the package
ROOT = PACKAGE if IS_INSTALLED else PACKAGE.parent  # of templates and static files


def default_instance() -> Path:
    """Return the folder of databases and keys: of the checkout or, installed, of the current folder."""
    return (Path.cwd() if IS_INSTALLED else ROOT) / "instance"
