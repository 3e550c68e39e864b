"""Where tests and their helpers live."""

from pathlib import Path

from tests.support.source import APP, ROOT, imports

TESTS = ROOT / "tests"
PORTAL_TESTS = TESTS / "portal"
# These start the portal from outside, as a command or below another address.
OF_THE_WHOLE_PORTAL = {"test_cli.py", "test_embedded.py"}


def is_helper(file: Path) -> bool:
    return not file.name.startswith("test_") and file.name != "conftest.py"


def test_no_module_imports_a_test_module_or_a_conftest() -> None:
    modules = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts): file
        for file in TESTS.rglob("*.py")
        if not is_helper(file)
    }
    importers = {
        file.relative_to(ROOT).as_posix(): imported
        for folder in (TESTS, APP, ROOT / "bench")
        for file in folder.rglob("*.py")
        for imported in imports(file)
        if imported in modules
    }
    assert importers == {}


def test_helpers_of_tests_are_in_the_support_folder() -> None:
    helpers = {file.relative_to(TESTS) for file in TESTS.rglob("*.py") if is_helper(file)}
    assert len(helpers) > 20
    assert [helper.as_posix() for helper in helpers if helper.parts[0] != "support"] == []


def test_each_portal_test_lies_in_a_folder_of_the_portal() -> None:
    files = [file.relative_to(PORTAL_TESTS) for file in PORTAL_TESTS.rglob("test_*.py")]
    assert len(files) > 50
    misplaced = [
        file.as_posix()
        for file in files
        if file.name not in OF_THE_WHOLE_PORTAL
        and (file.parent == Path() or not (APP / "portal" / file.parent).is_dir())
    ]
    assert misplaced == []
