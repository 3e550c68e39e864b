"""The editor of a config file, with JavaScript and without."""

from playwright.sync_api import Locator, Page


def editor_box(page: Page) -> Locator:
    """Return what is typed into: the textarea, or the editor that stands over it."""
    return page.get_by_label("File content")


def file_field(page: Page) -> Locator:
    """Return the field of the form, which the editor hides."""
    return page.locator("textarea[name=content]")


def replace_file_content(page: Page, text: str) -> None:
    page.wait_for_load_state("networkidle")  # the editor may be about to take the place of the textarea
    editor_box(page).press("ControlOrMeta+a")
    page.keyboard.insert_text(text)
