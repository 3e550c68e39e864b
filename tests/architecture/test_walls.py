"""Which room may know which."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import APP, imports, modules, name, tree
from tests.support.world import World

FROM_BELOW = {"app.portal", "app.reference_api", "app.config", "app.database", "app.embedded"}

# What no module of a room may import, itself or below it.
WALLS = {
    "portal": ("app.reference_api", "app.demo", "app.embedded", "app.create_app", "app.prepare", "app.__main__"),
    "reference_api": ("app.portal", "app.demo", "app.embedded", "app.create_app", "app.prepare", "app.__main__"),
    "portal/models": ("flask", "flask_login", "flask_wtf", "werkzeug", "requests", "sqlalchemy", "app.portal.services"),
    "portal/services": ("flask", "flask_login", "flask_wtf", "wtforms", "jinja2", "werkzeug", "requests", "markupsafe"),
    "portal/store": ("flask", "flask_login", "flask_wtf", "requests", "app.portal.api", "app.portal.services"),
    "portal/api": ("flask", "sqlalchemy", "app.portal.services", "app.portal.store", "app.portal.views"),
    "portal/forms": ("requests", "sqlalchemy", "app.portal.api.client", "app.portal.services", "app.portal.store"),
    "portal/views": ("requests", "urllib3", "app.portal.api.client", "app.database", "htmx_flask"),
}


def is_within(imported: str, room: str) -> bool:
    return imported == room or imported.startswith(f"{room}.")


@pytest.mark.parametrize("room", WALLS)
def test_a_room_does_not_import_what_it_must_not_know(room: str) -> None:
    files = modules(room)
    assert files
    for file in files:
        for imported in imports(file):
            broken = [wall for wall in WALLS[room] if is_within(imported, wall)]
            assert not broken, f"{name(file)} imports {imported}"


def test_what_is_shared_knows_neither_house() -> None:
    for shared in ("config", "database", "embedded", "logs", "serving"):
        for imported in imports(APP / f"{shared}.py"):
            assert not is_within(imported, "app.portal"), shared
            assert not is_within(imported, "app.reference_api"), shared


def test_views_touch_no_database_but_to_ask_whether_it_is_there() -> None:
    for file in modules("portal/views"):
        touching = {each for each in imports(file) if is_within(each, "sqlalchemy")}
        assert not touching or file.stem == "health", f"{name(file)} imports {touching}"


def test_only_the_demo_knows_both_houses() -> None:
    both = [
        name(file)
        for file in modules()
        if {"app.portal", "app.reference_api"}
        <= {room for each in imports(file) for room in FROM_BELOW if is_within(each, room)}
    ]
    assert both == ["app.demo"]


def test_a_portal_over_a_backend_elsewhere_loads_nothing_of_the_reference_api(tmp_path: Path) -> None:
    script = "import app, sys; app.create_app(); print([name for name in sys.modules if 'reference_api' in name])"
    environ = {
        "PORTAL_BACKEND_URL": "https://apio.example",
        "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/portal.db",
        "PORTAL_SECRET_KEY": "sixteen letters or more",
        "DEMO_PASSWORD": "unused",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, cwd=APP.parent, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stderr


def test_one_module_knows_htmx() -> None:
    for file in modules("portal"):
        if file.stem == "htmx":
            continue
        assert not [each for each in imports(file) if is_within(each, "htmx_flask")], name(file)
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.match(r"(?i)hx-", node.value), f"{name(file)} speaks of {node.value}"
            if isinstance(node, ast.Attribute) and node.attr == "htmx":
                assert not (isinstance(node.value, ast.Name) and node.value.id == "request"), (
                    f"{name(file)} asks request.htmx"
                )


def test_only_services_know_the_paths_of_the_backend() -> None:
    for file in modules("portal"):
        if "services" in file.parts or "models" in file.parts:
            continue
        texts = {node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant)}
        assert not texts & {"access_devices", "connected_users", "reboot_phone", "configs"}, name(file)


def test_every_view_carries_its_mark(world: World) -> None:
    views = world.portal.view_functions
    assert [endpoint for endpoint, view in views.items() if not hasattr(view, "access")] == []


def test_a_view_without_a_mark_is_refused_to_everybody(world: World) -> None:
    app = world.another_portal()
    app.add_url_rule("/unmarked", view_func=lambda: "never seen", endpoint="unmarked")
    assert world.nobody(app).get("/unmarked").status == 403
