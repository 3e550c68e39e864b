from playwright.sync_api import Route, expect

from app.demo import accounts
from tests.support.api_world import PASSWORD
from tests.support.browser.people import ADMIN, People
from tests.support.browser.places import HEADQUARTERS, Places


def test_demo_account_is_one_press_and_the_password_away(people: People) -> None:
    page = people.nobody()
    page.goto("/")
    for username, words in accounts():
        item = page.get_by_role("listitem").filter(has_text=username)
        expect(item).to_contain_text(words)
    page.get_by_role("link", name=ADMIN).click()
    expect(page.get_by_label("User name")).to_have_value(ADMIN)
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Tenants and groups")).to_be_visible()


_TOP = "element => element.getBoundingClientRect().top + scrollY"
_HEIGHT = "element => element.getBoundingClientRect().height"


def test_counts_come_after_the_page_and_move_nothing(people: People) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    for width in (1440, 1024, 400):
        page = people.signed_in(viewport={"width": width, "height": 2000})
        page.route("**/counts", hold)  # they take their time
        page.goto("/")
        campus = page.get_by_role("link", name="Campus")
        empty, height = campus.evaluate(_TOP), page.get_by_role("row").filter(has=campus).evaluate(_HEIGHT)
        while held:
            held.pop().continue_()
        page.unroute("**/counts")
        row = page.get_by_role("row").filter(has=campus)
        row.scroll_into_view_if_needed()
        expect(row).to_contain_text("10,000")
        assert campus.evaluate(_TOP) == empty, f"at {width} px"
        assert row.evaluate(_HEIGHT) == height, f"at {width} px"


def test_without_javascript_groups_lead_to_their_numbers(people: People) -> None:
    page = people.signed_in(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Campus").click()
    expect(page.get_by_text("of 10,000 online")).to_be_visible()
    page.get_by_role("link", name="Show ports in use").click()
    expect(page.get_by_role("table", name="Ports in use by device type")).to_be_visible()


def test_only_the_groups_in_sight_are_counted_one_at_a_time(people: People, places: Places) -> None:
    for number in range(60):
        places.new(f"g{number:02}", tenant_id="many", tenant_name="Zz many groups")
    page = people.signed_in()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/counts") else None)
    page.goto("/tenants/many/")
    expect(page.get_by_role("row").filter(has_text="g00").first).to_contain_text("No devices yet")
    page.wait_for_load_state("networkidle")
    assert 0 < len(asked) < 40
    page.get_by_role("link", name="g49").scroll_into_view_if_needed()
    expect(page.get_by_role("row").filter(has_text="g49").first).to_contain_text("No devices yet")


def test_slow_answer_is_reported_and_list_stays(people: People) -> None:
    people.expect_trouble("timeout")
    page = people.signed_in()

    def hurried(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("defaultTimeout:20000", "defaultTimeout:1000")
        route.fulfill(response=answer, body=body)

    page.route(f"**{HEADQUARTERS}", hurried)
    page.goto(HEADQUARTERS)
    names = page.locator("tbody .c-name").all_inner_texts()
    page.route("**/devices/?*", lambda _route: None)  # no answer, ever
    page.locator("#sort-type").click()
    expect(page.get_by_role("alert")).to_contain_text("The portal did not respond in time.")
    expect(page.locator("#device-list")).not_to_have_attribute("aria-busy", "true")
    assert page.locator("tbody .c-name").all_inner_texts() == names
    page.unroute("**/devices/?*")
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(f"{people.product.url}{HEADQUARTERS}?sort=type")


def test_reboot_is_not_asked_about_while_nobody_looks(people: People, places: Places) -> None:
    page = people.signed_in()
    page.goto(places.new().add("Lobby") + "reboot")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "reboot/progress" in request.url else None)
    page.clock.install()
    page.get_by_role("button", name="Reboot now").click()
    expect(page.get_by_role("heading", level=1, name="Rebooting Lobby")).to_be_visible()
    expect(page.get_by_text("No device-level tags.")).to_be_visible()  # asked for too, and not to be timed out
    asked.clear()
    page.evaluate("() => Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.clock.fast_forward(30_000)
    assert asked == []
    page.evaluate("() => delete document.hidden")
    with page.expect_response("**/reboot/progress*"):
        page.clock.run_for(5_000)
    expect(page.get_by_text("The platform reports the device Online again")).to_be_visible()
    asked.clear()
    page.clock.run_for(30_000)
    assert asked == []
