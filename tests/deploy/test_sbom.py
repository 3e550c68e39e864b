"""The bill of materials, and the page of licences."""

import re
from pathlib import Path

from deploy.sbom import build_sbom, list_front_end, list_libraries, write_licences
from tests.support.source import ROOT

LOCKED = set(re.findall(r"^(\S+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))


def test_sbom_names_each_library_and_front_end_file() -> None:
    sbom = build_sbom()
    names = {component["name"] for component in sbom["components"]}
    folders = {path.name.rpartition("-")[::2] for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir()}
    front_end = {(part.name, part.version) for part in list_front_end()}
    assert {"flask", "greenlet", "psycopg", "htmx.org", "@codemirror/view"} <= names
    assert len(LOCKED - names) < 4  # those of other systems
    assert {version for _, version in folders} <= {version for _, version in front_end}
    assert [
        component["name"] for component in sbom["components"] if component["licenses"] == [{"license": {"name": ""}}]
    ] == []
    references = {component["bom-ref"] for component in sbom["components"]}
    reached = {reference for entry in sbom["dependencies"] for reference in entry["dependsOn"]}
    assert references - reached <= {part.purl for part in list_libraries() if part.name.startswith("psycopg")}


def test_page_of_licences_is_up_to_date() -> None:
    """`make lock` writes it again."""
    page = Path(ROOT / "docs" / "licences.md").read_text()
    assert set(write_licences().splitlines()) <= set(page.splitlines())
    parts = set(re.findall(r"^\| (\S+) \| [\d.]", page, re.MULTILINE))
    assert parts <= LOCKED | {part.name for part in list_front_end()}
