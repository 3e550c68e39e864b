"""Templates compile, name only what exists, and leave script and style to static files."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from app.portal.domain.roles import Permission
from app.portal.web.assets import BUNDLES
from tests.support.source import ROOT, TEMPLATES, modules
from tests.support.world import World

TEXTS = {file.relative_to(TEMPLATES).as_posix(): file.read_text() for file in sorted(TEMPLATES.rglob("*.html"))}


@pytest.fixture
def jinja(world: World) -> Environment:
    return world.portal.jinja_env


_CLASS_ATTRIBUTE = re.compile(r'\sclass="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"')


def list_first_arguments(template: nodes.Template, function: str) -> Iterator[object]:
    """Yield the first argument of each call of the function; None for what is no constant."""
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function:
            yield call.args[0].value if isinstance(call.args[0], nodes.Const) else None


def list_exports(template: nodes.Template) -> Iterator[str]:
    for node in template.body:
        if isinstance(node, nodes.Macro):
            yield node.name
        elif isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            yield node.target.name


def list_imports(template: nodes.Template) -> Iterator[tuple[str, str]]:
    """Yield the template and the name of all that is imported by name."""
    for statement in template.find_all(nodes.FromImport):
        assert isinstance(statement.template, nodes.Const)
        for name in statement.names:
            yield statement.template.value, name if isinstance(name, str) else name[0]


def find_matches(pattern: str) -> list[tuple[str, str]]:
    """Return what matches, with its template."""
    return [(name, match[0]) for name, text in TEXTS.items() for match in re.finditer(pattern, text)]


def test_templates_name_only_what_exists(world: World, jinja: Environment) -> None:
    assert len(TEXTS) > 50
    parsed = {name: jinja.parse(text, name) for name, text in TEXTS.items()}
    exports = {(name, export) for name, template in parsed.items() for export in list_exports(template)}
    unknown: list[tuple[str, object]] = []
    for name, template in parsed.items():
        jinja.get_template(name)  # compiles it
        unknown += [(name, other) for other in find_referenced_templates(template) if other not in TEXTS]
        unknown += [(name, imported) for imported in list_imports(template) if imported not in exports]
        for function, known in (("url_for", {None, *world.portal.view_functions}), ("can", {*Permission})):
            unknown += [
                (name, argument) for argument in list_first_arguments(template, function) if argument not in known
            ]
        files = {file for file in list_first_arguments(template, "asset") if file is not None} - BUNDLES.keys()
        unknown += [(name, file) for file in files if not (ROOT / "static" / str(file)).is_file()]
    assert unknown == []


def test_every_template_is_used(jinja: Environment) -> None:
    used = {other for name, text in TEXTS.items() for other in find_referenced_templates(jinja.parse(text, name))}
    rendered = {text for file in modules("portal") for text in re.findall(r'"([\w/]+\.html)"', file.read_text())}
    assert TEXTS.keys() - used - rendered == set()
    assert rendered <= TEXTS.keys()


def test_templates_have_no_inline_script_or_style() -> None:
    assert find_matches(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|\"js:|<script(?![^>]*\ssrc=)") == []


def test_templates_mark_only_constants_as_safe() -> None:
    assert find_matches(r"autoescape|[^\s'\"]\s*\|\s*safe") == []


def list_classes(text: str) -> Iterator[str]:
    """Yield the class names of a template; of a value in braces, the names that stand in it in full."""
    for value in _CLASS_ATTRIBUTE.findall(re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)):
        for expression in re.findall(r"\{\{.*?\}\}", value):
            yield from (name for names in re.findall(r"(?<!== )'([^']*)'", expression) for name in names.split())
        yield from re.sub(r"\{%.*?%\}", " ", re.sub(r"\S*\{\{.*?\}\}\S*", " ", value)).split()


def test_every_class_has_a_rule() -> None:
    """`make bootstrap` brings a class of Bootstrap that no template used before."""
    sheets = [file.read_text() for file in (ROOT / "static").glob("*.css")]
    styled = {name for sheet in sheets for name in re.findall(r"\.([A-Za-z][\w-]*)", sheet)}
    used = {(name, html_class) for name, text in TEXTS.items() for html_class in list_classes(text)}
    assert len(used) > 300
    assert {(name, html_class) for name, html_class in used if html_class not in styled} == set()


def test_links_lead_to_an_address() -> None:
    assert find_matches(r'href="(#|)"') == []
