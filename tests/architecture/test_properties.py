"""A property test says which cases it is about: one whose examples are never interesting proves nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent.parent


def decorators(function: ast.FunctionDef) -> set[str]:
    return {
        decorator.func.id
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)
    }


def unguarded(nodes: list[ast.stmt], *, is_guarded: bool = False) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            names = decorators(node)
            guarded = is_guarded or "requires_cases" in names
            if "given" in names and not guarded:
                yield node.name
            yield from unguarded(node.body, is_guarded=guarded)


def test_each_property_requires_its_cases() -> None:
    files = [file for file in TESTS.rglob("test_*.py") if "@given(" in file.read_text()]
    assert len(files) > 20
    found = {file.name: list(unguarded(ast.parse(file.read_text()).body)) for file in files}
    assert {name: functions for name, functions in found.items() if functions} == {}
