"""The project as a whole: its settings are told, its files small, its pins exact, its tables migrated."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData

from app.config import load
from app.portal.store.tables import Base
from app.reference_api.tables import Base as ApiBase
from tests.support.settings import INVALID_SETTINGS, UNCHECKED_SETTINGS
from tests.support.source import APP, ROOT, modules, tree
from tests.support.world import World

_SETTING = re.compile(r"(PORTAL|REFERENCE|DEMO|OTEL|SENTRY)_[A-Z_]+|PORT|HOST")


def settings_read() -> set[str]:
    """Names of environment variables, wherever they stand alone as a text in the code."""
    texts = {
        node.value
        for file in modules()
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if _SETTING.fullmatch(text)}


def test_readme_tells_every_setting_and_no_other() -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert told == settings_read()


def test_readme_lists_default_of_each_setting(tmp_path: Path) -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \| (`.*?`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    told = {
        name: text for row in rows for name, text in zip(*(re.findall("`(.+?)`", cell) for cell in row), strict=True)
    }
    found = vars(load({}, tmp_path))
    defaults = {name: found[name.lower().removeprefix("portal_")] for name in told}
    assert len(told) > 20
    assert told == {
        name: f"{value:g}" if isinstance(value, float) else str(value).replace(str(tmp_path), "instance")
        for name, value in defaults.items()
    }


def test_every_setting_is_checked_or_free() -> None:
    assert set(INVALID_SETTINGS) | UNCHECKED_SETTINGS == settings_read()


def own_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout  # noqa: S607 - whichever git there is
    return [ROOT / path for path in listed.split("\0") if path and (ROOT / path).is_file()]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_no_file_of_ours_is_longer_than_300_lines() -> None:
    ours = [
        file for file in own_files() if file.suffix in {".py", ".html", ".css", ".js"} and "vendor" not in file.parts
    ]
    assert len(ours) > 100
    long = {file.relative_to(ROOT).as_posix(): len(file.read_text().splitlines()) for file in ours}
    assert {path: lines for path, lines in long.items() if lines > 300} == {}


def test_no_function_is_longer_than_42_lines() -> None:
    lengths = {
        f"{file.relative_to(APP).as_posix()} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for file in modules()
        if "migrations" not in file.parts
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef)
    }
    assert {function: length for function, length in lengths.items() if length > 42} == {}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git checkout")
def test_nothing_of_an_installation_is_in_git() -> None:
    assert [file.name for file in own_files() if file.parent == ROOT / "instance"] == [".gitignore"]


def test_dependencies_are_pinned_exactly() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    pins = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(pin for extra in extras for pin in extra),
    ]
    assert not [pin for pin in pins if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", pin)]
    constraints = dict(map(_split_pin, (ROOT / "constraints.txt").read_text().split()))
    for pin in pins[1:]:
        name, version = _split_pin(pin)
        assert constraints.get(name) == version, pin


def test_lock_has_the_versions_that_are_tested() -> None:
    """`make lock` writes it again."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    constraints = dict(map(_split_pin, (ROOT / "constraints.txt").read_text().split()))
    entries = re.findall(r"^(\S+==\S+)(.*(?:\n .*)*)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    locked = dict(_split_pin(pin) for pin, _ in entries)
    needed = [_split_pin(pin) for pin in (*project["dependencies"], *project["optional-dependencies"]["postgres"])]
    assert {name: locked.get(name) for name, _ in needed} == dict(needed)
    other_systems = {"brotlicffi"}
    assert locked == {name: constraints.get(name) for name in locked} | {name: locked[name] for name in other_systems}
    assert [pin for pin, rest in entries if "--hash=sha256:" not in rest] == []


def _split_pin(pin: str) -> tuple[str, str]:
    name, version = re.sub(r"\[\w+\]", "", pin).lower().split("==")
    return re.sub("[._]", "-", name), version


@pytest.mark.parametrize(("house", "version_table"), [("portal", "portal_alembic"), ("api", "api_alembic")])
def test_migrations_make_the_declared_tables(world: World, house: str, version_table: str) -> None:
    engine: Engine = world.held_by().engine if house == "portal" else world.api_engine
    metadata: MetaData = Base.metadata if house == "portal" else ApiBase.metadata
    assert all(name.startswith(f"{house}_") for name in metadata.tables)
    trigrams = "_text"  # the end of names of tables that only SQLite has
    with engine.connect() as connection:
        options = {
            "version_table": version_table,
            "compare_type": True,
            "render_as_batch": True,
            "include_name": lambda name, kind, _parents: kind != "table" or f"{trigrams}_" not in f"{name}_",
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_every_module_says_what_it_is() -> None:
    silent = [file for file in modules() if file.read_text().strip() and ast.get_docstring(tree(file)) is None]
    assert [file.relative_to(APP).as_posix() for file in silent] == []
