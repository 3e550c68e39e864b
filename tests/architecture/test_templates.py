"""Every template compiles, and all that it names is there."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from app.portal.domain.roles import Permission
from tests.support.source import ROOT, TEMPLATES, modules
from tests.support.world import World

ALL = sorted(file.relative_to(TEMPLATES).as_posix() for file in TEMPLATES.rglob("*.html"))


@pytest.fixture
def jinja(world: World) -> Environment:
    return world.portal.jinja_env


def parsed(jinja: Environment, name: str) -> nodes.Template:
    return jinja.parse((TEMPLATES / name).read_text(), name)


def calls(template: nodes.Template, function: str) -> Iterator[nodes.Call]:
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function:
            yield call


def offers(template: nodes.Template) -> Iterator[str]:
    for each in template.body:
        if isinstance(each, nodes.Macro):
            yield each.name
        elif isinstance(each, nodes.Assign) and isinstance(each.target, nodes.Name):
            yield each.target.name


def constants(arguments: list[nodes.Expr]) -> list[object]:
    return [each.value for each in arguments if isinstance(each, nodes.Const)]


@pytest.mark.parametrize("name", ALL)
def test_a_template_compiles_and_names_only_what_there_is(world: World, jinja: Environment, name: str) -> None:
    jinja.get_template(name)
    template = parsed(jinja, name)
    for other in find_referenced_templates(template):
        assert other in ALL, f"{name} uses {other}"
    for call in calls(template, "url_for"):
        for endpoint in constants(call.args[:1]):
            assert endpoint in world.portal.view_functions, f"{name} links to {endpoint}"
    for call in calls(template, "can"):
        [permission] = constants(call.args)
        assert permission in set(Permission), f"{name} asks for {permission}"
    for call in calls(template, "asset"):
        for path in constants(call.args):
            assert (ROOT / "static" / str(path)).is_file(), f"{name} shows {path}"
    for imported in template.find_all(nodes.FromImport):
        assert isinstance(imported.template, nodes.Const)
        offered = set(offers(parsed(jinja, imported.template.value)))
        wanted = {each if isinstance(each, str) else each[0] for each in imported.names}
        assert wanted <= offered, f"{name} imports {wanted - offered}"


def test_every_template_is_used(jinja: Environment) -> None:
    used = {other for name in ALL for other in find_referenced_templates(parsed(jinja, name))}
    rendered = {text for file in modules("portal") for text in re.findall(r'"([\w/]+\.html)"', file.read_text())}
    assert set(ALL) - used - rendered == set()
    assert rendered <= set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_template_has_no_inline_script_or_style(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|\"js:|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("name", ALL)
def test_a_template_trusts_no_text_but_its_own(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert "autoescape" not in text
    for before in re.findall(r"(\S+)\s*\|\s*safe", text):
        assert before.endswith(("'", '"')), f"{before}|safe"


@pytest.mark.parametrize("name", ALL)
def test_a_link_goes_somewhere_and_a_button_does_something(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert not re.search(r'href="(#|)"', text)
