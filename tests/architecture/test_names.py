"""Names and docstrings: one meaning for each class name, nouns for variables, statements for docstrings."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import APP, modules, tree

PUBLISHED = APP / "reference_api/answers.py"  # its docstrings are part of the reference API's description
VAGUE = {"found", "each", "at", "one", "mine"}
NOUN_CLAUSE = re.compile(r"(Whether|What|Who|Where|Why|How)\b")


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


def test_variables_are_nouns() -> None:
    assert {f"{file.name}: {name}" for file in modules() for name in variables(file) if name in VAGUE} == set()


def test_docstrings_are_statements() -> None:
    texts = {text for file in modules() if file != PUBLISHED for text in docstrings(file)}
    assert {text for text in texts if NOUN_CLAUSE.match(text)} == set()
