"""The project's own files, as the architecture tests read them."""

import ast
from collections.abc import Iterator
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


def imports(file: Path) -> Iterator[str]:
    """Full names of what a module imports, wherever in it: `app.portal` and `app.portal.web.htmx` for both kinds."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import in {file}"
            yield node.module or ""
            yield from (f"{node.module}.{each.name}" for each in node.names)
