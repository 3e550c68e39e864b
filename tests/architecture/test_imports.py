"""Which package may import which."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.source import APP, imports, modules, name, tree
from tests.support.world import World

# A package of the portal imports itself and those before it. `views` is imported by app/portal/__init__.py only.
ORDER = ("domain", "models", "api", "store", "lists", "services", "forms", "web", "views")

APPLICATIONS = ("app.portal", "app.reference_api", "app.config", "app.database", "app.embedded")

# What no module of a package may import, itself or what lies below it.
FORBIDDEN = {
    "portal": ("app.reference_api", "app.demo", "app.embedded", "app.create_app", "app.prepare", "app.__main__"),
    "reference_api": ("app.portal", "app.demo", "app.embedded", "app.create_app", "app.prepare", "app.__main__"),
    "portal/domain": ("flask", "flask_login", "flask_wtf", "werkzeug", "requests", "sqlalchemy"),
    "portal/models": ("flask", "flask_login", "flask_wtf", "werkzeug", "requests", "sqlalchemy"),
    "portal/lists": ("flask", "flask_login", "flask_wtf", "werkzeug", "requests", "sqlalchemy"),
    "portal/services": ("flask", "flask_login", "flask_wtf", "wtforms", "jinja2", "werkzeug", "requests", "markupsafe"),
    "portal/store": ("flask", "flask_login", "flask_wtf", "requests", "app.portal.api"),
    "portal/api": ("flask", "sqlalchemy"),
    "portal/forms": ("requests", "sqlalchemy", "app.portal.api.client", "app.portal.store"),
    "portal/views": ("requests", "urllib3", "sqlalchemy", "app.portal.api.client", "app.portal.store", "app.database"),
}


def is_within(imported: str, package: str) -> bool:
    return imported == package or imported.startswith(f"{package}.")


@pytest.mark.parametrize("package", FORBIDDEN)
def test_package_imports_nothing_forbidden(package: str) -> None:
    files = modules(package)
    assert files
    for file in files:
        for imported in imports(file):
            broken = [forbidden for forbidden in FORBIDDEN[package] if is_within(imported, forbidden)]
            assert not broken, f"{name(file)} imports {imported}"


def graph() -> Mapping[str, set[str]]:
    """By module of the application, the modules that it imports, wherever in it."""
    names = {name(file): file for file in modules()}
    return {module: set(_imported_modules(file, names)) - {module} for module, file in names.items()}


def _imported_modules(file: Path, names: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                imported = full if full in names else str(node.module)
                if imported in names:
                    yield imported


def test_no_module_imports_itself_in_a_circle() -> None:
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_portal_packages_import_downwards() -> None:
    def rank(module: str) -> int:
        parts = module.split(".")
        is_packaged = module.startswith("app.portal.") and parts[2] in ORDER
        return ORDER.index(parts[2]) if is_packaged else len(ORDER)

    upwards = [
        f"{module} -> {imported}"
        for module, all_imported in graph().items()
        for imported in all_imported
        if is_within(imported, "app.portal") and rank(module) < rank(imported)
    ]
    assert upwards == []


def test_portal_packages_are_all_in_the_order() -> None:
    packages = {file.parent.name for file in (APP / "portal").glob("*/__init__.py")}
    assert packages == set(ORDER)


def test_views_read_no_store() -> None:
    for file in modules("portal/views"):
        nodes = list(ast.walk(tree(file)))
        calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node) == "portal()"]
        reads = [node.attr for node in nodes if isinstance(node, ast.Attribute) and node.value in calls]
        assert len(reads) == len(calls), f"{name(file)} hands the whole portal on"
        assert set(reads) <= {"settings", "now", "demo_accounts"}, name(file)
        assert not [node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "engine"], name(file)


def test_views_take_the_arguments_of_their_url() -> None:
    for file in modules("portal/views"):
        reads = {ast.unparse(node) for node in ast.walk(tree(file)) if isinstance(node, ast.Attribute)}
        assert not reads & {"request.view_args", "g.group_ref"}, name(file)
        assert "flask.g" not in imports(file), name(file)


def test_shared_modules_import_neither_application() -> None:
    alone = (
        "config",
        "database",
        "embedded",
        "gunicorn_config",
        "logs",
        "password_hashing",
        "private_files",
        "serving",
    )
    for shared in [*(APP / f"{module}.py" for module in alone), *modules("edge")]:
        for imported in imports(shared):
            assert not is_within(imported, "app.portal"), name(shared)
            assert not is_within(imported, "app.reference_api"), name(shared)


def _application(imported: str) -> Iterator[str]:
    yield from (application for application in APPLICATIONS if is_within(imported, application))


def test_only_the_demo_imports_both_applications() -> None:
    both = [
        name(file)
        for file in modules()
        if {"app.portal", "app.reference_api"}
        <= {
            application
            for imported in imports(file)
            for application in APPLICATIONS
            if is_within(imported, application)
        }
    ]
    assert both == ["app.demo"]


def test_portal_over_another_backend_loads_no_reference_api(tmp_path: Path) -> None:
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


def test_htmx_is_known_to_one_module() -> None:
    for file in modules("portal"):
        if file.stem == "htmx":
            continue
        assert not [imported for imported in imports(file) if is_within(imported, "htmx_flask")], name(file)
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.match(r"(?i)hx-", node.value), f"{name(file)} speaks of {node.value}"
            if isinstance(node, ast.Attribute) and node.attr == "htmx":
                assert not (isinstance(node.value, ast.Name) and node.value.id == "request"), (
                    f"{name(file)} asks request.htmx"
                )


def test_backend_paths_are_known_to_services() -> None:
    for file in modules("portal"):
        if "services" in file.parts or "models" in file.parts:
            continue
        texts = {node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant)}
        assert not texts & {"access_devices", "connected_users", "reboot_phone", "configs"}, name(file)


def test_every_view_is_marked(world: World) -> None:
    views = world.portal.view_functions
    assert [endpoint for endpoint, view in views.items() if not hasattr(view, "access")] == []


def test_unmarked_view_is_forbidden(world: World) -> None:
    app = world.another_portal()
    app.add_url_rule("/unmarked", view_func=lambda: "never seen", endpoint="unmarked")
    assert world.nobody(app).get("/unmarked").status == 403
