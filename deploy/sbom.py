"""Lists what the application is made of, with licences: `python -m deploy.sbom sbom FILE` or `… licences FILE`.

`sbom` writes a bill of materials in the JSON of CycloneDX 1.6, `licences` a table. Libraries are those of
requirements.lock that are installed here, front-end files those of static/vendor/README.md.
"""

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
_LONGEST_NAME = 60  # of a licence; some libraries have the whole text in its place


class Part(NamedTuple):
    name: str
    version: str
    licence: str
    is_expression: bool  # of SPDX
    purl: str
    needs: tuple[str, ...] = ()


def list_libraries() -> Iterator[Part]:
    for name, version in re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE):
        try:
            about: Any = metadata(name)
        except PackageNotFoundError:
            continue  # of another system
        expression = about.get("License-Expression")
        purl = f"pkg:pypi/{name}@{version}"
        yield Part(name, version, expression or _find_licence(about), bool(expression), purl, _list_needs(name))


def list_front_end() -> Iterator[Part]:
    text = (ROOT / "static" / "vendor" / "README.md").read_text()
    for name, version, licence in re.findall(r"^\| (\S+) \| ([\d.]+) \|(?: ([^|]+) \|)?", text, re.MULTILINE):
        yield Part(name, version, licence or "MIT", False, f"pkg:npm/{quote(name)}@{version}")


def build_sbom() -> dict[str, Any]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    parts = [*list_libraries(), *list_front_end()]
    references = {part.name: part.purl for part in parts}
    itself = f"pkg:pypi/{project['name']}@{project['version']}"
    direct = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    needs = {itself: direct | {part.name for part in list_front_end()}} | {part.purl: part.needs for part in parts}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(references.values()))}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": itself,
                "name": project["name"],
                "version": project["version"],
                "purl": itself,
            }
        },
        "components": [_describe(part) for part in parts],
        "dependencies": [
            {"ref": purl, "dependsOn": sorted(references[name] for name in names if name in references)}
            for purl, names in needs.items()
        ],
    }


def write_licences() -> str:
    rows = [f"| {part.name} | {part.version} | {part.licence} |" for part in (*list_libraries(), *list_front_end())]
    head = "# Licences\n\nLibraries and front-end files of the application; `make lock` writes this page.\n"
    return "\n".join([head, "| part | version | licence |", "|---|---|---|", *rows, ""])


def _describe(part: Part) -> dict[str, Any]:
    licence = {"expression": part.licence} if part.is_expression else {"license": {"name": part.licence}}
    return {
        "type": "library",
        "bom-ref": part.purl,
        "name": part.name,
        "version": part.version,
        "purl": part.purl,
        "licenses": [licence],
    }


def _find_licence(about: Any) -> str:
    """Return the licence of a library that gives no expression of SPDX."""
    classified = [
        text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or () if text.startswith("License")
    ]
    text = about.get("License") or ""
    return text if 0 < len(text) < _LONGEST_NAME else " or ".join(classified)


def _list_needs(name: str) -> tuple[str, ...]:
    needed = (Requirement(text) for text in distribution(name).requires or ())
    return tuple(
        canonicalize_name(requirement.name)
        for requirement in needed
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    )


if __name__ == "__main__":
    texts = {"sbom": lambda: json.dumps(build_sbom(), indent=1), "licences": write_licences}
    Path(sys.argv[2]).write_text(texts[sys.argv[1]]())
