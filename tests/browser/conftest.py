import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.browser.people import People
from tests.support.browser.places import Places
from tests.support.browser.product import Product

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Each group has a product and a browser of its own; two of them keep two processors busy for about as long.
_LOOKERS = {"test_injection.py", "test_opened.py", "test_pages.py"}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent:
            group = "browser that looks" if item.path.name in _LOOKERS else "browser that acts"
            item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what the server said meanwhile."""
    report = yield
    product = getattr(item, "funcargs", {}).get("product")
    if report.failed and product is not None:
        report.sections.append(("log of the product", product.logs[-8000:]))
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # The shell draws the same pages without the windows of a desktop's browser, for a third of the processor.
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if executable is None:
        pytest.skip("Chromium is not here; `make test-deps` brings it")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def product(chromium: Browser, demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The demo world on a free port, for all browser tests; started only where there is a browser."""
    folder = tmp_path_factory.mktemp("product")
    shutil.copy(demo_database, folder / "reference_api.db")
    product = Product(folder)
    product.start()
    yield product
    product.stop()
    product.portal_engine.dispose()
    product.api_engine.dispose()


@pytest.fixture(scope="session")
def deaf(product: Product) -> Iterator[Product]:
    """A portal over the same databases, so that sessions go on in it, whose backend does not answer."""
    deaf = product.sibling(PORTAL_BACKEND_URL="http://127.0.0.1:9")
    deaf.start(ready="/healthz")
    yield deaf
    deaf.stop()


@pytest.fixture(scope="session")
def cookies() -> dict[str, Any]:
    return {}


@pytest.fixture
def people(chromium: Browser, product: Product, cookies: dict[str, Any]) -> Iterator[People]:
    people = People(chromium, product, cookies)
    yield people
    people.leave()
    assert not people.troubles, "\n".join(people.troubles)


@pytest.fixture
def places(product: Product) -> Places:
    return Places(product)
