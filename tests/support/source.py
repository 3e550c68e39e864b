"""The project's own files, as the architecture tests read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
APP = ROOT / "app"
TEMPLATES = ROOT / "templates"


def modules(folder: str = "") -> list[Path]:
    return sorted((APP / folder).rglob("*.py"))


def name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Full names of what a module imports, wherever in it: `app.portal` and `app.portal.web.htmx` for both kinds."""
    return tuple(_imports(tree(file)))


def _imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import, line {node.lineno}"
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)
