"""Use a page without a mouse."""

from typing import Any

from playwright.sync_api import Page

# What has the focus: its words, whether a ring of 2 px is drawn, and whether it can be seen where it stands.
_FOCUSED = """() => {
  const element = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { x, y, width, height } = element.getBoundingClientRect();
  const there = document.elementFromPoint(x + Math.min(width / 2, 40), y + height / 2);
  return {
    words: (element.getAttribute("aria-label") || element.labels?.[0]?.innerText || element.innerText || "").trim(),
    ringed: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    seen: there !== null && (element.contains(there) || there.contains(element)),
    whole: element.outerHTML.slice(0, 200),
  };
}"""


def tab_to(page: Page, words: str, key: str = "Tab", most: int = 150) -> None:
    """Press Tab until what begins with `words` has the focus, which must be visible wherever it goes on its way."""
    passed = []
    for _ in range(most):
        page.keyboard.press(key)
        focused: dict[str, Any] = page.evaluate(_FOCUSED)
        assert focused["ringed"], f"no focus ring: {focused['whole']}"
        assert focused["seen"], f"the focus cannot be seen: {focused['whole']}"
        if focused["words"].startswith(words):
            return
        passed.append(focused["words"])
    raise AssertionError(f"Tab never comes to {words!r}, but to {passed}")
