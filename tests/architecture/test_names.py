"""Names and docstrings: one meaning for each class name, nouns for variables, statements for docstrings."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import APP, modules, tree

# Modules and packages whose variables and docstrings are checked.
CLEAN = (
    *(file.name for file in APP.glob("*.py")),
    *("reference_api", "portal/api", "portal/lists", "portal/models", "portal/web", "portal/views/files"),
    *("portal/services/devices", "portal/views/devices"),
    *("portal/__init__.py", "portal/cli.py"),
    *(
        f"portal/domain/{name}.py"
        for name in ("checks", "mac", "names", "ports", "refs", "roles", "text", "users", "vendors")
    ),
    *(f"portal/views/{name}.py" for name in ("account", "device_page", "directory", "health", "history", "staff")),
    *(f"portal/forms/{name}.py" for name in ("api_errors", "checks", "decisions", "device")),
    *(
        f"portal/services/{name}.py"
        for name in ("masking", "accounts", "directory", "health", "sign_in", "support_roles")
    ),
)
PUBLISHED = APP / "reference_api/answers.py"  # its docstrings are part of the reference API's description
VAGUE = {"found", "each", "at", "one", "mine"}
NOUN_CLAUSE = re.compile(r"(Whether|What|Who|Where|Why|How)\b")


def files_of(package: str) -> list[Path]:
    path = APP / package
    return [path] if path.is_file() else modules(package)


def class_names(file: Path) -> Iterator[str]:
    return (node.name for node in ast.walk(tree(file)) if isinstance(node, ast.ClassDef))


def variables(file: Path) -> Iterator[str]:
    """Yield the names of variables and parameters; fields of classes are named after what is stored."""
    module = tree(file)
    fields = {
        statement.target
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
    }
    for node in ast.walk(module):
        if node in fields:
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name


def docstrings(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("application", ["portal", "reference_api"])
def test_class_name_is_defined_once(application: str) -> None:
    defined = defaultdict(list)
    for file in [*APP.glob("*.py"), *modules(application)]:
        for name in class_names(file):
            defined[name].append(file.relative_to(APP).as_posix())
    repeated = {name: places for name, places in defined.items() if len(places) > 1}
    assert repeated == {}


@pytest.mark.parametrize("package", CLEAN)
def test_variables_are_nouns(package: str) -> None:
    assert {f"{file.name}: {name}" for file in files_of(package) for name in variables(file) if name in VAGUE} == set()


@pytest.mark.parametrize("package", CLEAN)
def test_docstrings_are_statements(package: str) -> None:
    texts = {text for file in files_of(package) if file != PUBLISHED for text in docstrings(file)}
    assert {text for text in texts if NOUN_CLAUSE.match(text)} == set()
