"""The line board in every state it can be in."""

from typing import Any

from playwright.sync_api import Page

from tests.support.browser.people import ADMIN, TENANT_ADMIN
from tests.support.browser.states import Stage, Way

_PEOPLE: list[dict[str, Any]] = [
    {"first_name": "Ada", "last_name": "Lovelace-" + "Long" * 12, "phone_number": "02079460001", "primary": True},
    {"first_name": "Grace", "user_type": "Hunt Group", "department_name": "Sales", "department_path": "Acme \\ Sales"},
    {"first_name": "Tom", "order": 5, "endpoint_type": "Shared Call Appearance"},
]


def _open(stage: Stage, device_type: str, username: str = ADMIN, people: list[dict[str, Any]] = _PEOPLE) -> Page:
    page = stage.people.signed_in(username)
    page.goto(stage.places.new().add("Base", people=people, device_type=device_type) + "lines/")
    return page


def _static(stage: Stage) -> Page:
    return _open(stage, "Yealink-W60B")


def _large(stage: Stage) -> Page:
    page = _open(stage, "Gigaset-N720")
    page.get_by_text("Terms used in this table").click()
    return page


def _fixed(stage: Stage) -> Page:
    return _open(stage, "Generic SIP Phone")


def _senseless(stage: Stage) -> Page:
    return _open(stage, "Yealink-W60B", people=[*_PEOPLE, {"line_port": "not\na line", "order": 7}])


def _pending(stage: Stage) -> Page:
    page = _open(stage, "Yealink-T46G", people=_PEOPLE[:2])
    page.get_by_role("button", name="Move Grace Example up").click()
    page.get_by_role("button", name="Undo all").wait_for()
    return page


def _grabbed(stage: Stage) -> Page:
    page = _pending(stage)
    page.get_by_role("button", name="Pick up Grace").focus()
    page.keyboard.press("Space")
    return page


def _sorted(stage: Stage) -> Page:
    page = _pending(stage)
    page.get_by_role("button", name="Person", exact=True).click()
    page.get_by_text("Sorting and filtering do not change").wait_for()
    return page


def _wrong(stage: Stage) -> Page:
    stage.people.expect_trouble("422")
    page = _static(stage)
    page.get_by_role("textbox", name="Port of Tom").fill("9")
    page.get_by_role("button", name="Save order").click()
    page.get_by_text("This order cannot be saved").wait_for()
    return page


def _met(stage: Stage) -> Page:
    stage.people.expect_trouble("409")
    mine = _static(stage)
    theirs = stage.people.signed_in(TENANT_ADMIN)
    theirs.goto(mine.url)
    theirs.get_by_role("button", name="Move Grace Example up").click()
    theirs.get_by_text("Not saved yet").wait_for(state="attached")
    theirs.get_by_role("button", name="Save order").click()
    theirs.get_by_text("Line order of Base updated").wait_for()
    mine.get_by_role("button", name="Move Tom Example down").click()
    mine.get_by_role("button", name="Save order").click()
    mine.get_by_role("button", name="Save combined order").wait_for()
    return mine


LINE_STATES: dict[str, Way] = {
    "lines of a base": _static,
    "lines of a large base": _large,
    "lines that keep their order": _fixed,
    "lines that make no sense": _senseless,
    "lines that move": _pending,
    "a line that is grabbed": _grabbed,
    "lines sorted for reading": _sorted,
    "lines on ports that cannot be": _wrong,
    "lines that two people move": _met,
}
