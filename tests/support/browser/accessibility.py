"""The rules of axe, in a page of a real browser."""

from collections.abc import Iterator
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

from tests.support.browser.people import People

_OPTIONS = {"resultTypes": ["violations"], "preload": False}

# Rows that have the same elements, classes and attributes as two rows before them are left out: a list has hundreds.
_RUN = """async (options) => {
  const shapes = new Map();
  const shape = (row) => [row, ...row.querySelectorAll("*")].map((element) => [
    element.localName,
    element.getAttribute("class"),
    element.textContent.trim() === "",
    ...element.getAttributeNames().map((name) => [name, element.getAttribute(name) === ""]),
  ]).join();
  const exclude = [...document.querySelectorAll("tbody > tr, li")].filter((row) => {
    const key = shape(row);
    shapes.set(key, (shapes.get(key) ?? 0) + 1);
    return shapes.get(key) > 2;
  });
  const { violations } = await axe.run({ exclude }, options);
  return { violations };
}"""


def assert_accessible(people: People, page: Page, when: str, *, target_size: bool = True) -> None:
    """Raise AssertionError with what breaks a rule; `when` says in which state the page is."""
    options: dict[str, Any] = _OPTIONS | {"rules": {"target-size": {"enabled": target_size}}}
    with people.unwatched():  # axe writes styles into the page, which its policy refuses
        if not page.evaluate("() => 'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        results = AxeResults(page.evaluate(_RUN, options))
    assert results.violations_count == 0, f"{when}\n{results.generate_report()}"


def looks(page: Page) -> Iterator[str]:
    """Show the page wide and light, then narrow and dark, as no style is of a scheme and a width; yield which it is."""
    looks: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 320))
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        yield f"{scheme}, at {width} px"
