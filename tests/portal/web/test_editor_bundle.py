"""The bundle of the editor: made from the pinned versions, and from the sources that are in the repository."""

import hashlib
import json
import re

from app.paths import ROOT
from app.portal.services.files.invisible import split_invisible

SOURCES = ROOT / "frontend" / "codemirror"
PINS = json.loads((SOURCES / "package.json").read_text())
VERSIONS = PINS["dependencies"]
FOLDER = f"codemirror-{VERSIONS['@codemirror/view']}"


def test_editor_is_bundled_from_its_pinned_sources() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    for name, version in {**VERSIONS, **PINS["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert lock[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in package for path, package in lock.items() if path)
    digest = hashlib.sha256((SOURCES / "package-lock.json").read_bytes() + (SOURCES / "codemirror.js").read_bytes())
    banner = (ROOT / "static" / "vendor" / FOLDER / "codemirror.min.js").read_text().partition("*/")[0]
    assert dict(re.findall(r"([@\w/-]+) (\d+\.\d+\.\d+)", banner)) == VERSIONS
    assert digest.hexdigest() in banner, "run `make editor`"


def test_readme_lists_versions_of_the_editor() -> None:
    rows = re.findall(
        r"^\| (\S+) \| ([\d.]+) \|$", (ROOT / "static" / "vendor" / "README.md").read_text(), re.MULTILINE
    )
    assert dict(rows) == VERSIONS
    for path in ("static/editor.js", "templates/files/change.html"):
        assert f"vendor/{FOLDER}/codemirror.min.js" in (ROOT / path).read_text()


def test_editor_marks_the_characters_that_pages_mark() -> None:
    script = (ROOT / "static" / "editor.js").read_text()
    [declaration] = re.findall(r'INVISIBLE = new RegExp\((.*?), "gu"\)', script, re.DOTALL)
    pattern = "".join(re.findall(r'"(.*?)"', declaration)).replace("\\\\", "\\")
    pattern = re.sub(r"\\u\{(\w+)\}", lambda match: f"\\U{match[1]:0>8}", pattern)
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert set(re.findall(pattern, every)) == set(split_invisible(every)[1::2]) != set()
