"""The same form sent twice: one write, and the second answer tells the outcome of the first."""

from collections import Counter
from typing import Any

import pytest
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter, HTTPAdapter

from tests.support import config_files
from tests.support.client import Browser
from tests.support.devices import NEW_T46, create_device, edit_device
from tests.support.population import HQ
from tests.support.world import COLLEAGUE, OWNER, World

BOARD = f"{HQ}Reception/lines/"
SWAPPED = {"port:ada@acme.example": "2", "port:grace@acme.example": "1", "do": "save"}


class Counting(HTTPAdapter):
    """Counts the writes that go out, by their last path part; one after `lose` acts, and its answer is lost."""

    def __init__(self, behind: BaseAdapter) -> None:
        super().__init__()
        self._behind = behind
        self.writes: Counter[str] = Counter()
        self.lose = False

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        response = self._behind.send(request, *args, **kwargs)
        if request.method != "GET" and "/log" not in (request.url or ""):
            self.writes[f"{request.method} {request.path_url.split('/')[-2]}"] += 1
            if self.lose:
                response.close()
                raise TimeoutError
        return response


@pytest.fixture
def counted(world: World) -> tuple[Browser, Counting]:
    adapters: list[Counting] = []

    def count(behind: BaseAdapter) -> BaseAdapter:
        adapters.append(Counting(behind))
        return adapters[0]

    return world.browser(OWNER, world.another_portal(count)), adapters[0]


@pytest.mark.parametrize(
    ("url", "action", "typed", "location"),
    [
        (f"{HQ}new?type=Yealink-T46G", None, NEW_T46, f"{HQ}Fresh/"),
        (f"{HQ}Fax/edit", None, {"description": "twice"}, f"{HQ}Fax/"),
        (f"{HQ}Fax/delete", None, {}, HQ),
        (f"{HQ}Fax/reboot", None, {}, f"{HQ}Fax/reboot/progress"),
        (BOARD, f"{BOARD}order", SWAPPED, BOARD),
    ],
    ids=["create", "edit", "delete", "reboot", "lines"],
)
def test_form_sent_twice_writes_once(
    world: World,
    counted: tuple[Browser, Counting],
    url: str,
    action: str | None,
    typed: dict[str, str],
    location: str,
) -> None:
    owner, adapter = counted
    form = owner.get(url)
    typed = {name: value for name, value in typed.items() if name in form.form(action).names}
    first, second = owner.submit(form, action, **typed), owner.submit(form, action, **typed)
    assert [(page.status, page.location) for page in (first, second)] == [(303, location)] * 2, second.text
    assert adapter.writes.total() == 1
    assert [results for _, results in world.changes()] == [["applied"]]


def test_file_applied_twice_is_sent_once(counted: tuple[Browser, Counting]) -> None:
    owner, adapter = counted
    check = config_files.upload(owner, config_files.TEXT)
    first, second = owner.submit(check), owner.submit(check)
    assert first.location == second.location
    assert "updated" in owner.get(second.location or "").words
    assert adapter.writes.total() == 1


def test_form_sent_twice_repeats_unknown_outcome(counted: tuple[Browser, Counting]) -> None:
    owner, adapter = counted
    form = owner.get(f"{HQ}Fax/reboot")
    adapter.lose = True
    pages = [owner.submit(form) for _ in range(2)]
    assert [(page.status, page.h1) for page in pages] == [(503, "Status unknown")] * 2
    assert adapter.writes.total() == 1


def test_form_with_other_text_is_another_form(counted: tuple[Browser, Counting]) -> None:
    """Whoever goes back in the browser and types something else means it."""
    owner, adapter = counted
    own = {"use_custom_user_name_password": "true", "user_name": "u"}
    edit_device(owner, "Softphone", **own, password="before")
    form = owner.get(f"{HQ}Softphone/edit")
    for password in ("first", "second", "second"):
        assert owner.submit(form, **own, password=password).status == 303
    assert adapter.writes.total() == 3


def test_two_forms_reboot_twice(counted: tuple[Browser, Counting]) -> None:
    owner, adapter = counted
    for _ in range(2):
        owner.submit(owner.get(f"{HQ}Fax/reboot"))
    assert adapter.writes.total() == 2


def test_same_form_of_another_user_is_no_repetition(world: World, counted: tuple[Browser, Counting]) -> None:
    """A token that leaked, or was made up, tells nothing of what others did."""
    owner, adapter = counted
    colleague = world.browser(COLLEAGUE, owner.app)
    form = owner.get(f"{HQ}Fax/reboot").form()
    owner.post(f"{HQ}Fax/reboot", form_token=form.fields["form_token"])
    colleague.post(f"{HQ}Fax/reboot", form_token=form.fields["form_token"])
    assert adapter.writes.total() == 2


def test_second_form_for_a_taken_name_is_refused(world: World) -> None:
    owner = world.browser(OWNER)
    assert create_device(owner, **NEW_T46).location == f"{HQ}Fresh/"
    assert create_device(owner, **NEW_T46).status == 422
